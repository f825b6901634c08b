import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { formatInstant, instantFromMilliseconds, readInstant, readLocalDate } from './instant.js';

describe('an instant', () => {
  it.each([
    ['2026-10-05T09:12:00Z', '2026-10-05T09:12:00Z'],
    ['2026-10-05T11:12:00+02:00', '2026-10-05T09:12:00Z'],
    ['2026-10-05T03:42:00-05:30', '2026-10-05T09:12:00Z'],
    ['2026-10-05t09:12:00.5z', '2026-10-05T09:12:00.500Z'],
    ['2026-10-05T09:12:00.123999999Z', '2026-10-05T09:12:00.123Z'],
    ['1969-12-31T23:59:59.999Z', '1969-12-31T23:59:59.999Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
  ])('is read from %s as %s', (text, utc) => {
    expect(formatInstant(readInstant(text))).toBe(utc);
  });

  it.each([
    '2026-10-05T09:12:00',
    '2026-10-05',
    '2026-02-29T09:12:00Z',
    '2026-13-01T09:12:00Z',
    '2026-10-05T24:00:00Z',
    '2026-10-05T09:60:00Z',
    '2026-10-05T09:12:60Z',
    '2026-10-05T09:12:00+24:00',
    '2026-10-05T09:12:00+0200',
    '2026-10-05T09:12Z',
    ' 2026-10-05T09:12:00Z',
    '+002026-10-05T09:12:00Z',
    '0000-10-05T09:12:00Z',
    '2026-10-05T09:12:00Z[Europe/Brussels]',
    '',
  ])('is not read from %j', (text) => {
    expect(() => readInstant(text)).toThrow(RangeError);
  });

  it('is what Temporal reads from the same text', () => {
    const milliseconds = fc.integer({
      min: Date.parse('1900-01-01T00:00:00Z'),
      max: Date.parse('2200-01-01T00:00:00Z'),
    });
    fc.assert(
      fc.property(milliseconds, fc.integer({ min: -14 * 60, max: 14 * 60 }), (ms, offsetMinutes) => {
        const sign = offsetMinutes < 0 ? '-' : '+';
        const [hours, minutes] = [Math.floor(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60];
        const zone = `${sign}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
        const text = Temporal.Instant.fromEpochMilliseconds(ms).toString({ timeZone: zone });
        expect(readInstant(text)).toBe(ms);
        expect(readInstant(formatInstant(instantFromMilliseconds(ms)))).toBe(ms);
      }),
    );
  });

  it.each([0.5, Number.NaN, Infinity, 1e18])('is not made from %d milliseconds', (milliseconds) => {
    expect(() => instantFromMilliseconds(milliseconds)).toThrow('expected whole milliseconds');
  });
});

describe('a local date', () => {
  it.each(['2026-10-19', '2024-02-29', '0001-02-01'])('is read from %s', (text) => {
    expect(readLocalDate(text)).toBe(text);
  });

  it.each(['2026-2-1', '2026-02-29', '2026-00-10', '20261019', '2026-10-19T00:00:00Z', '0000-01-01', ''])(
    'is not read from %j',
    (text) => {
      expect(() => readLocalDate(text)).toThrow('expected a day that exists, such as 2026-10-19');
    },
  );
});
