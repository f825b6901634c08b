import type { LogFilter, NewEvent } from '../../src/event-store.js';
import { passes } from '../../src/log-filter.js';
import type { SubscriptionWarning } from '../../src/subscription-metrics.js';

export type Written = { readonly stream: string; readonly ids: readonly string[] };

/** What the log holds, from whichever server. */
export type Stored = {
  readonly id: string;
  readonly type: string;
  readonly streamId: string;
  readonly revision: bigint;
  readonly position: { readonly commit: bigint };
};

/** What the actors were told. */
export type Findings = {
  readonly acknowledged: (Written & { readonly revision: bigint; readonly position: bigint })[];
  readonly refused: Written[];
  /** Those whose outcome stayed unknown. */
  readonly open: Written[];
  readonly subscribers: {
    readonly name: string;
    readonly filter: LogFilter | undefined;
    readonly seen: readonly string[];
  }[];
  readonly violations: string[];
  readonly warnings: SubscriptionWarning[];
};

export const idsOf = (events: readonly Pick<NewEvent, 'id'>[]): string[] => events.map(({ id }) => id);

/** Not written by the store for itself. */
export const isOurs = ({ streamId, type }: Stored): boolean => !streamId.startsWith('$') && !type.startsWith('$');

/** Compares what the actors were told with what is in the log; `followed` is the part that subscribers have to have seen. */
export function checkAtTheEnd(findings: Findings, records: readonly Stored[], followed: readonly Stored[]): void {
  const { acknowledged, refused, open, subscribers, violations, warnings } = findings;
  const placesOf = new Map<string, Stored[]>();
  const streams = new Map<string, Stored[]>();
  const ours = records.filter(isOurs);
  for (const record of ours) {
    placesOf.set(record.id, [...(placesOf.get(record.id) ?? []), record]);
    streams.set(record.streamId, [...(streams.get(record.streamId) ?? []), record]);
  }
  for (const [stream, stored] of streams) {
    if (stored.some(({ revision }, i) => revision !== BigInt(i)))
      violations.push(`${stream} has a gap in its revisions`);
  }
  for (const { stream, ids, revision, position } of acknowledged) {
    const stored = streams.get(stream)?.slice(Number(revision) - ids.length + 1, Number(revision) + 1) ?? [];
    const isThere = stored.length === ids.length && stored.every(({ id }, i) => id === ids[i]);
    if (!isThere) violations.push(`${stream}: ${ids.join()} was acknowledged at ${revision} and is not there`);
    else if (stored.at(-1)?.position.commit !== position)
      violations.push(`${stream}: ${ids.join()} has another position`);
    if (ids.some((id) => placesOf.get(id)?.length !== 1)) violations.push(`${stream}: ${ids.join()} is not there once`);
  }
  for (const { stream, ids } of refused) {
    if (ids.some((id) => placesOf.has(id))) violations.push(`${stream}: ${ids.join()} was refused and is in the log`);
  }
  for (const { stream, ids } of open) {
    const places = ids.map((id) => placesOf.get(id)?.length ?? 0);
    if (new Set(places).size > 1 || places[0]! > 1)
      violations.push(`${stream}: ${ids.join()} is there in part or twice`);
  }
  for (const { name, filter, seen } of subscribers) {
    const expected = followed.filter(
      (record) => isOurs(record) && passes(filter, { stream: record.streamId, type: record.type }),
    );
    const difference = seen.findIndex((id, i) => id !== expected[i]?.id);
    if (difference >= 0)
      violations.push(
        `${name} saw ${seen[difference]} as number ${difference}, the log has ${expected[difference]?.id}`,
      );
    else if (seen.length !== expected.length)
      violations.push(`${name} saw ${seen.length} of ${expected.length} events`);
  }
  for (const { event, subscription } of warnings) {
    if (event === 'logEndsBeforeCheckpoint') violations.push(`a false warning to ${subscription} that the log was cut`);
  }
}
