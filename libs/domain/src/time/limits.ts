import { addDays, addToDate, endOfLocalDay, localDateOf, startOfLocalDay } from './brussels-day.js';
import { commissionHolidays } from './commission-holidays.js';
import type { HolidayCalendar } from './holiday-calendar.js';
import { instantFromMilliseconds, type Instant, type LocalDate } from './instant.js';
import { endingBefore, endingWith, type LastMoment } from './period.js';
import { assertLength, MS_PER_HOUR, type PeriodLength } from './period-length.js';
import { addWorkingDays } from './working-days.js';

/** A date that the law or a decision names: complete until the end of that day, and never moved (Reg. 1182/71, Art. 5). */
export function fixedDate(date: LocalDate): LastMoment {
  return endingWith(date);
}

/**
 * The last day so long before `anchor`, such as two weeks before placing. Periods counted backwards are never moved
 * (Reg. 1182/71, Art. 3(4), second sentence). Hours are counted back from the start of the anchor day.
 * @throws RangeError when the length is negative, not whole or beyond its limit
 */
export function backwardPeriod(
  anchor: LocalDate,
  length: PeriodLength,
  calendar: HolidayCalendar = commissionHolidays,
): LastMoment {
  assertLength(length);
  if (length.unit === 'hours') {
    return endingBefore(instantFromMilliseconds(startOfLocalDay(anchor) - length.n * MS_PER_HOUR));
  }
  return endingWith(addLength(anchor, -length.n, length.unit, calendar));
}

/** The first moment at which something is allowed. */
export type Earliest = { readonly localDate: LocalDate; readonly earliest: Instant };

/**
 * When a waiting period that runs from a decision is over for certain: 00:00 on the day after its last one. It is not
 * moved to a working day, since that rule is there to give more time to act, not to wait. Hours are counted from the end
 * of the day of the decision.
 * @throws RangeError when the length is negative, not whole or beyond its limit
 */
export function waitingPeriod(
  decisionDate: LocalDate,
  length: PeriodLength,
  calendar: HolidayCalendar = commissionHolidays,
): Earliest {
  assertLength(length);
  if (length.unit === 'hours') {
    const earliest = instantFromMilliseconds(endOfLocalDay(decisionDate) + length.n * MS_PER_HOUR);
    return { localDate: localDateOf(earliest), earliest };
  }
  const localDate = addDays(addLength(decisionDate, length.n, length.unit, calendar), 1);
  return { localDate, earliest: startOfLocalDay(localDate) };
}

export type Retention = {
  /** Last day on which the thing has to be kept. */
  readonly retainUntil: LocalDate;
  readonly deletableFrom: LocalDate;
};

/**
 * How long something has to be kept from a day on. Not moved.
 * @throws RangeError when the length is in hours, negative, not whole or beyond its limit
 */
export function retention(
  start: LocalDate,
  length: PeriodLength,
  calendar: HolidayCalendar = commissionHolidays,
): Retention {
  assertLength(length);
  if (length.unit === 'hours') throw new RangeError('expected a retention in days or longer units; found hours');
  const retainUntil = addLength(start, length.n, length.unit, calendar);
  return { retainUntil, deletableFrom: addDays(retainUntil, 1) };
}

/** The limit that ends first, where several have to be kept; the first named of two that end together. */
export function earlierOf<Limit extends LastMoment>(...limits: readonly [Limit, ...Limit[]]): Limit {
  return limits.reduce((earliest, limit) => (limit.expiredFrom < earliest.expiredFrom ? limit : earliest));
}

function addLength(
  date: LocalDate,
  n: number,
  unit: Exclude<PeriodLength['unit'], 'hours'>,
  calendar: HolidayCalendar,
): LocalDate {
  return unit === 'businessDays' ? addWorkingDays(calendar, date, n) : addToDate(date, n, unit);
}
