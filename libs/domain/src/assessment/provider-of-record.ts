import { memberStates } from '../regulation/territory.js';
import type { View } from './dossier.js';
import type { Lineage } from './modification.js';
import type { PlacingFindings } from './placing.js';
import type { Modification, Placing, ProviderOfRecord } from './situation.js';

/** Training by the same provider continues the model that it started from, so the first placing counts. */
export function placedEarlier(placing: Placing | null, { continuation }: Lineage): Placing | null {
  const placedAt = continuation?.placedAt ?? null;
  if (continuation === null || placedAt === null || (placing !== null && placedAt >= placing.at)) return placing;
  const how = 'placed first as the model that it continues';
  return { by: continuation.provider, event: continuation.events[0] ?? '', ...placing, at: placedAt, how };
}

export function providerOf(
  view: View,
  registered: string | null,
  { placing, downstreamProvider }: PlacingFindings,
  modification: Modification | null,
): ProviderOfRecord {
  const id = providerIdOf(registered, placing, downstreamProvider, modification);
  const registration =
    id === null ? undefined : view.provider(id).facts.findLast(({ type }) => type === 'ProviderRegistered');
  if (registration?.type !== 'ProviderRegistered') return { id, established: 'unknown', country: null, events: [] };
  const country = registration.data.establishedIn;
  return { id, established: memberStates.has(country) ? 'union' : 'outside', country, events: [registration.id] };
}

/** Who develops the model, or has it developed, and places it under its own name; a modifier only if significant. */
function providerIdOf(
  registered: string | null,
  placing: Placing | null,
  downstreamProvider: PlacingFindings['downstreamProvider'],
  modification: Modification | null,
): string | null {
  if (modification?.significant === true) return modification.modifierId;
  if (modification?.significant === false) return modification.originalProvider;
  return downstreamProvider?.id ?? placing?.by ?? registered;
}
