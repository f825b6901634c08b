import fc from 'fast-check';
import { formatInstant, instantFromMilliseconds, readInstant, readLocalDate } from './instant.js';
import { backwardPeriod, earlierOf, fixedDate, retention, waitingPeriod } from './limits.js';
import { countPeriod, type PeriodRegime } from './period.js';
import type { PeriodLength, PeriodUnit } from './period-length.js';
import { isWorkingDay } from './working-days.js';
import { commissionHolidays } from './commission-holidays.js';

const regimes: readonly PeriodRegime[] = ['regulation1182', 'codeCalendar', 'codeBusinessDays', 'calendarOnly'];
const units: readonly PeriodUnit[] = ['hours', 'days', 'weeks', 'months', 'years', 'businessDays'];

const count = (from: string, n: number, unit: PeriodUnit, regime: PeriodRegime = 'regulation1182') =>
  countPeriod({ from: readInstant(from), length: { n, unit }, regime });
const endOf = (...period: Parameters<typeof count>) => count(...period).localDate;

describe('a period under Reg. 1182/71', () => {
  it('of one day that ends on a Saturday moves to Monday, and needs no second working day', () => {
    expect(endOf('2026-10-16T09:00:00Z', 1, 'days')).toBe('2026-10-19');
  });

  it('of two days from a Thursday holds Friday and Monday', () => {
    expect(endOf('2026-10-15T09:00:00Z', 2, 'days')).toBe('2026-10-19');
  });

  it('of three days before the end-of-year closure holds two working days after it', () => {
    expect(endOf('2026-12-23T09:00:00Z', 3, 'days')).toBe('2027-01-05');
  });

  it('of one week within the closure holds two working days', () => {
    expect(endOf('2026-12-24T09:00:00Z', 1, 'weeks')).toBe('2027-01-05');
  });

  it('of no length ends with the day of the event, or the working day after it', () => {
    expect(endOf('2026-10-16T09:00:00Z', 0, 'days')).toBe('2026-10-16');
    expect(endOf('2026-10-17T09:00:00Z', 0, 'weeks')).toBe('2026-10-19');
  });

  it('of months ends on the last day of a shorter month', () => {
    expect(endOf('2026-01-31T09:00:00Z', 1, 'months', 'calendarOnly')).toBe('2026-02-28');
    expect(endOf('2024-02-29T09:00:00Z', 1, 'years', 'calendarOnly')).toBe('2025-02-28');
  });

  it('of hours begins with the next full hour, even when the event is on the hour', () => {
    expect(formatInstant(count('2026-10-05T09:00:00Z', 1, 'hours').expiredFrom)).toBe('2026-10-05T11:00:00Z');
    expect(formatInstant(count('2026-10-05T09:59:59.999Z', 1, 'hours').expiredFrom)).toBe('2026-10-05T11:00:00Z');
    expect(formatInstant(count('2026-10-05T09:30:00Z', 0, 'hours').lastMoment)).toBe('2026-10-05T09:59:59Z');
  });

  it('of hours is elapsed time when the clocks go forward', () => {
    const period = count('2026-03-28T22:30:00Z', 24, 'hours');
    expect(formatInstant(period.expiredFrom)).toBe('2026-03-29T23:00:00Z');
    expect(period.localDate).toBe('2026-03-30');
  });

  it('of hours that ends at midnight belongs to the day that ended', () => {
    expect(endOf('2026-10-05T20:30:00Z', 1, 'hours')).toBe('2026-10-05');
  });

  it('of working days is counted in working days and needs no move', () => {
    expect(endOf('2026-10-29T09:00:00Z', 5, 'businessDays')).toBe('2026-11-06');
  });

  it('tells how it was counted', () => {
    expect(count('2026-12-15T14:30:00Z', 2, 'weeks')).toMatchObject({
      rule: '2 weeks, Reg. 1182/71',
      plainDate: '2026-12-29',
      localDate: '2027-01-04',
      derivation: [
        'The event happened on Tuesday 2026-12-15 in Brussels; that day is not counted.',
        '2 weeks after it end with Tuesday 2026-12-29.',
        'That is a holiday of the Commission, so the period ends with the next working day, Monday 2027-01-04 (Art. 3(4)).',
      ],
    });
  });

  it('shows the other date where an unconfirmed holiday decided', () => {
    // 1 January 2027 is a Friday that only the pattern makes a holiday.
    expect(count('2026-12-15T14:30:00Z', 2, 'weeks').ifUnconfirmedHolidaysAreWorkingDays).toBe('2027-01-01');
    expect(count('2026-07-07T16:45:00Z', 2, 'weeks').ifUnconfirmedHolidaysAreWorkingDays).toBeUndefined();
    expect(count('2027-07-07T16:45:00Z', 2, 'weeks').ifUnconfirmedHolidaysAreWorkingDays).toBe('2027-07-21');
  });
});

describe('a period under the Code', () => {
  it('is never moved', () => {
    expect(endOf('2026-12-23T09:00:00Z', 2, 'days', 'codeCalendar')).toBe('2026-12-25');
  });

  it('in business days counts working days of the Commission, whatever the unit is called', () => {
    expect(endOf('2026-10-29T09:00:00Z', 5, 'days', 'codeBusinessDays')).toBe('2026-11-06');
    expect(endOf('2026-10-29T09:00:00Z', 5, 'businessDays', 'codeCalendar')).toBe('2026-11-06');
  });

  it('of one business day is called so', () => {
    expect(count('2026-10-29T09:00:00Z', 1, 'businessDays', 'codeBusinessDays').rule).toBe(
      '1 business day, Code business days',
    );
  });
});

describe('other limits', () => {
  const date = readLocalDate;

  it('counted backwards are not moved', () => {
    expect(backwardPeriod(date('2026-11-15'), { n: 2, unit: 'weeks' }).localDate).toBe('2026-11-01');
    expect(backwardPeriod(date('2026-11-03'), { n: 1, unit: 'businessDays' }).localDate).toBe('2026-10-30');
    expect(formatInstant(backwardPeriod(date('2026-11-15'), { n: 24, unit: 'hours' }).expiredFrom)).toBe(
      '2026-11-13T23:00:00Z',
    );
  });

  it('that wait are over on the day after, though it be a holiday', () => {
    expect(waitingPeriod(date('2026-06-30'), { n: 6, unit: 'months' }).localDate).toBe('2026-12-31');
    expect(formatInstant(waitingPeriod(date('2026-09-10'), { n: 24, unit: 'hours' }).earliest)).toBe(
      '2026-09-11T22:00:00Z',
    );
  });

  it('that retain end with the same date years on', () => {
    expect(retention(date('2024-02-29'), { n: 10, unit: 'years' })).toEqual({
      retainUntil: '2034-02-28',
      deletableFrom: '2034-03-01',
    });
    expect(() => retention(date('2026-01-01'), { n: 1, unit: 'hours' })).toThrow('found hours');
  });

  it('that must all hold end with the earliest', () => {
    const [early, late] = [fixedDate(date('2026-10-27')), fixedDate(date('2026-11-02'))];
    expect(earlierOf(late, early)).toBe(early);
  });

  it.each([-1, 0.5, Number.NaN, 101])('refuse a length of %d years', (n) => {
    expect(() => count('2026-10-05T09:12:00Z', n, 'years')).toThrow('expected 0 to 100 whole years');
  });
});

describe('whatever is counted', () => {
  const instants = fc
    .integer({ min: Date.parse('2024-01-01T00:00:00Z'), max: Date.parse('2036-01-01T00:00:00Z') })
    .map(instantFromMilliseconds);
  const lengths: fc.Arbitrary<PeriodLength> = fc.record({
    n: fc.integer({ min: 0, max: 30 }),
    unit: fc.constantFrom(...units),
  });

  it('ends later, or at the same time, when the event is later', () => {
    fc.assert(
      fc.property(instants, instants, lengths, fc.constantFrom(...regimes), (one, other, length, regime) => {
        const [earlier, later] = one <= other ? [one, other] : [other, one];
        const [first, second] = [earlier, later].map((from) => countPeriod({ from, length, regime }));
        expect(first?.expiredFrom).toBeLessThanOrEqual(second?.expiredFrom ?? -1);
      }),
    );
  });

  it('ends after the event', () => {
    fc.assert(
      fc.property(instants, lengths, fc.constantFrom(...regimes), (from, length, regime) => {
        const { lastMoment, expiredFrom } = countPeriod({ from, length, regime });
        expect(expiredFrom).toBeGreaterThan(from);
        expect(expiredFrom - lastMoment).toBe(1000);
      }),
    );
  });

  it('ends on a working day under Reg. 1182/71 unless it is in hours', () => {
    const days = lengths.filter(({ n, unit }) => unit !== 'hours' && !(unit === 'businessDays' && n === 0));
    fc.assert(
      fc.property(instants, days, (from, length) => {
        const { localDate } = countPeriod({ from, length, regime: 'regulation1182' });
        expect(isWorkingDay(commissionHolidays, localDate)).toBe(true);
      }),
    );
  });
});
