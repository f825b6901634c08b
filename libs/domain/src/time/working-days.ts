import { addDays, weekdayOf } from './brussels-day.js';
import { holidaysOf, type HolidayCalendar } from './holiday-calendar.js';
import type { LocalDate } from './instant.js';

const SATURDAY = 6;

/** How to read holidays that are not confirmed: as holidays, or as working days. */
export type UnconfirmedHolidays = 'asHolidays' | 'asWorkingDays';

export function isHoliday(
  calendar: HolidayCalendar,
  date: LocalDate,
  unconfirmed: UnconfirmedHolidays = 'asHolidays',
): boolean {
  const { status, days } = holidaysOf(calendar, Number(date.slice(0, 4)));
  if (status === 'unconfirmed' && unconfirmed === 'asWorkingDays') return false;
  return days.includes(date);
}

/** Every day but public holidays, Saturdays and Sundays (Reg. 1182/71, Art. 2(2)). */
export function isWorkingDay(
  calendar: HolidayCalendar,
  date: LocalDate,
  unconfirmed: UnconfirmedHolidays = 'asHolidays',
): boolean {
  return weekdayOf(date) < SATURDAY && !isHoliday(calendar, date, unconfirmed);
}

/** The date itself when it is a working day, else the next one (with `step` -1: the one before). */
export function nearestWorkingDay(
  calendar: HolidayCalendar,
  date: LocalDate,
  unconfirmed: UnconfirmedHolidays = 'asHolidays',
  step: 1 | -1 = 1,
): LocalDate {
  let day = date;
  while (!isWorkingDay(calendar, day, unconfirmed)) day = addDays(day, step);
  return day;
}

/** The n-th working day after the date, or before it when n is negative; the date itself when n is 0. */
export function addWorkingDays(
  calendar: HolidayCalendar,
  date: LocalDate,
  n: number,
  unconfirmed: UnconfirmedHolidays = 'asHolidays',
): LocalDate {
  const step = n < 0 ? -1 : 1;
  let day = date;
  for (let left = Math.abs(n); left > 0; left -= 1) {
    day = nearestWorkingDay(calendar, addDays(day, step), unconfirmed, step);
  }
  return day;
}
