import { factsInForce } from '../history/facts-in-force.js';
import type { Fact, FactType, RecordedFact } from '../history/recorded-fact.js';
import { countsTowardsTrainingCompute } from '../regulation/compute-components.js';
import { flop, type Flop } from '../flop/flop.js';
import { cumulativeTrainingFlop } from './training-compute.js';

/** How a model stands towards the threshold of Art. 51(2): what is spent, and what the plans in force expect. */
export type ThresholdStanding = { readonly spent: Flop; readonly expected: Flop };

export function thresholdStanding(history: readonly RecordedFact[]): ThresholdStanding {
  const facts = factsInForce(history);
  return {
    spent: cumulativeTrainingFlop(facts, countsTowardsTrainingCompute)?.flop ?? flop(0n),
    expected: largestPlan(facts),
  };
}

/** A plan states the cumulative compute expected at its end; a revision replaces the plan of its run. */
function largestPlan(facts: readonly RecordedFact[]): Flop {
  const plans = new Map<string, Flop>();
  for (const fact of facts) {
    if (fact.type === 'TrainingPlanned' || fact.type === 'TrainingPlanRevised') {
      plans.set(fact.data.runId, fact.data.expectedCumulativeTrainingFlop);
    }
  }
  return [...plans.values()].reduce((largest, plan) => (plan > largest ? plan : largest), flop(0n));
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
