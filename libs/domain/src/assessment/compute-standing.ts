import { flop } from '../flop/flop.js';
import type { TrainingCompute, TrainingComputeFigure } from '../model/training-compute.js';
import type { Law } from '../regulation/law.js';
import type { Instant } from '../time/instant.js';
import type { Fulfilment } from './evidence.js';
import type { Lineage } from './modification.js';
import type { ModelFold } from './model-fold.js';
import type { Continuation, Modification } from './situation.js';
import type { Forecast, Level } from './threshold-spans.js';

/** How much compute a model has taken, and will take, with that of the model it is built on. */
export type ComputeStanding = {
  /** What counts towards the threshold of Art. 51(2), over time. */
  readonly levels: readonly Level[];
  readonly level: Level | undefined;
  readonly forecast: Forecast | null;
  /** The larger of both; `null`: no figure at all. */
  readonly largest: Level | null;
  /** What the indicative criterion looks at; `null`: no figure, or none that says anything. */
  readonly criterion: Level | null;
};

export function computeStandingOf(
  fold: ModelFold,
  { modification, continuation }: Lineage,
  law: Law,
  at: Instant,
): ComputeStanding {
  const builtOn = modification ?? continuation;
  const levels = withOriginal(fold.compute.figures, builtOn);
  const level = levels.at(-1);
  const forecast = fold.forecasts.at(-1) ?? null;
  const criterion = largestOf(withOriginal(fold.parameterUpdates.figures, builtOn).at(-1), forecast);
  return {
    levels,
    level,
    forecast,
    largest: largestOf(level, forecast),
    criterion: isLowerBound(modification, criterion, law, at) ? null : criterion,
  };
}

/**
 * The compute of a modified model includes that of the model it is built on (Guidelines, Annex A.1). A figure reported
 * for the modified model itself counts where it is the larger.
 */
function withOriginal(
  figures: readonly TrainingComputeFigure[],
  builtOn: Modification | Continuation | null,
): readonly Level[] {
  if (builtOn === null) return figures;
  const { since, events, originalFlop } = builtOn;
  const total = flop((originalFlop ?? 0n) + builtOn.flop);
  const built: Level = { from: since, flop: total, events: () => events };
  const before = figures.filter((figure) => figure.from < since);
  const after = figures.filter((figure) => figure.from >= since && figure.flop > total);
  const larger = before.at(-1);
  return larger !== undefined && larger.flop > total ? [...before, ...after] : [...before, built, ...after];
}

function largestOf(level: Level | undefined, forecast: Forecast | null): Level | null {
  return level === undefined || (forecast !== null && forecast.flop > level.flop) ? forecast : level;
}

/** Without the compute of the original the sum says nothing, unless it exceeds the criterion by itself. */
function isLowerBound(modification: Modification | null, criterion: Level | null, law: Law, at: Instant): boolean {
  const threshold = law.find('gpaiThresholdFlop', at)?.value;
  return modification?.originalFlop === null && (threshold === undefined || (criterion?.flop ?? 0n) <= threshold);
}

/** The figures are in order, so that the first one after an instant is found by halving. */
export function firstAfter({ figures }: TrainingCompute, instant: Instant): Fulfilment | null {
  let [low, high] = [0, figures.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((figures[middle]?.from ?? Infinity) > instant) high = middle;
    else low = middle + 1;
  }
  const figure = figures[low];
  return figure === undefined ? null : { at: figure.from, event: figure.events().at(-1) ?? '' };
}
