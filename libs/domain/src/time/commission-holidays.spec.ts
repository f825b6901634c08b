import { addDays, weekdayOf } from './brussels-day.js';
import { commissionHolidays, easterSunday, expectedCommissionHolidays } from './commission-holidays.js';
import { holidaysOf } from './holiday-calendar.js';
import { readLocalDate } from './instant.js';
import { addWorkingDays, isHoliday, isWorkingDay } from './working-days.js';

const date = readLocalDate;
const onWorkdays = (days: readonly string[]) => days.filter((day) => weekdayOf(date(day)) < 6);

describe('the holidays of the Commission', () => {
  it.each(commissionHolidays.years.map((listed) => [listed.year, listed] as const))(
    'of %i follow the pattern that serves the years not listed',
    (year, { days }) => {
      expect(onWorkdays(expectedCommissionHolidays(year))).toEqual(onWorkdays(days));
    },
  );

  it('are listed in order and within their year', () => {
    for (const { year, days, source } of commissionHolidays.years) {
      expect([...days].sort()).toEqual(days);
      expect(days.every((day) => day.startsWith(`${year}-`))).toBe(true);
      expect(source).not.toBe('');
    }
  });

  it('are unconfirmed in a year that is not listed', () => {
    expect(holidaysOf(commissionHolidays, 2031)).toMatchObject({ year: 2031, status: 'unconfirmed' });
    expect(isHoliday(commissionHolidays, date('2031-07-21'))).toBe(true);
    expect(isHoliday(commissionHolidays, date('2031-07-21'), 'asWorkingDays')).toBe(false);
  });

  it('are not those of Belgium: 11 November is a working day', () => {
    expect(isWorkingDay(commissionHolidays, date('2026-11-11'))).toBe(true);
  });
});

describe('Easter', () => {
  it.each([
    [1818, '1818-03-22'],
    [1943, '1943-04-25'],
    [1954, '1954-04-18'],
    [1981, '1981-04-19'],
    [2000, '2000-04-23'],
    [2024, '2024-03-31'],
    [2025, '2025-04-20'],
    [2026, '2026-04-05'],
    [2027, '2027-03-28'],
    [2038, '2038-04-25'],
    [2049, '2049-04-18'],
    [2076, '2076-04-19'],
    [2285, '2285-03-22'],
  ])('of %i is on %s', (year, day) => {
    expect(easterSunday(year)).toBe(day);
  });

  it('is a Sunday between 22 March and 25 April', () => {
    for (let year = 1900; year <= 2299; year += 1) {
      const easter = easterSunday(year);
      expect(weekdayOf(easter)).toBe(7);
      expect(easter >= `${year}-03-22` && easter <= `${year}-04-25`).toBe(true);
    }
  });
});

describe('working days', () => {
  it('are counted back as they were counted forward', () => {
    const start = date('2026-12-14');
    expect(addWorkingDays(commissionHolidays, start, 15)).toBe('2027-01-13');
    expect(addWorkingDays(commissionHolidays, date('2027-01-13'), -15)).toBe(start);
  });

  it('leave a date alone when none are added', () => {
    expect(addWorkingDays(commissionHolidays, addDays(date('2026-12-24'), 2), 0)).toBe('2026-12-26');
  });
});
