import { factsInForce } from '../history/facts-in-force.js';
import type { RecordedFact, Subject } from '../history/recorded-fact.js';
import type { Instant } from '../time/instant.js';

/** What was recorded by one instant, as it is to be read, by subject and in the order in which it occurred. */
export class KnownFacts {
  readonly #models = new Map<string, RecordedFact[]>();
  readonly #providers = new Map<string, RecordedFact[]>();
  readonly regulation: readonly RecordedFact[];
  /** Place in the log of the last event that was looked at. */
  readonly position: bigint;

  constructor(history: readonly RecordedFact[], knownAt: Instant) {
    const regulation: RecordedFact[] = [];
    const known = deliveredOnce(history, knownAt);
    let position = -1n;
    for (const fact of known) if (fact.position > position) position = fact.position;
    for (const fact of factsInForce(known)) {
      const { subject } = fact;
      if (subject.kind === 'regulation') regulation.push(fact);
      else {
        const facts = subject.kind === 'model' ? this.#models : this.#providers;
        const own = facts.get(subject.id);
        if (own === undefined) facts.set(subject.id, [fact]);
        else own.push(fact);
      }
    }
    this.regulation = regulation;
    this.position = position < 0n ? 0n : position;
  }

  /** Those that had occurred by `at`. */
  ofModel(id: string, at: Instant): readonly RecordedFact[] {
    return occurredBy(this.#models.get(id) ?? [], at);
  }

  ofProvider(id: string, at: Instant): readonly RecordedFact[] {
    return occurredBy(this.#providers.get(id) ?? [], at);
  }

  hasModel(id: string): boolean {
    return this.#models.has(id);
  }

  /** When facts occur that have not occurred by `at`. */
  occurrencesAfter(at: Instant): readonly Instant[] {
    const later: Instant[] = [];
    for (const facts of [...this.#models.values(), ...this.#providers.values()]) {
      for (let index = facts.length - 1; index >= 0; index -= 1) {
        const fact = facts[index];
        if (fact === undefined || fact.occurredAt <= at) break;
        later.push(fact.occurredAt);
      }
    }
    return later;
  }
}

/** An event that was handed over twice counts once. */
function deliveredOnce(history: readonly RecordedFact[], knownAt: Instant): RecordedFact[] {
  const seen = new Set<string>();
  const known: RecordedFact[] = [];
  for (const fact of history) {
    if (fact.recordedAt > knownAt || seen.has(fact.id)) continue;
    seen.add(fact.id);
    known.push(fact);
  }
  return known;
}

function occurredBy(facts: readonly RecordedFact[], at: Instant): readonly RecordedFact[] {
  const last = facts.at(-1);
  if (last === undefined || last.occurredAt <= at) return facts;
  return facts.slice(
    0,
    facts.findIndex(({ occurredAt }) => occurredAt > at),
  );
}

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
