import { localDateOf } from '../time/brussels-day.js';
import type { Instant } from '../time/instant.js';
import { valueInForce, type Parameters } from './parameter.js';

/**
 * The highest fine under Art. 101(1): a share of the worldwide turnover of the preceding financial year or a fixed sum,
 * whichever is higher. There is no lower cap for small enterprises.
 *
 * @param turnoverEur worldwide turnover of the preceding financial year, in euro
 * @param at the instant whose values apply
 * @throws RangeError when the turnover is negative or not finite, or no fine was set by then
 */
export function fineCeilingEur(turnoverEur: number, { parameters }: { parameters: Parameters }, at: Instant): number {
  if (!Number.isFinite(turnoverEur) || turnoverEur < 0) {
    throw new RangeError(`expected a turnover of at least 0 euro; found ${turnoverEur}`);
  }
  const day = localDateOf(at);
  const percent = valueInForce(parameters.fineTurnoverPercent.values, day, day);
  const floor = valueInForce(parameters.fineFloorEur.values, day, day);
  if (percent === undefined || floor === undefined) throw new RangeError(`no fine was set by ${day}`);
  return Math.max((turnoverEur * percent.value) / 100, floor.value);
}
