import fc from 'fast-check';
import { flop, formatFlop, formatFlopForNotification, readFlop, sumFlop } from './flop.js';

describe('reading FLOP', () => {
  it.each([
    ['6.3e24', 63n * 10n ** 23n],
    ['6.3E+24', 63n * 10n ** 23n],
    ['6300000000000000000000000', 63n * 10n ** 23n],
    ['0.063e26', 63n * 10n ** 23n],
    ['63', 63n],
    ['007', 7n],
    ['1.50e1', 15n],
    ['2.0', 2n],
    ['0', 0n],
    ['0e999', 0n],
    ['1e40', 10n ** 40n],
    ['12345678901234567890123456789', 12345678901234567890123456789n],
    [5e23, 5n * 10n ** 23n],
    [1e25, 10n ** 25n],
    [1.2e25, 12n * 10n ** 24n],
    [0, 0n],
    [42, 42n],
  ])('takes %j exactly', (value, expected) => {
    expect(readFlop(value)).toBe(expected);
  });

  it.each([
    '-1',
    '1.5',
    '1e-3',
    '',
    ' 1',
    '1 000',
    '1_000',
    '0x10',
    '1e',
    'e5',
    '.5e3',
    '1.e3',
    'NaN',
    'Infinity',
    '1e41',
    '1.1e40',
    '1e999999',
    '9'.repeat(101),
    -1,
    0.5,
    1e-7,
    Number.NaN,
    Infinity,
    1e41,
  ])('refuses %j', (value) => {
    expect(() => readFlop(value)).toThrow(RangeError);
  });

  it('says what was expected and what was found', () => {
    expect(() => readFlop('ten')).toThrow('such as "6.3e24"; found "ten"');
  });
});

describe('writing FLOP', () => {
  it.each([
    [0n, '0'],
    [5n * 10n ** 23n, '5e23'],
    [11n * 10n ** 24n, '1.1e25'],
    [100n, '100'],
    [1000n, '1e3'],
    [1234n, '1234'],
    [10n ** 25n + 1n, '10000000000000000000000001'],
  ])('turns %s into %s', (value, expected) => {
    expect(formatFlop(flop(value))).toBe(expected);
  });

  it('is undone by reading', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.nat({ max: 20 }), (digits, zeros) => {
        const value = flop(digits * 10n ** BigInt(zeros));
        expect(readFlop(formatFlop(value))).toBe(value);
        expect(readFlop(value.toString())).toBe(value);
      }),
    );
  });

  it.each([
    ['12345e21', '1.2e25'],
    ['12500e21', '1.3e25'],
    ['9960e21', '1e25'],
    ['7e22', '7e22'],
    ['42', '42'],
  ])('rounds %s to two significant figures for a notification: %s', (value, expected) => {
    expect(formatFlopForNotification(readFlop(value))).toBe(expected);
  });
});

describe('adding FLOP', () => {
  it('sums without losing a digit, in any order and beyond what can be stated', () => {
    const values = fc.array(fc.bigInt({ min: 0n, max: 10n ** 40n }).map(flop), { maxLength: 20 });
    fc.assert(
      fc.property(values, (summands) => {
        const sum = sumFlop(summands);
        expect(sumFlop([...summands].reverse())).toBe(sum);
        expect(summands.reduce((rest, value) => rest - value, sum as bigint)).toBe(0n);
      }),
    );
  });

  it('knows no negative count', () => {
    expect(() => flop(-1n)).toThrow(RangeError);
  });
});
