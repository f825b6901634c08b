import { formatFlop, type Instant, type LocalDate, readFlop, readInstant, readLocalDate } from '#libs/domain';
import { foundInWords } from '../../platform/problem.js';
import { NumberLiteral } from '../read-json.js';

/** A field that was read, or what should have been there. */
export type FieldReading<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly expected: string };
export type FieldReader<Value> = (value: unknown) => FieldReading<Value>;

const textLengthMax = 2000;
const referenceLengthMax = 512;
const listLengthMax = 200;

const read = <Value>(value: Value): FieldReading<Value> => ({ ok: true, value });
const expected = (words: string): FieldReading<never> => ({ ok: false, expected: words });

export const text: FieldReader<string> = (value) => readText(value, textLengthMax);
export const reference: FieldReader<string> = (value) => readText(value, referenceLengthMax);

/** Versions are text, and numbers where a tool counts them. */
export const version: FieldReader<string> = (value) =>
  typeof value === 'number' && Number.isSafeInteger(value) ? read(String(value)) : readText(value, referenceLengthMax);

function readText(value: unknown, lengthMax: number): FieldReading<string> {
  const found = typeof value === 'string' ? value.trim() : '';
  return found !== '' && found.length <= lengthMax ? read(found) : expected(`a text of 1 to ${lengthMax} characters`);
}

export const flag: FieldReader<boolean> = (value) =>
  typeof value === 'boolean' ? read(value) : expected('true or false');

/** Total numbers, such as parameters. */
export const count: FieldReader<number> = (value) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0
    ? read(value)
    : expected('a whole number above zero');

/** Exact: as a decimal string, a JSON number, or the digits of one that a double does not hold. */
export const flop: FieldReader<string> = (value) => {
  const literal = value instanceof NumberLiteral ? value.digits : value;
  if (typeof literal !== 'string' && typeof literal !== 'number') return expected(flopInWords);
  return attempt(
    () => (typeof literal === 'string' ? keepDigits(literal) : formatFlop(readFlop(literal))),
    flopInWords,
  );
};

const flopInWords = 'a number of operations that is whole and not negative, such as "6.3e24"';

/** The digits as sent, once they are known to be a number: what a person wrote is what the delivery list shows. */
function keepDigits(digits: string): string {
  readFlop(digits);
  return digits;
}

export const instant: FieldReader<Instant> = (value) =>
  attempt(() => readInstant(asText(value)), 'an instant with its offset, such as 2026-09-23T07:55:00Z');

export const date: FieldReader<LocalDate> = (value) =>
  attempt(() => readLocalDate(asText(value)), 'a day such as 2026-09-22');

export const oneOf =
  <Word extends string>(...words: readonly Word[]): FieldReader<Word> =>
  (value) => {
    const word = words.find((candidate) => candidate === value);
    return word === undefined ? expected(`one of ${words.join(', ')}`) : read(word);
  };

export const listOf =
  <Value>(reader: FieldReader<Value>): FieldReader<readonly Value[]> =>
  (value) => {
    if (!Array.isArray(value) || value.length > listLengthMax)
      return expected(`a list of at most ${listLengthMax} entries`);
    const entries: Value[] = [];
    for (const entry of value) {
      const reading = reader(entry);
      if (!reading.ok) return expected(`a list in which each entry is ${reading.expected}`);
      entries.push(reading.value);
    }
    return read(entries);
  };

/** An envelope's own time, where it states one. */
export function readOptionalInstant(value: unknown): FieldReading<Instant | undefined> {
  return value === undefined || value === null ? read(undefined) : instant(value);
}

export function foundIn(value: unknown): string {
  return value instanceof NumberLiteral ? value.digits.slice(0, 80) : foundInWords(value);
}

function asText(value: unknown): string {
  if (typeof value !== 'string') throw new RangeError('not a text');
  return value;
}

function attempt<Value>(action: () => Value, words: string): FieldReading<Value> {
  try {
    return read(action());
  } catch (error) {
    if (error instanceof RangeError) return expected(words);
    throw error;
  }
}
