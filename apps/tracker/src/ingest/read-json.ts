import { parseStrictJson, UnreadableJson } from '../platform/strict-json.js';
import type { Refusal } from './reasons.js';

/** A JSON number in the digits it was written with: a double would have lost some of them. */
export class NumberLiteral {
  constructor(readonly digits: string) {}

  toJSON(): string {
    return this.digits;
  }
}

/** Fifteen digits survive a double; more may not. */
const moreDigitsThanADouble = /[\d.]{16}/;
const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
// No string of a body that was parsed strictly holds NUL, so none can be taken for one of these.
const mark = '\0';

export type ReadJson =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly refusal: Refusal };

/** Reads a body as JSON, keeping long numbers exact. */
export function readJson(body: Buffer): ReadJson {
  try {
    const value = parseStrictJson(body);
    const text = body.toString('utf8');
    return { ok: true, value: moreDigitsThanADouble.test(text) ? withExactNumbers(text) : value };
  } catch (error) {
    if (!(error instanceof UnreadableJson)) throw error;
    return { ok: false, refusal: { reason: 'body_malformed', detail: `Expected JSON in UTF-8: ${error.message}.` } };
  }
}

function withExactNumbers(text: string): unknown {
  const marked = text.replaceAll(stringOrNumber, (token) =>
    token.startsWith('"') || token.length < 16 ? token : `"\\u0000${token}"`,
  );
  return JSON.parse(marked, (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith(mark) ? new NumberLiteral(value.slice(1)) : value,
  );
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberLiteral);
}
