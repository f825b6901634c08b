import type { Fact, FactType, RecordedFact } from '../history/recorded-fact.js';
import { SubjectHistory } from '../history/subject-history.js';
import { countsTowardsTrainingCompute } from '../regulation/compute-components.js';
import { flop, type Flop } from '../flop/flop.js';
import { TrainingCompute } from './training-compute.js';

/** How a model stands towards the threshold of Art. 51(2): what is spent, and what the plans in force expect. */
export type ThresholdStanding = { readonly spent: Flop; readonly expected: Flop };

/** The standing of a history that only grows: it is folded once, and a fact more costs one step. */
export class ThresholdStandings {
  readonly #history = new SubjectHistory(() => new ThresholdFold());
  #taken = 0;

  /** @param recorded all facts of the stream; the same ones each time, and perhaps more */
  of(recorded: readonly RecordedFact[]): ThresholdStanding {
    for (; this.#taken < recorded.length; this.#taken += 1) {
      const fact = recorded[this.#taken];
      if (fact !== undefined) this.#history.add(fact);
    }
    return this.#history.fold.standing;
  }
}

class ThresholdFold {
  readonly #compute = new TrainingCompute(countsTowardsTrainingCompute);
  readonly #plans = new Map<string, Flop>();

  add(fact: RecordedFact): void {
    this.#compute.add(fact);
    // A plan states the cumulative compute expected at its end; a revision replaces the plan of its run.
    if (fact.type === 'TrainingPlanned' || fact.type === 'TrainingPlanRevised') {
      this.#plans.set(fact.data.runId, fact.data.expectedCumulativeTrainingFlop);
    }
  }

  get standing(): ThresholdStanding {
    const expected = [...this.#plans.values()].reduce((largest, plan) => (plan > largest ? plan : largest), flop(0n));
    return { spent: this.#compute.figures.at(-1)?.flop ?? flop(0n), expected };
  }
}

/**
 * What a change of standing means (Art. 51(2): strictly more than the threshold). A forecast above it opens the
 * notification window of Art. 52(1); one that falls back is recorded too, since the window had been open.
 */
export function crossings(
  before: ThresholdStanding,
  after: ThresholdStanding,
  threshold: Flop,
  becauseOf: string,
): readonly Fact[] {
  const derived: Fact[] = [];
  const data = (value: Flop) => ({ threshold, flop: value, becauseOf });
  const wasForecast = before.expected > threshold;
  const isForecast = after.expected > threshold;
  if (!wasForecast && isForecast) derived.push({ type: 'ThresholdForecastCrossed', data: data(after.expected) });
  if (wasForecast && !isForecast) derived.push({ type: 'ThresholdForecastCleared', data: data(after.expected) });
  if (before.spent <= threshold && after.spent > threshold) {
    derived.push({ type: 'ThresholdCrossed', data: data(after.spent) });
  }
  return derived;
}

const moving: ReadonlySet<FactType> = new Set<FactType>([
  'TrainingPlanned',
  'TrainingPlanRevised',
  'ComputeReported',
  'FineTuned',
  'FactRetracted',
  'FactCorrected',
]);

/** Whether recording this fact can change the standing at all, so that most facts cost no refold. */
export function mayMoveStanding({ type }: Fact): boolean {
  return moving.has(type);
}
