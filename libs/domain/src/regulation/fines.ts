import type { Instant } from '../time/instant.js';
import { Law } from './law.js';
import type { Parameters } from './parameter.js';

/**
 * The highest fine under Art. 101(1): a share of the worldwide turnover of the preceding financial year or a fixed sum,
 * whichever is higher. There is no lower cap for small enterprises.
 *
 * @param turnoverEur worldwide turnover of the preceding financial year, in euro
 * @param at the instant whose values apply
 * @throws RangeError when the turnover is negative or not finite, or no fine was set by then
 */
export function fineCeilingEur(turnoverEur: number, { parameters }: { parameters: Parameters }, at: Instant): number {
  return fineCeilingUnder(new Law(parameters, {}, at), turnoverEur, at);
}

/** As `fineCeilingEur`, with the amendments of the law. */
export function fineCeilingUnder(law: Law, turnoverEur: number, at: Instant): number {
  if (!Number.isFinite(turnoverEur) || turnoverEur < 0) {
    throw new RangeError(`expected a turnover of at least 0 euro; found ${turnoverEur}`);
  }
  const percent = law.find('fineTurnoverPercent', at);
  const floor = law.find('fineFloorEur', at);
  if (percent === undefined || floor === undefined) throw new RangeError(`no fine was set by ${law.asOf}`);
  return Math.max((turnoverEur * percent.value) / 100, floor.value);
}
