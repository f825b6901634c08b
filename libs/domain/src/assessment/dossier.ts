import type { RecordedFact, Subject } from '../history/recorded-fact.js';
import type { Instant } from '../time/instant.js';
import { Joins } from './joins.js';
import { ModelFold } from './model-fold.js';
import { ProviderFold } from './provider-fold.js';
import { NamedSubjects } from './related-subjects.js';
import { SubjectHistory, type Fold, type FoldUpTo } from '../history/subject-history.js';

/**
 * Everything that is recorded about a model and about whom and what it rests on, ready to be asked. Facts may come in
 * any order and any number of times; those that come in order cost one step each.
 */
export class Dossier {
  readonly #models = new Map<string, SubjectHistory<ModelFold>>();
  readonly #providers = new Map<string, SubjectHistory<ProviderFold>>();
  readonly #regulation = new SubjectHistory<Fold>(() => ({ add: () => undefined }));
  #size = 0;
  readonly #named = new NamedSubjects();
  readonly #joins: Joins = new Joins((id) => this.#models.get(id)?.inForce ?? []);
  /** Histories of models of which several records were kept, made anew after each fact. */
  #joined = new Map<string, SubjectHistory<ModelFold>>();
  #latestRecordedAt = -Infinity;

  constructor(facts: Iterable<RecordedFact> = []) {
    this.add(facts);
  }

  add(facts: Iterable<RecordedFact>): void {
    for (const fact of facts) {
      this.#size += 1;
      if (fact.recordedAt > this.#latestRecordedAt) this.#latestRecordedAt = fact.recordedAt;
      this.#named.add(fact);
      this.#historyOf(fact).add(fact);
      this.#joins.add(fact);
      if (this.#joined.size > 0) this.#joined = new Map();
    }
  }

  /** How many facts it was given. */
  get size(): number {
    return this.#size;
  }

  /** The providers and base models that its facts name: their facts belong in it too. */
  get namedSubjects(): readonly Subject[] {
    return this.#named.subjects;
  }

  /** When the last of its facts was recorded; -Infinity: it is empty. */
  get latestRecordedAt(): number {
    return this.#latestRecordedAt;
  }

  /** Of events that occurred at an instant, the one that was recorded first. */
  firstRecorded(events: ReadonlySet<string>, occurredAt: Instant): RecordedFact | undefined {
    let first: RecordedFact | undefined;
    for (const history of [...this.#models.values(), ...this.#providers.values()]) {
      const fact = history.firstRecorded(events, occurredAt);
      if (fact !== undefined && (first === undefined || fact.recordedAt < first.recordedAt)) first = fact;
    }
    return first;
  }

  /** Place in the log of the last event that was taken in. */
  get position(): bigint {
    const histories = [...this.#models.values(), ...this.#providers.values(), this.#regulation];
    return histories.reduce((last, { latestPosition }) => (latestPosition > last ? latestPosition : last), 0n);
  }

  get regulation(): readonly RecordedFact[] {
    return this.#regulation.inForce;
  }

  hasModel(id: string): boolean {
    return (this.#models.get(id)?.recorded.length ?? 0) > 0;
  }

  /** As it was known by an instant: itself, where nothing was recorded later. */
  knownBy(knownAt: Instant): Dossier {
    if (knownAt >= this.#latestRecordedAt) return this;
    const histories = [...this.#models.values(), ...this.#providers.values(), this.#regulation];
    const known = histories.flatMap(({ recorded }) => recorded.filter(({ recordedAt }) => recordedAt <= knownAt));
    return new Dossier(known);
  }

  /** When facts occur that have not occurred by `at`. */
  occurrencesAfter(at: Instant): readonly Instant[] {
    const later: Instant[] = [];
    for (const { inForce } of [...this.#models.values(), ...this.#providers.values()]) {
      for (let index = inForce.length - 1; index >= 0; index -= 1) {
        const fact = inForce[index];
        if (fact === undefined || fact.occurredAt <= at) break;
        later.push(fact.occurredAt);
      }
    }
    return later;
  }

  /** Of a model, with the facts of the records that turned out to be of this model too. */
  modelHistory(id: string): SubjectHistory<ModelFold> {
    const records = this.#joins.recordsOf(id);
    if (records.length === 0) return this.#ownHistory(id);
    let history = this.#joined.get(id);
    if (history === undefined) {
      history = new SubjectHistory(() => new ModelFold(id));
      for (const record of [id, ...records]) for (const fact of this.#ownHistory(record).recorded) history.add(fact);
      this.#joined.set(id, history);
    }
    return history;
  }

  /** Whether one record was given up for another one, and both streams say so. */
  isJoined(from: string, into: string): boolean {
    return this.#joins.isJoined(from, into);
  }

  #ownHistory(id: string): SubjectHistory<ModelFold> {
    let history = this.#models.get(id);
    if (history === undefined) {
      history = new SubjectHistory(() => new ModelFold(id));
      this.#models.set(id, history);
    }
    return history;
  }

  providerHistory(id: string): SubjectHistory<ProviderFold> {
    let history = this.#providers.get(id);
    if (history === undefined) {
      history = new SubjectHistory(() => new ProviderFold());
      this.#providers.set(id, history);
    }
    return history;
  }

  #historyOf({ subject }: RecordedFact): SubjectHistory<Fold> {
    switch (subject.kind) {
      case 'model':
        return this.#ownHistory(subject.id);
      case 'provider':
        return this.providerHistory(subject.id);
      case 'regulation':
        return this.#regulation;
    }
  }
}

/** A dossier as of an instant that only moves on: facts that occur later are not there yet. */
export class View {
  readonly #models = new Map<string, FoldUpTo<ModelFold>>();
  readonly #providers = new Map<string, FoldUpTo<ProviderFold>>();
  readonly dossier: Dossier;
  #at: Instant;

  constructor(dossier: Dossier, at: Instant) {
    this.dossier = dossier;
    this.#at = at;
  }

  get at(): Instant {
    return this.#at;
  }

  advanceTo(at: Instant): void {
    this.#at = at;
    for (const cut of [...this.#models.values(), ...this.#providers.values()]) cut.advanceTo(at);
  }

  model(id: string): ModelFold {
    return foldAt(this.dossier.modelHistory(id), id, this.#at, this.#models);
  }

  provider(id: string): ProviderFold {
    return foldAt(this.dossier.providerHistory(id), id, this.#at, this.#providers);
  }
}

/** The fold of all facts serves as it is where none of them lies in the future. */
function foldAt<Folded extends Fold>(
  history: SubjectHistory<Folded>,
  id: string,
  at: Instant,
  cuts: Map<string, FoldUpTo<Folded>>,
): Folded {
  const last = history.inForce.at(-1);
  if (last === undefined || last.occurredAt <= at) return history.fold;
  let cut = cuts.get(id);
  if (cut === undefined) {
    cut = history.upTo(at);
    cuts.set(id, cut);
  }
  return cut.fold;
}
