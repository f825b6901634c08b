import { flop, sumFlop, type Flop } from '../flop/flop.js';
import { architectureFlop, hardwareFlop } from '../flop/estimate.js';
import type { RecordedFact } from '../history/recorded-fact.js';
import type { Instant } from '../time/instant.js';
import type { ComputeComponentKind, ComputeStatement } from './model-facts.js';

/** The cumulative training compute from one moment on. */
export type TrainingComputeFigure = {
  readonly from: Instant;
  readonly flop: Flop;
  /** `estimated`: from hardware or architecture only, since nobody stated a figure. */
  readonly basis: 'stated' | 'estimated';
  /** The statements that it rests on. */
  readonly events: () => readonly string[];
};

/** What counts is for the regulation to say (Guidelines, Annex A.1). */
export type CountsTowardsCompute = (kind: ComputeComponentKind) => boolean;

/**
 * How the cumulative training compute of a model grew: a figure for each moment at which it changed, in order. Facts are
 * added in order of `occurredAt`, each at a cost that does not grow with their number.
 *
 * The ways to state compute are never mixed up:
 * - A total (a cumulative figure, or the sum of those components that count) stands for everything up to its moment. A
 *   lower one, earlier or later, never lowers the figure: compute that was spent stays spent, and an error is corrected.
 * - A run's figure is a delta on top of the last total. A run counts once; a later figure of the same run replaces it.
 * - Training by the model's own provider (`FineTuned` without another base) is a run of its own.
 * - Estimates from hardware or architecture are used only while nobody stated a figure; the larger one counts.
 */
export class TrainingCompute {
  readonly #counts: CountsTowardsCompute;
  readonly #tally = new Tally();
  readonly #statements: RecordedFact[] = [];
  readonly #figures: TrainingComputeFigure[] = [];
  #search: { readonly threshold: Flop; read: number } | undefined;

  constructor(counts: CountsTowardsCompute) {
    this.#counts = counts;
  }

  add(fact: RecordedFact): void {
    if (!this.#tally.add(fact, this.#counts)) return;
    this.#statements.push(fact);
    const { flop: total, basis } = this.#tally;
    const last = this.#figures.at(-1);
    if (last !== undefined && last.flop === total && last.basis === basis) return;
    const statements = this.#statements.length;
    this.#figures.push({ from: fact.occurredAt, flop: total, basis, events: once(() => this.#eventsOf(statements)) });
  }

  /** The same statements, counted in another way. */
  countedBy(counts: CountsTowardsCompute): TrainingCompute {
    const other = new TrainingCompute(counts);
    for (const fact of this.#statements) other.add(fact);
    return other;
  }

  /** The last total, where it states less than what is on record: one of them is wrong, or it was meant as an increment. */
  get lowerTotal(): string | null {
    return this.#tally.lower;
  }

  /** The first figure above a threshold. It goes on where it stopped reading when it was last asked for this one. */
  firstAbove(threshold: Flop): TrainingComputeFigure | undefined {
    if (this.#search?.threshold !== threshold) this.#search = { threshold, read: 0 };
    const search = this.#search;
    while (search.read < this.#figures.length && (this.#figures[search.read]?.flop ?? 0n) <= threshold)
      search.read += 1;
    return this.#figures[search.read];
  }

  /** In order; only ever appended to. */
  get figures(): readonly TrainingComputeFigure[] {
    return this.#figures;
  }

  /** A figure is asked for its events at most a few times in its life, so they are not kept for each. */
  #eventsOf(statements: number): readonly string[] {
    if (statements === this.#statements.length) return this.#tally.events();
    const tally = new Tally();
    for (const fact of this.#statements.slice(0, statements)) tally.add(fact, this.#counts);
    return tally.events();
  }
}

type Run = { added: bigint; reported: Flop; event: string; total: number };

class Tally {
  #total: { readonly flop: Flop; readonly event: string } | undefined;
  #totals = 0;
  #lower: string | null = null;
  /** What each run added on top of the total that was the last then, and the last figure that it reported. */
  readonly #runs = new Map<string, Run>();
  /** What the runs added on top of the last total, together. */
  #onTop = 0n;
  readonly #estimates = new Map<'hardware' | 'architecture', { readonly flop: Flop; readonly event: string }>();

  get basis(): TrainingComputeFigure['basis'] {
    return this.#total === undefined && this.#runs.size === 0 ? 'estimated' : 'stated';
  }

  get flop(): Flop {
    if (this.basis === 'estimated') return this.#largestEstimate()?.flop ?? flop(0n);
    return flop((this.#total?.flop ?? 0n) + this.#onTop);
  }

  /** A total that states less than was on record already, and changed nothing, until another one states more. */
  get lower(): string | null {
    return this.#lower;
  }

  events(): readonly string[] {
    const estimate = this.#largestEstimate();
    if (this.basis === 'estimated') return estimate === undefined ? [] : [estimate.event];
    const onTop = [...this.#runs.values()].filter((run) => run.total === this.#totals && run.added > 0n);
    return [...(this.#total === undefined ? [] : [this.#total.event]), ...onTop.map((run) => run.event)];
  }

  /** Whether the fact says anything about training compute. */
  add(fact: RecordedFact, counts: CountsTowardsCompute): boolean {
    if (fact.type === 'ComputeReported') return this.#addStatement(fact.data, fact.id, counts);
    if (fact.type !== 'FineTuned' || !isOwnFurtherTraining(fact)) return false;
    return this.#addRun(`modification ${fact.id}`, fact.data.modificationFlop, fact.id);
  }

  #addStatement(statement: ComputeStatement, event: string, counts: CountsTowardsCompute): boolean {
    if ('cumulativeTrainingFlop' in statement) return this.#addTotal(statement.cumulativeTrainingFlop, event);
    if ('components' in statement) {
      const counting = statement.components.filter(({ kind }) => counts(kind));
      return this.#addTotal(sumFlop(counting.map((component) => component.flop)), event);
    }
    if ('runId' in statement) return this.#addRun(statement.runId, statement.flop, event);
    if ('hardware' in statement) return this.#addEstimate('hardware', hardwareFlop(statement.hardware), event);
    return this.#addEstimate('architecture', architectureFlop(statement.architecture), event);
  }

  #addTotal(total: Flop, event: string): boolean {
    if (this.basis === 'stated' && total < this.flop) {
      this.#lower = event;
      return true;
    }
    this.#lower = null;
    this.#total = { flop: total, event };
    this.#totals += 1;
    this.#onTop = 0n;
    return true;
  }

  #addRun(runId: string, reported: Flop, event: string): boolean {
    const before = this.#runs.get(runId);
    const addedBefore = before?.total === this.#totals ? before.added : 0n;
    const wanted = addedBefore + reported - (before?.reported ?? 0n);
    // A run that shrank was misreported; what a total has absorbed already cannot be taken out of it again.
    const added = wanted > 0n ? wanted : 0n;
    this.#runs.set(runId, { added, reported, event, total: this.#totals });
    this.#onTop += added - addedBefore;
    return true;
  }

  #addEstimate(method: 'hardware' | 'architecture', estimate: Flop | undefined, event: string): boolean {
    if (estimate === undefined) return false;
    this.#estimates.set(method, { flop: estimate, event });
    return true;
  }

  #largestEstimate(): { readonly flop: Flop; readonly event: string } | undefined {
    return [...this.#estimates.values()].sort((a, b) => (a.flop < b.flop ? 1 : -1))[0];
  }
}

/** Training on top of itself, not a modification of another model. */
function isOwnFurtherTraining({ subject, data }: Extract<RecordedFact, { type: 'FineTuned' }>): boolean {
  return subject.kind === 'model' && data.base.modelId === subject.id;
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
