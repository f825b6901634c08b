import type { LocalDate } from './instant.js';

/** How well the days of a year are known; what is not confirmed may still move a deadline. */
export type HolidayYearStatus = 'officialJournal' | 'secondarySource' | 'unconfirmed';

/** The holidays of one year that fall on Monday to Friday. */
export type HolidayYear = {
  readonly year: number;
  readonly status: HolidayYearStatus;
  readonly source: string;
  readonly days: readonly LocalDate[];
};

/**
 * The days on which an institution does not work, beside Saturdays and Sundays (Reg. 1182/71, Art. 2(1)). Plain data
 * with a version: a new list replaces the object, nothing is edited in place.
 */
export type HolidayCalendar = {
  readonly id: string;
  readonly version: string;
  readonly years: readonly HolidayYear[];
  /** The days to be expected in a year that is not listed. Such a year is unconfirmed. */
  readonly expected: (year: number) => readonly LocalDate[];
};

/** The holidays of a year: as listed, or else as the pattern lets expect them. */
export function holidaysOf(calendar: HolidayCalendar, year: number): HolidayYear {
  let years = holidayYears.get(calendar);
  if (years === undefined) {
    years = new Map(calendar.years.map((listed) => [listed.year, listed]));
    holidayYears.set(calendar, years);
  }
  let found = years.get(year);
  if (found === undefined) {
    found = { year, status: 'unconfirmed', source: 'pattern of earlier years', days: calendar.expected(year) };
    years.set(year, found);
  }
  return found;
}

// Remembers what the pure function above answered, for as long as the calendar is in use.
const holidayYears = new WeakMap<HolidayCalendar, Map<number, HolidayYear>>();
