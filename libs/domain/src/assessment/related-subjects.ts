import type { RecordedFact, Subject } from '../history/recorded-fact.js';

/**
 * The providers and base models that these facts name. Their facts belong to an assessment too, so read them and ask
 * again with all facts until nothing new is named.
 */
export function relatedSubjects(history: readonly RecordedFact[]): Subject[] {
  const providers = new Set<string>();
  const models = new Set<string>();
  for (const fact of history) {
    if (fact.subject.kind !== 'model') continue;
    if (fact.type === 'ModelRegistered' || fact.type === 'ModelDescribed') {
      if (fact.data.providerId !== undefined) providers.add(fact.data.providerId);
    } else if (fact.type === 'ModelPlacedOnMarket' || fact.type === 'SystemPlacedOnMarket') {
      providers.add(fact.data.placedBy);
    } else if (fact.type === 'FineTuned') {
      const { modifierId, base } = fact.data;
      providers.add(modifierId);
      if (base.modelId !== undefined && base.modelId !== fact.subject.id) models.add(base.modelId);
    } else if (fact.type === 'FactCorrected') addNamed(fact.data.data, providers, models);
  }
  return [
    ...[...providers].map((id) => ({ kind: 'provider', id }) as const),
    ...[...models].map((id) => ({ kind: 'model', id }) as const),
  ];
}

/** A correction holds the whole data of the fact that it corrects, in the form in which it was posted. */
function addNamed(
  data: Readonly<Record<string, unknown>> | undefined,
  providers: Set<string>,
  models: Set<string>,
): void {
  if (data === undefined) return;
  for (const field of ['providerId', 'placedBy', 'modifierId']) {
    if (typeof data[field] === 'string') providers.add(data[field]);
  }
  const base = data['base'];
  if (typeof base !== 'object' || base === null || !('modelId' in base)) return;
  if (typeof base.modelId === 'string') models.add(base.modelId);
}
