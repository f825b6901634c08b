import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import {
  addDays,
  addToDate,
  daysBetween,
  endOfLocalDay,
  formatInstantInBrussels,
  localDateOf,
  startOfLocalDay,
  weekdayOf,
} from './brussels-day.js';
import { formatInstant, instantFromMilliseconds, readInstant, readLocalDate } from './instant.js';

const date = readLocalDate;

describe('the day in Brussels', () => {
  it.each([
    ['2026-11-30T22:59:59Z', '2026-11-30'],
    ['2026-11-30T23:00:00Z', '2026-12-01'],
    ['2026-07-31T21:59:59Z', '2026-07-31'],
    ['2026-07-31T22:00:00Z', '2026-08-01'],
    ['2025-12-31T23:00:00Z', '2026-01-01'],
    ['2026-12-31T22:59:59.999Z', '2026-12-31'],
  ])('of %s is %s', (instant, day) => {
    expect(localDateOf(readInstant(instant))).toBe(day);
  });

  it('has 23 hours when the clocks go forward and 25 when they go back', () => {
    const hours = (day: string) => (endOfLocalDay(date(day)) - startOfLocalDay(date(day))) / 3_600_000;
    expect([hours('2026-03-29'), hours('2026-06-01'), hours('2026-10-25')]).toEqual([23, 24, 25]);
  });

  it('is what Temporal says for any instant', () => {
    const milliseconds = fc.integer({
      min: Date.parse('1990-01-01T00:00:00Z'),
      max: Date.parse('2100-01-01T00:00:00Z'),
    });
    fc.assert(
      fc.property(milliseconds, (ms) => {
        const expected = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO('Europe/Brussels').toPlainDate();
        const found = localDateOf(instantFromMilliseconds(ms));
        expect(found).toBe(expected.toString());
        expect(startOfLocalDay(found)).toBeLessThanOrEqual(ms);
        expect(endOfLocalDay(found)).toBeGreaterThan(ms);
      }),
      { numRuns: 300 },
    );
  });

  it('is written with the offset of its season', () => {
    expect(formatInstantInBrussels(readInstant('2026-10-19T21:59:59Z'))).toBe('2026-10-19T23:59:59+02:00');
    expect(formatInstantInBrussels(readInstant('2026-12-31T23:00:00Z'))).toBe('2027-01-01T00:00:00+01:00');
  });

  it('begins at an instant that can be written', () => {
    expect(formatInstant(startOfLocalDay(date('2027-08-02')))).toBe('2027-08-01T22:00:00Z');
  });
});

describe('counting on the calendar', () => {
  it.each([
    ['2026-08-31', 6, 'months', '2027-02-28'],
    ['2023-08-31', 6, 'months', '2024-02-29'],
    ['2024-02-29', 1, 'years', '2025-02-28'],
    ['2024-02-29', 4, 'years', '2028-02-29'],
    ['2026-03-31', -1, 'months', '2026-02-28'],
    ['2026-01-01', -2, 'weeks', '2025-12-18'],
    ['2026-12-31', 1, 'days', '2027-01-01'],
    ['2026-05-15', 0, 'months', '2026-05-15'],
  ] as const)('takes %s by %i %s to %s', (from, n, unit, to) => {
    expect(addToDate(date(from), n, unit)).toBe(to);
  });

  it('knows the weekday, before 1970 too', () => {
    expect(['1969-12-29', '2026-10-05', '2027-08-02', '2026-11-15'].map((day) => weekdayOf(date(day)))).toEqual([
      1, 1, 1, 7,
    ]);
  });

  it('measures back what it added', () => {
    fc.assert(
      fc.property(fc.integer({ min: -40_000, max: 40_000 }), (days) => {
        expect(daysBetween(date('2026-10-05'), addDays(date('2026-10-05'), days))).toBe(days);
      }),
    );
  });

  it('ends with the year 9999', () => {
    expect(() => addDays(date('9999-12-31'), 1)).toThrow('expected a day in the years 1 to 9999');
  });
});
