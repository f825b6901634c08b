import { FLOP_MAX_DERIVED, readFlop } from '../flop/flop.js';
import { readInstant } from '../time/instant.js';
import { inJson, isJsonObject, type Json } from './document.js';

/** Where an answer is not as expected. `found` is undefined where there is nothing. */
export type CaseDifference = { readonly field: string; readonly expected: unknown; readonly found: unknown };

/** `m1 classification.legacy: expected true; found false` */
export function differenceInWords({ field, expected, found }: CaseDifference): string {
  return `${field}: expected ${inJson(expected)}; found ${inJson(found)}`;
}

/**
 * The listed fields that come out differently, those of nested objects one by one. What is not listed is not looked at;
 * what is listed has to be there.
 */
export function compareFields(where: string, expected: Json, found: unknown): readonly CaseDifference[] {
  return Object.entries(expected).flatMap(([name, value]) => {
    const field = `${where}.${name}`;
    const actual = isJsonObject(found) && Object.hasOwn(found, name) ? found[name] : undefined;
    if (isJsonObject(value) && isJsonObject(actual)) return compareFields(field, value, actual);
    return sameValue(value, actual) ? [] : [{ field, expected: value, found: actual }];
  });
}

/** Members that are not part of the format: a misspelt expectation would otherwise count as met. */
export function unknownMembers(where: string, value: Json, known: readonly string[]): readonly CaseDifference[] {
  return Object.keys(value)
    .filter((name) => name !== 'note' && !known.includes(name))
    .map((name) => ({ field: where + name, expected: `a member of the format: ${known.join(', ')}`, found: name }));
}

/** FLOP is a number in a document and an exact text in answers; a moment may be written in any offset. */
function sameValue(expected: unknown, found: unknown): boolean {
  if (Object.is(expected, found)) return true;
  if (Array.isArray(expected)) {
    return (
      Array.isArray(found) &&
      expected.length === found.length &&
      expected.every((item, index) => sameValue(item, found[index]))
    );
  }
  if (isJsonObject(expected)) return isJsonObject(found) && compareFields('', expected, found).length === 0;
  if (typeof found !== 'string') return false;
  return sameFlop(expected, found) || sameInstant(expected, found);
}

function sameFlop(expected: unknown, found: string): boolean {
  if (typeof expected !== 'number' && typeof expected !== 'string') return false;
  const one = readOrNull(() => readFlop(expected, FLOP_MAX_DERIVED));
  return one !== null && one === readOrNull(() => readFlop(found, FLOP_MAX_DERIVED));
}

function sameInstant(expected: unknown, found: string): boolean {
  if (typeof expected !== 'string') return false;
  const one = readOrNull(() => readInstant(expected));
  return one !== null && one === readOrNull(() => readInstant(found));
}

function readOrNull<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
