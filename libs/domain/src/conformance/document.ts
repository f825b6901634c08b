/** An object of a parsed document. */
export type Json = Readonly<Record<string, unknown>>;

/** @throws RangeError unless the value is an object */
export function objectIn(value: unknown, name: string): Json {
  if (!isJsonObject(value)) throw new RangeError(`expected ${name} as an object; found ${inJson(value)}`);
  return value;
}

/** @throws RangeError unless the value is a list */
export function listIn(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new RangeError(`expected ${name} as a list; found ${inJson(value)}`);
  return value;
}

/** @throws RangeError unless the value is a text with something in it */
export function textIn(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '')
    throw new RangeError(`expected ${name} as text; found ${inJson(value)}`);
  return value;
}

/** @throws RangeError unless the value is a finite number */
export function numberIn(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new RangeError(`expected ${name} as a number; found ${inJson(value)}`);
  return value;
}

export function isJsonObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const FOUND_CHARACTERS_MAX = 200;

/** A value as a message shows it. */
export function inJson(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > FOUND_CHARACTERS_MAX ? `${text.slice(0, FOUND_CHARACTERS_MAX)}…` : text;
}
