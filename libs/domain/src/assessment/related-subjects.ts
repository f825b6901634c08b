import type { RecordedFact, Subject } from '../history/recorded-fact.js';

/**
 * The providers, base models and joined records that these facts name. Their facts belong to an assessment too, so read them and ask
 * again with all facts until nothing new is named.
 */
export function relatedSubjects(history: readonly RecordedFact[]): Subject[] {
  const named = new NamedSubjects();
  for (const fact of history) named.add(fact);
  return [...named.subjects];
}

/** As `relatedSubjects`, a fact at a time. */
export class NamedSubjects {
  readonly #providers = new Map<string, Subject>();
  readonly #models = new Map<string, Subject>();

  add(fact: RecordedFact): void {
    if (fact.subject.kind !== 'model') return;
    if (fact.type === 'ModelRegistered' || fact.type === 'ModelDescribed') this.#provider(fact.data.providerId);
    else if (fact.type === 'ModelPlacedOnMarket' || fact.type === 'SystemPlacedOnMarket') {
      this.#provider(fact.data.placedBy);
    } else if (fact.type === 'FineTuned') {
      this.#provider(fact.data.modifierId);
      if (fact.data.base.modelId !== fact.subject.id) this.#model(fact.data.base.modelId);
    } else if (fact.type === 'ModelJoined') this.#model(fact.data.fromModelId);
    else if (fact.type === 'ModelMerged') this.#model(fact.data.intoModelId);
    else if (fact.type === 'FactCorrected') this.#namedIn(fact.data.data);
  }

  /** Providers first, each in the order in which it was first named. */
  get subjects(): readonly Subject[] {
    return [...this.#providers.values(), ...this.#models.values()];
  }

  /** A correction holds the whole data of the fact that it corrects, in the form in which it was posted. */
  #namedIn(data: Readonly<Record<string, unknown>> | undefined): void {
    if (data === undefined) return;
    for (const field of ['providerId', 'placedBy', 'modifierId']) this.#provider(data[field]);
    const base = data['base'];
    if (typeof base === 'object' && base !== null && 'modelId' in base) this.#model(base.modelId);
  }

  #provider(id: unknown): void {
    if (typeof id === 'string' && !this.#providers.has(id)) this.#providers.set(id, { kind: 'provider', id });
  }

  #model(id: unknown): void {
    if (typeof id === 'string' && !this.#models.has(id)) this.#models.set(id, { kind: 'model', id });
  }
}
