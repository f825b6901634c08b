/** Floating-point operations: an exact, non-negative integer. Thresholds are compared on these, never on doubles. */
export type Flop = bigint & { readonly __flop: unique symbol };

/** What can be stated: far beyond anything that can be trained. */
const FLOP_MAX_STATED = 10n ** 40n;
/** What sums and estimates of stated figures can come to, so that no derived figure is unreadable. */
export const FLOP_MAX_DERIVED = 10n ** 90n;
/** Keeps a hostile exponent from filling the memory. */
const FLOP_DIGITS_MAX = 100;
const DECIMAL_CHARACTERS_MAX = 100;
const DECIMAL_FORM = /^(\d+)(?:\.(\d+))?(?:[eE]\+?(\d{1,3}))?$/;

/**
 * Reads a count of floating-point operations exactly: `"6.3e24"`, `"6.3E+24"`, `"63"`, or a JSON number by its
 * shortest decimal form (5e23 means 5 × 10^23, not the nearest double).
 *
 * @throws RangeError when it is negative, not a whole number, above `max` (10^40), or not such a decimal
 */
export function readFlop(value: string | number, max: bigint = FLOP_MAX_STATED): Flop {
  const text = typeof value === 'number' ? String(value) : value;
  const match = text.length <= DECIMAL_CHARACTERS_MAX ? DECIMAL_FORM.exec(text) : null;
  if (match === null) throw notAFlop(value);
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const significant = `${whole}${fraction}`.replace(/^0+/, '');
  if (significant === '') return 0n as Flop;

  // How many zeros to append; negative: how many digits lie behind the point and have to be zeros.
  const shift = Number(exponent) - fraction.length;
  const digits = significant.length + shift;
  if (digits > FLOP_DIGITS_MAX || digits <= 0 || !/^0*$/.test(significant.slice(digits))) throw notAFlop(value);
  const flop = BigInt(significant.slice(0, digits).padEnd(digits, '0'));
  if (flop > max) throw notAFlop(value);
  return flop as Flop;
}

/** @throws RangeError when negative */
export function flop(value: bigint): Flop {
  if (value < 0n) throw notAFlop(value);
  return value as Flop;
}

/** The shortest exact form: `5e23`, `1.1e25`, and plain digits when those are not longer. */
export function formatFlop(value: Flop): string {
  const digits = value.toString();
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const mantissa = significant.length === 1 ? significant : `${significant.slice(0, 1)}.${significant.slice(1)}`;
  const scientific = `${mantissa}e${digits.length - 1}`;
  return scientific.length < digits.length ? scientific : digits;
}

/**
 * Rounded half up to two significant figures, the precision in which a notification states its estimate
 * (Guidelines on GPAI models, Annex A): `1.2e25`.
 */
export function formatFlopForNotification(value: Flop): string {
  const digits = value.toString().length;
  if (digits <= 2) return formatFlop(value);
  const unit = 10n ** BigInt(digits - 2);
  return formatFlop((((value + unit / 2n) / unit) * unit) as Flop);
}

export function sumFlop(values: Iterable<Flop>): Flop {
  let sum = 0n;
  for (const value of values) sum += value;
  return flop(sum);
}

function notAFlop(value: string | number | bigint): RangeError {
  const found = typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
  return new RangeError(
    `expected a whole, non-negative number of floating-point operations up to 1e40 such as "6.3e24"; found ${found}`,
  );
}
