import { addToDate, addDays, endOfLocalDay, localDateOf, weekdayOf } from './brussels-day.js';
import { commissionHolidays } from './commission-holidays.js';
import type { HolidayCalendar } from './holiday-calendar.js';
import { instantFromMilliseconds, type Instant, type LocalDate } from './instant.js';
import { assertLength, lengthInWords, MS_PER_HOUR, type PeriodLength } from './period-length.js';
import {
  addWorkingDays,
  isHoliday,
  isWorkingDay,
  nearestWorkingDay,
  type UnconfirmedHolidays,
} from './working-days.js';

/**
 * Whose rules a period is counted by.
 * - `regulation1182`: Regulation 1182/71; a period that is not in hours and ends on a holiday, Saturday or Sunday moves
 *   to the next working day (Art. 3(4)), and one of two days or more holds at least two working days (Art. 3(5)).
 * - `codeCalendar`: the Code of Practice; counted by the calendar and never moved.
 * - `codeBusinessDays`: the Code of Practice where it says business days: working days of the Commission.
 * - `calendarOnly`: the arithmetic of Reg. 1182/71, Art. 3(2), without the move.
 *
 * Under each of them the day or hour of the event is not counted, hours are elapsed hours, and business days are
 * counted in working days. Under `codeBusinessDays`, `days` are business days, and longer units go by the calendar.
 */
export type PeriodRegime = 'regulation1182' | 'codeCalendar' | 'codeBusinessDays' | 'calendarOnly';

/** A moment that ends a local day or an hour. */
export type LastMoment = {
  /** The Brussels day of `lastMoment`. */
  readonly localDate: LocalDate;
  /** The last second in which the act is in time. */
  readonly lastMoment: Instant;
  /** The first instant at which it is late. */
  readonly expiredFrom: Instant;
};

export type CountedPeriod = LastMoment & {
  /** Length and regime in a few words: `2 weeks, Reg. 1182/71`. */
  readonly rule: string;
  /** The day that the bare count gives, before any move. */
  readonly plainDate: LocalDate;
  /** How the date was counted, a sentence a step. */
  readonly derivation: readonly string[];
  /** The other possible date, where a holiday that is not yet confirmed decided. */
  readonly ifUnconfirmedHolidaysAreWorkingDays?: LocalDate;
};

export type PeriodToCount = {
  /** The event from which the period runs. */
  readonly from: Instant;
  readonly length: PeriodLength;
  readonly regime: PeriodRegime;
  /** Default: the holidays of the Commission. */
  readonly calendar?: HolidayCalendar;
};

/**
 * Counts a period forwards from an event. Days are days in Brussels.
 * @throws RangeError when the length is negative, not whole or beyond its limit
 */
export function countPeriod({ from, length, regime, calendar = commissionHolidays }: PeriodToCount): CountedPeriod {
  assertLength(length);
  const rule = `${lengthInWords(length)}, ${regimeInWords[regime]}`;
  if (length.unit === 'hours') return { rule, ...countHours(from, length.n) };

  const eventDay = localDateOf(from);
  let counted = countedPeriods.get(calendar);
  if (counted === undefined || counted.size >= COUNTED_PERIODS_MAX) {
    counted = new Map();
    countedPeriods.set(calendar, counted);
  }
  const key = `${eventDay} ${rule} ${length.unit}`;
  let period = counted.get(key);
  if (period === undefined) {
    period = { rule, ...countDaysBothWays(eventDay, length, regime, calendar) };
    counted.set(key, period);
  }
  return period;
}

const COUNTED_PERIODS_MAX = 50_000;
// Remembers what a pure function answered, since the same periods are counted at every assessment.
const countedPeriods = new WeakMap<HolidayCalendar, Map<string, CountedPeriod>>();

/** With holidays that are not confirmed, and what would come out without them. */
function countDaysBothWays(
  eventDay: LocalDate,
  length: PeriodLength,
  regime: PeriodRegime,
  calendar: HolidayCalendar,
): Omit<CountedPeriod, 'rule'> {
  const count = countDays(eventDay, length, regime, calendar, 'asHolidays');
  const other = countDays(eventDay, length, regime, calendar, 'asWorkingDays');
  return {
    ...endingWith(count.end),
    plainDate: count.plainDate,
    derivation: count.derivation,
    ...(other.end === count.end ? {} : { ifUnconfirmedHolidaysAreWorkingDays: other.end }),
  };
}

/** The deadline that ends with a day in Brussels. */
export function endingWith(localDate: LocalDate): LastMoment {
  return { ...endingBefore(endOfLocalDay(localDate)), localDate };
}

/** The deadline whose last second is the one before `expiredFrom`. */
export function endingBefore(expiredFrom: Instant): LastMoment {
  const lastMoment = instantFromMilliseconds(expiredFrom - 1000);
  return { localDate: localDateOf(lastMoment), lastMoment, expiredFrom };
}

const regimeInWords: Readonly<Record<PeriodRegime, string>> = {
  regulation1182: 'Reg. 1182/71',
  codeCalendar: 'Code calendar count',
  codeBusinessDays: 'Code business days',
  calendarOnly: 'calendar count',
};

/** Reg. 1182/71, Art. 3(1) and 3(2)(a): from the first full hour after the event's own. Never moved. */
function countHours(from: Instant, hours: number): Omit<CountedPeriod, 'rule'> {
  // Offsets of Brussels are whole hours, so full hours there are full hours in UTC.
  const start = (Math.floor(from / MS_PER_HOUR) + 1) * MS_PER_HOUR;
  const deadline = endingBefore(instantFromMilliseconds(start + hours * MS_PER_HOUR));
  return {
    ...deadline,
    plainDate: deadline.localDate,
    derivation: [
      'The hour of the event is not counted; the period starts with the next full hour.',
      `${hours} elapsed hours later it ends. A period in hours is not moved to a working day.`,
    ],
  };
}

type DayCount = { readonly end: LocalDate; readonly plainDate: LocalDate; readonly derivation: readonly string[] };

function countDays(
  eventDay: LocalDate,
  length: PeriodLength,
  regime: PeriodRegime,
  calendar: HolidayCalendar,
  unconfirmed: UnconfirmedHolidays,
): DayCount {
  const { n, unit } = length;
  const started = `The event happened on ${inWords(eventDay)} in Brussels; that day is not counted.`;
  if (unit === 'businessDays' || (unit === 'days' && regime === 'codeBusinessDays')) {
    const end = addWorkingDays(calendar, eventDay, n, unconfirmed);
    const counted = `Working day ${n} of the Commission after it is ${inWords(end)}.`;
    return { end, plainDate: end, derivation: n === 0 ? [started] : [started, counted] };
  }
  if (unit === 'hours') throw new RangeError('a period in hours has no count of days');
  const plainDate = addToDate(eventDay, n, unit);
  const derivation = [started, `${lengthInWords(length)} after it end with ${inWords(plainDate)}.`];
  if (regime !== 'regulation1182') {
    return { end: plainDate, plainDate, derivation: [...derivation, 'The date is not moved to a working day.'] };
  }

  let end = nearestWorkingDay(calendar, plainDate, unconfirmed);
  if (end !== plainDate) {
    const why = isHoliday(calendar, plainDate, unconfirmed) ? 'a holiday of the Commission' : 'no working day';
    derivation.push(`That is ${why}, so the period ends with the next working day, ${inWords(end)} (Art. 3(4)).`);
  }
  if (isTwoDaysOrMore(length)) {
    let workingDays = countWorkingDays(eventDay, end, calendar, unconfirmed);
    for (; workingDays < WORKING_DAYS_MIN; workingDays += 1) {
      end = nearestWorkingDay(calendar, addDays(end, 1), unconfirmed);
      derivation.push(`A period of two days or more holds two working days: it ends with ${inWords(end)} (Art. 3(5)).`);
    }
  }
  return { end, plainDate, derivation };
}

const WORKING_DAYS_MIN = 2;

function isTwoDaysOrMore({ n, unit }: PeriodLength): boolean {
  return unit === 'days' ? n >= 2 : n >= 1;
}

/** Working days after `eventDay` up to `end`, as many as matter. */
function countWorkingDays(
  eventDay: LocalDate,
  end: LocalDate,
  calendar: HolidayCalendar,
  unconfirmed: UnconfirmedHolidays,
): number {
  let found = 0;
  for (let day = end; day > eventDay && found < WORKING_DAYS_MIN; day = addDays(day, -1)) {
    if (isWorkingDay(calendar, day, unconfirmed)) found += 1;
  }
  return found;
}

const WEEKDAYS = ['', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

function inWords(date: LocalDate): string {
  return `${WEEKDAYS[weekdayOf(date)]} ${date}`;
}
