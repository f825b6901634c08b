/** `businessDays` are working days of the Commission. */
export type PeriodUnit = 'hours' | 'days' | 'weeks' | 'months' | 'years' | 'businessDays';
export type PeriodLength = { readonly n: number; readonly unit: PeriodUnit };

export const MS_PER_HOUR = 3_600_000;

/** About a century in every unit but business days, which are walked one by one: four decades. */
export const LENGTH_MAX: Readonly<Record<PeriodUnit, number>> = {
  hours: 880_000,
  days: 36_600,
  weeks: 5_300,
  months: 1_200,
  years: 100,
  businessDays: 10_000,
};

const unitInWords: Readonly<Record<PeriodUnit, { readonly one: string; readonly many: string }>> = {
  hours: { one: 'hour', many: 'hours' },
  days: { one: 'day', many: 'days' },
  weeks: { one: 'week', many: 'weeks' },
  months: { one: 'month', many: 'months' },
  years: { one: 'year', many: 'years' },
  businessDays: { one: 'business day', many: 'business days' },
};

/** `2 weeks`, `1 business day`. */
export function lengthInWords({ n, unit }: PeriodLength): string {
  return `${n} ${n === 1 ? unitInWords[unit].one : unitInWords[unit].many}`;
}

/** @throws RangeError unless the length is a whole number from 0 up to the limit of its unit */
export function assertLength({ n, unit }: PeriodLength): void {
  if (!Number.isInteger(n) || n < 0 || n > LENGTH_MAX[unit]) {
    throw new RangeError(`expected 0 to ${LENGTH_MAX[unit]} whole ${unitInWords[unit].many}; found ${n}`);
  }
}
