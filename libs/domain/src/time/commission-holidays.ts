import { addDays } from './brussels-day.js';
import type { HolidayCalendar } from './holiday-calendar.js';
import { readLocalDate, type LocalDate } from './instant.js';

/**
 * Days on which the Commission in Brussels does not work. Notifications of Chapter V go to the Commission, so its
 * holidays count, not Belgium's: 11 November is a working day. Holidays that fall on a Saturday or Sunday are listed
 * where the source lists them; they change nothing.
 */
export const commissionHolidays: HolidayCalendar = {
  id: 'eu-commission',
  version: '2026-11-23',
  years: [
    {
      year: 2025,
      status: 'secondarySource',
      source: 'encyclopaedic list that names the Commission decision as its source',
      days: daysOf(
        2025,
        '01-01 01-02 04-17 04-18 04-21 05-01 05-09 05-29 05-30 06-09 07-21 08-15',
        '12-24 12-25 12-26 12-29 12-30 12-31',
      ),
    },
    {
      year: 2026,
      status: 'secondarySource',
      source: 'pattern of earlier years, in agreement with the 2026 list of a Union body; OJ decision not seen',
      days: daysOf(
        2026,
        '01-01 01-02 04-02 04-03 04-06 05-01 05-14 05-15 05-25 07-21 11-02',
        '12-24 12-25 12-28 12-29 12-30 12-31',
      ),
    },
    {
      year: 2027,
      status: 'unconfirmed',
      source: 'pattern of earlier years (Easter on 28 March 2027)',
      days: daysOf(
        2027,
        '01-01 03-25 03-26 03-29 05-06 05-07 05-17 07-21 11-01 11-02',
        '12-24 12-27 12-28 12-29 12-30 12-31',
      ),
    },
  ],
  expected: expectedCommissionHolidays,
};

const FIXED_DAYS = '01-01 01-02 05-01 05-09 07-21 08-15 11-01 11-02 12-24 12-25 12-26 12-27 12-28 12-29 12-30 12-31';
/** Maundy Thursday, Good Friday, Easter Monday, Ascension and the day after it, Whit Monday. */
const DAYS_AFTER_EASTER = [-3, -2, 1, 39, 40, 50];

/** The days that the Commission has closed on every year so far. */
export function expectedCommissionHolidays(year: number): readonly LocalDate[] {
  const easter = easterSunday(year);
  return [...daysOf(year, FIXED_DAYS), ...DAYS_AFTER_EASTER.map((days) => addDays(easter, days))].sort();
}

/** Easter Sunday of the Gregorian calendar, from the golden number, the century's corrections and the epact. */
export function easterSunday(year: number): LocalDate {
  const century = Math.floor(year / 100);
  const leapDaysDropped = century - Math.floor(century / 4);
  const lunarCorrection = Math.floor((8 * century + 13) / 25);
  const moonAge = (leapDaysDropped - lunarCorrection + 19 * (year % 19) + 15) % 30;
  // The two shortest lunations are a day shorter, so that the full moon stays before 19 April.
  const isShortened = moonAge === 29 || (moonAge === 28 && year % 19 > 10);
  const fullMoon = 21 + moonAge - (isShortened ? 1 : 0);
  const weekday = (year + Math.floor(year / 4) + fullMoon + 2 - leapDaysDropped) % 7;
  // Counted from 1 March; the Sunday strictly after the full moon.
  return addDays(readLocalDate(`${String(year).padStart(4, '0')}-03-01`), fullMoon - 1 + (7 - weekday));
}

function daysOf(year: number, ...monthDays: readonly string[]): readonly LocalDate[] {
  const fourDigits = String(year).padStart(4, '0');
  return monthDays.flatMap((list) => list.split(' ')).map((monthDay) => readLocalDate(`${fourDigits}-${monthDay}`));
}
