import { formatFlop, type Flop } from '../flop/flop.js';
import type { HolidayYear } from '../time/holiday-calendar.js';
import type { Fraction, Parameter, ParameterValues } from './parameter.js';

/** A value as its parameter reads it, and as an amendment states it: `1e25`, `2 weeks`, `1/3`, `2026-08-02`. */
export function writeParameterValue(value: ParameterValues[keyof ParameterValues]): string {
  if (typeof value === 'bigint') return formatFlop(value satisfies Flop);
  if (typeof value !== 'object') return String(value);
  if ('numerator' in value) return writeFraction(value);
  return 'days' in value ? writeHolidays(value) : `${value.n} ${value.unit}`;
}

function writeFraction({ numerator, denominator }: Fraction): string {
  return `${numerator}/${denominator}`;
}

/** The source of the list is told beside the value. */
function writeHolidays({ year, status, days }: HolidayYear): string {
  return `${status === 'unconfirmed' ? 'unconfirmed ' : ''}${year}: ${days.map((day) => day.slice('2028-'.length)).join(' ')}`;
}

/** What the parameter reads, in words, such as `a length such as "2 weeks"`. */
export function formOf(parameter: Pick<Parameter<unknown>, 'read'>): string {
  try {
    parameter.read('');
    return 'a text';
  } catch (error) {
    if (error instanceof RangeError) return expectedBy(error);
    throw error;
  }
}

/** What a reader expected, of its message `expected …, found …`. */
export function expectedBy({ message }: RangeError): string {
  return message.replace(/^expected /, '').replace(/[,;] found .*$/s, '');
}
