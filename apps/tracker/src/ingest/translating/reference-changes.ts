import { decodeFact, type StoredEvent } from '#libs/event-store';
import type { History, StoredFact } from '../../recording/history.js';
import { providerNotKnown, type ReferenceChange } from './model-references.js';

/** What a fact that was recorded changes about references; undefined for every other fact. @throws UnreadableEvent */
export async function referenceChangeOf(
  event: StoredEvent,
  historyOf: (stream: string) => Promise<History>,
): Promise<ReferenceChange | undefined> {
  const fact = decodeFact(event);
  if (fact.subject.kind !== 'model') return undefined;
  const modelId = fact.subject.id;
  const { id: eventId, position } = event;
  if (fact.type === 'ReferenceLinked') {
    const providerId = registrationIn((await historyOf(event.stream)).facts)?.providerId ?? providerNotKnown;
    const { system, ref } = fact.data;
    return { kind: 'linked', link: { eventId, position, providerId, system, ref, modelId } };
  }
  if (fact.type === 'ReferenceUnlinked') return { kind: 'unlinked', modelId, ...fact.data };
  if (fact.type === 'ModelMerged') {
    return { kind: 'merged', merge: { eventId, position, modelId, intoModelId: fact.data.intoModelId } };
  }
  if (fact.type === 'FactRetracted') return { kind: 'retracted', eventId: fact.data.eventId };
  return undefined;
}

export type Registration = Readonly<Record<string, unknown>> & { readonly providerId: string };

/** How a model is described at present; undefined while nobody has registered it. */
export function registrationIn(facts: readonly StoredFact[]): Registration | undefined {
  let registration: Registration | undefined;
  for (const fact of facts) {
    if (fact.type === 'ModelRegistered' && registration === undefined) registration = { ...fact.data };
    if (fact.type === 'ModelDescribed' && registration !== undefined) registration = { ...registration, ...fact.data };
  }
  return registration;
}

/** The references that a model's own stream holds. */
export function referencesIn(
  facts: readonly StoredFact[],
): readonly { readonly system: string; readonly ref: string }[] {
  const linked = new Map<string, { system: string; ref: string }>();
  for (const fact of facts) {
    if (fact.type === 'ReferenceLinked') linked.set(JSON.stringify([fact.data.system, fact.data.ref]), fact.data);
    if (fact.type === 'ReferenceUnlinked') linked.delete(JSON.stringify([fact.data.system, fact.data.ref]));
  }
  return [...linked.values()];
}
