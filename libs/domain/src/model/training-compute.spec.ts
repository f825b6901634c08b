import { historyOf, type FactLine } from '../../testing/facts.js';
import { factsInForce } from '../history/facts-in-force.js';
import { countsTowardsTrainingCompute } from '../regulation/compute-components.js';
import { formatFlop } from '../flop/flop.js';
import { TrainingCompute } from './training-compute.js';

const compute = (day: number, data: object): FactLine => ({
  at: `2026-01-${String(day).padStart(2, '0')}T00:00:00Z`,
  type: 'ComputeReported',
  data,
});
const computeOf = (...lines: readonly FactLine[]): TrainingCompute => {
  const compute = new TrainingCompute(countsTowardsTrainingCompute);
  for (const fact of factsInForce(historyOf(...lines))) compute.add(fact);
  return compute;
};
const figuresOf = (...lines: readonly FactLine[]): readonly string[] =>
  computeOf(...lines).figures.map(({ flop }) => formatFlop(flop));

describe('cumulative training compute', () => {
  it('follows the totals', () => {
    expect(
      figuresOf(compute(1, { cumulativeTrainingFlop: '1e24' }), compute(2, { cumulativeTrainingFlop: '3e24' })),
    ).toEqual(['1e24', '3e24']);
  });

  it('is not lowered by a lower total, arriving late or dated later', () => {
    expect(
      figuresOf(compute(2, { cumulativeTrainingFlop: '3e24' }), compute(1, { cumulativeTrainingFlop: '1e24' })),
    ).toEqual(['1e24', '3e24']);
    expect(
      figuresOf(compute(1, { cumulativeTrainingFlop: '3e24' }), compute(2, { cumulativeTrainingFlop: '1e24' })),
    ).toEqual(['3e24']);
  });

  it('sums the components that count and leaves out those that do not', () => {
    const components = [
      { kind: 'mergedWeightsParent', flop: '6e24' },
      { kind: 'mergedWeightsParent', flop: '5e24' },
      { kind: 'distillationParent', flop: '9e24' },
      { kind: 'evaluation', flop: '1e24' },
    ];
    expect(figuresOf(compute(1, { components }))).toEqual(['1.1e25']);
  });

  it('counts each run once, by its last figure, on top of the total', () => {
    expect(
      figuresOf(
        compute(1, { cumulativeTrainingFlop: '5e24' }),
        compute(2, { runId: 'a', flop: '1e24' }),
        compute(3, { runId: 'a', flop: '2e24' }),
        compute(4, { runId: 'b', flop: '1e24' }),
      ),
    ).toEqual(['5e24', '6e24', '7e24', '8e24']);
  });

  it('does not count a run again that a later total holds', () => {
    expect(
      figuresOf(
        compute(1, { runId: 'a', flop: '1e24' }),
        compute(2, { cumulativeTrainingFlop: '4e24' }),
        compute(3, { runId: 'a', flop: '1e24' }),
      ),
    ).toEqual(['1e24', '4e24']);
  });

  it('counts further training by the same provider as part of the model', () => {
    const tuned = {
      at: '2026-01-05T00:00:00Z',
      type: 'FineTuned',
      data: { modifierId: 'p1', modificationFlop: '5e22', base: { modelId: 'm1' } },
    };
    expect(figuresOf(compute(1, { cumulativeTrainingFlop: '8e24' }), tuned)).toEqual(['8e24', '8.05e24']);
  });

  it('uses an estimate only while nobody stated a figure', () => {
    const architecture = { parameters: 1e12, tokens: 1e13 };
    expect(figuresOf(compute(1, { architecture }), compute(2, { cumulativeTrainingFlop: '2e24' }))).toEqual([
      '6e25',
      '2e24',
    ]);
    expect(figuresOf(compute(1, { cumulativeTrainingFlop: '2e24' }), compute(2, { architecture }))).toEqual(['2e24']);
  });
});
