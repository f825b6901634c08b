import { flop, sumFlop, type Flop } from '../flop/flop.js';
import { architectureFlop, hardwareFlop } from '../flop/estimate.js';
import type { RecordedFact } from '../history/recorded-fact.js';
import type { Instant } from '../time/instant.js';
import type { ComputeComponentKind, ComputeStatement } from './model-facts.js';

/** The cumulative training compute from one moment on, and the statements that it rests on. */
export type TrainingComputeFigure = {
  readonly from: Instant;
  readonly flop: Flop;
  /** `estimated`: from hardware or architecture only, since nobody stated a figure. */
  readonly basis: 'stated' | 'estimated';
  readonly events: readonly string[];
};

/** What counts is for the regulation to say (Guidelines, Annex A.1). */
export type CountsTowardsCompute = (kind: ComputeComponentKind) => boolean;

/**
 * How the cumulative training compute of a model grew: a figure for each moment at which it changed, in order.
 *
 * The ways to state compute are never mixed up:
 * - A total (a cumulative figure, or the sum of those components that count) stands for everything up to its moment. A
 *   lower one, earlier or later, never lowers the figure: compute that was spent stays spent, and an error is corrected.
 * - A run's figure is a delta on top of the last total. A run counts once; a later figure of the same run replaces it.
 * - Training by the model's own provider (`FineTuned` without another base) is a run of its own.
 * - Estimates from hardware or architecture are used only while nobody stated a figure; the larger one counts.
 *
 * @param facts those in force about one model, in order of `occurredAt`
 */
export function trainingComputeOverTime(
  facts: readonly RecordedFact[],
  counts: CountsTowardsCompute,
): readonly TrainingComputeFigure[] {
  const tally = new Tally();
  const figures: TrainingComputeFigure[] = [];
  for (const fact of facts) {
    if (!tally.add(fact, counts)) continue;
    const figure = tally.figure(fact.occurredAt);
    const last = figures.at(-1);
    if (last === undefined || last.flop !== figure.flop || last.basis !== figure.basis) figures.push(figure);
  }
  return figures;
}

/** What `trainingComputeOverTime` ends with, as of the last statement; undefined while no figure is known. */
export function cumulativeTrainingFlop(
  facts: readonly RecordedFact[],
  counts: CountsTowardsCompute,
): TrainingComputeFigure | undefined {
  // Without a figure for each step: a decider asks this for every fact of a long history.
  const tally = new Tally();
  let last: RecordedFact | undefined;
  for (const fact of facts) if (tally.add(fact, counts)) last = fact;
  return last === undefined ? undefined : tally.figure(last.occurredAt);
}

class Tally {
  #total: { flop: Flop; events: readonly string[] } | undefined;
  /** What each run added on top of the total, and the last figure that it reported. */
  readonly #runs = new Map<string, { added: bigint; reported: Flop; event: string }>();
  readonly #estimates = new Map<'hardware' | 'architecture', { flop: Flop; event: string }>();

  /** Whether the fact says anything about training compute. */
  add(fact: RecordedFact, counts: CountsTowardsCompute): boolean {
    if (fact.type === 'ComputeReported') return this.#addStatement(fact.data, fact.id, counts);
    if (fact.type !== 'FineTuned' || !isOwnFurtherTraining(fact)) return false;
    return this.#addRun(`modification ${fact.id}`, fact.data.modificationFlop, fact.id);
  }

  figure(from: Instant): TrainingComputeFigure {
    const stated = this.#stated();
    if (stated !== undefined) return { from, ...stated, basis: 'stated' };
    const estimates = [...this.#estimates.values()].sort((a, b) => (a.flop < b.flop ? 1 : -1));
    const largest = estimates[0];
    return { from, flop: largest?.flop ?? flop(0n), basis: 'estimated', events: largest ? [largest.event] : [] };
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
    const current = this.#stated();
    if (current !== undefined && total < current.flop) return true;
    this.#total = { flop: total, events: [event] };
    for (const run of this.#runs.values()) run.added = 0n;
    return true;
  }

  #addRun(runId: string, reported: Flop, event: string): boolean {
    const before = this.#runs.get(runId);
    const more = reported - (before?.reported ?? 0n);
    // A run that shrank was misreported; what a total has absorbed already cannot be taken out of it again.
    const added = (before?.added ?? 0n) + more;
    this.#runs.set(runId, { added: added > 0n ? added : 0n, reported, event });
    return true;
  }

  #addEstimate(method: 'hardware' | 'architecture', estimate: Flop | undefined, event: string): boolean {
    if (estimate === undefined) return false;
    this.#estimates.set(method, { flop: estimate, event });
    return true;
  }

  #stated(): { readonly flop: Flop; readonly events: readonly string[] } | undefined {
    const runs = [...this.#runs.values()];
    if (this.#total === undefined && runs.length === 0) return undefined;
    const onTop = runs.filter((run) => run.added > 0n);
    return {
      flop: flop(onTop.reduce((sum, run) => sum + run.added, this.#total?.flop ?? 0n)),
      events: [...(this.#total?.events ?? []), ...onTop.map((run) => run.event)],
    };
  }
}

/** Training on top of itself, not a modification of another model. */
function isOwnFurtherTraining({ subject, data }: Extract<RecordedFact, { type: 'FineTuned' }>): boolean {
  return subject.kind === 'model' && data.base.modelId === subject.id;
}
