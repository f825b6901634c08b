import type { Flop } from '../flop/flop.js';
import type { Interval } from './assessment.js';
import type { ModelFold } from './model-fold.js';
import type { Answer } from './situation.js';

/**
 * Since when the model is a GPAI model. The class is a judgement about one model over its whole lifecycle, which begins
 * with its large pre-training run (Guidelines s. 2.2), so that what settles it settles it from its beginning: from the
 * first plan or report of compute that exceeds the criterion, and else from the first fact.
 */
export function gpaiIntervals(fold: ModelFold, gpai: Answer, thresholdFlop: Flop | undefined): readonly Interval[] {
  const first = fold.first?.at ?? null;
  if (gpai.value !== true || first === null) return [];
  const planned = fold.forecasts.find(({ flop }) => thresholdFlop !== undefined && flop > thresholdFlop)?.from;
  const spent = thresholdFlop === undefined ? undefined : fold.parameterUpdates.firstAbove(thresholdFlop)?.from;
  const from = planned !== undefined && (spent === undefined || planned < spent) ? planned : (spent ?? first);
  return [{ from, until: null, because: [gpai.because] }];
}
