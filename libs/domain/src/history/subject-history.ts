import { factsInForce } from './facts-in-force.js';
import type { RecordedFact } from './recorded-fact.js';
import type { Instant } from '../time/instant.js';

/** Takes facts in, in order of `occurredAt`. */
export type Fold = { add(fact: RecordedFact): void };

/**
 * All facts about one subject and what they fold into. A fact that occurred after those that are there costs one step; a
 * correction, a retraction or a fact that comes late makes the next reader fold anew.
 */
export class SubjectHistory<Folded extends Fold> {
  readonly #emptyFold: () => Folded;
  readonly #recorded: RecordedFact[] = [];
  #latestPosition = -1n;
  /** Ids of the facts; made only for a fact that may have been there before. */
  #ids: Set<string> | undefined;
  /** Ids of the facts that are corrected or retracted. */
  readonly #mended = new Set<string>();
  #inForce: RecordedFact[] = [];
  /** Whether `#inForce` has to be made anew; only when asked, since many facts may come late together. */
  #isStale = false;
  #fold: Folded | undefined;

  constructor(emptyFold: () => Folded) {
    this.#emptyFold = emptyFold;
  }

  /** A fact that is there already changes nothing. */
  add(fact: RecordedFact): void {
    if (this.#isKnown(fact)) return;
    this.#recorded.push(fact);
    const isMending = fact.type === 'FactRetracted' || fact.type === 'FactCorrected';
    if (isMending) this.#mended.add(fact.data.eventId);
    if (this.#isStale) return;
    const last = this.#inForce.at(-1);
    if (isMending || this.#mended.has(fact.id) || (last !== undefined && !isBefore(last, fact))) {
      this.#isStale = true;
      this.#inForce = [];
      this.#fold = undefined;
      return;
    }
    this.#inForce.push(fact);
    this.#fold?.add(fact);
  }

  /** Of the facts in force that occurred at an instant, the one of these that was recorded first. */
  firstRecorded(events: ReadonlySet<string>, occurredAt: Instant): RecordedFact | undefined {
    const { inForce } = this;
    let first: RecordedFact | undefined;
    for (let index = firstNotBefore(inForce, occurredAt); inForce[index]?.occurredAt === occurredAt; index += 1) {
      const fact = inForce[index];
      if (fact === undefined || !events.has(fact.id)) continue;
      if (first === undefined || fact.recordedAt < first.recordedAt) first = fact;
    }
    return first;
  }

  /** What stands behind all others in the log is new for certain. */
  #isKnown({ id, position }: RecordedFact): boolean {
    if (position > this.#latestPosition) {
      this.#latestPosition = position;
      this.#ids?.add(id);
      return false;
    }
    this.#ids ??= new Set(this.#recorded.map((fact) => fact.id));
    if (this.#ids.has(id)) return true;
    this.#ids.add(id);
    return false;
  }

  /** Place in the log of the last of them; -1: there is none. */
  get latestPosition(): bigint {
    return this.#latestPosition;
  }

  /** Whether anything is corrected or retracted. */
  get isMended(): boolean {
    return this.#mended.size > 0;
  }

  get recorded(): readonly RecordedFact[] {
    return this.#recorded;
  }

  /** As they are to be read: see `factsInForce`. */
  get inForce(): readonly RecordedFact[] {
    if (this.#isStale) {
      this.#inForce = [...factsInForce(this.#recorded)];
      this.#isStale = false;
    }
    return this.#inForce;
  }

  /** What all of them fold into; it takes in what comes later. */
  get fold(): Folded {
    if (this.#fold === undefined) {
      this.#fold = this.#emptyFold();
      for (const fact of this.inForce) this.#fold.add(fact);
    }
    return this.#fold;
  }

  /** What those fold into that had occurred by an instant that only moves on. */
  upTo(at: Instant): FoldUpTo<Folded> {
    return new FoldUpTo(this, this.#emptyFold(), at);
  }
}

/** A fold of its own for those who look at the past. */
export class FoldUpTo<Folded extends Fold> {
  readonly #history: SubjectHistory<Folded>;
  readonly fold: Folded;
  #read = 0;

  constructor(history: SubjectHistory<Folded>, emptyFold: Folded, at: Instant) {
    this.#history = history;
    this.fold = emptyFold;
    this.advanceTo(at);
  }

  advanceTo(at: Instant): void {
    const { inForce } = this.#history;
    for (; this.#read < inForce.length; this.#read += 1) {
      const fact = inForce[this.#read];
      if (fact === undefined || fact.occurredAt > at) return;
      this.fold.add(fact);
    }
  }
}

function isBefore(one: RecordedFact, other: RecordedFact): boolean {
  return one.occurredAt < other.occurredAt || (one.occurredAt === other.occurredAt && one.position < other.position);
}

/** The facts are in order, so that the place of an instant is found by halving. */
function firstNotBefore(facts: readonly RecordedFact[], instant: Instant): number {
  let [low, high] = [0, facts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((facts[middle]?.occurredAt ?? Infinity) < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}
