/** Where in the input something is wrong, what was expected there and what was found. */
export type FieldProblem = { readonly path: string; readonly expected: string; readonly found: string };

/**
 * The form of a value: reads it from JSON, adding every problem it meets to `problems`, and writes it back. A read that
 * met a problem answers undefined.
 */
export type Shape<Value> = {
  readonly read: (json: unknown, path: string, problems: FieldProblem[]) => Value | undefined;
  readonly write: (value: Value) => unknown;
};

/** A field of an object that may be absent. Absent is not the same as null. */
export type OptionalShape<Value> = Shape<Value> & { readonly optional: true };

export const optional = <Value>(shape: Shape<Value>): OptionalShape<Value> => ({ ...shape, optional: true });

const FOUND_CHARACTERS_MAX = 80;

/** A value as a message shows it: shortened JSON. */
export function inWords(json: unknown): string {
  if (json === undefined) return 'nothing';
  const text = jsonOf(json) ?? 'a value nested too deeply to be shown';
  return text.length > FOUND_CHARACTERS_MAX ? `${text.slice(0, FOUND_CHARACTERS_MAX)}…` : text;
}

/** Undefined for what is nested so deeply that it cannot be written. */
export function jsonOf(json: unknown): string | undefined {
  try {
    return JSON.stringify(json);
  } catch {
    return undefined;
  }
}

export function complain(problems: FieldProblem[], path: string, expected: string, json: unknown): undefined {
  problems.push({ path, expected, found: inWords(json) });
  return undefined;
}

type FieldShapes<Value> = {
  readonly [Key in keyof Value]-?: undefined extends Value[Key]
    ? OptionalShape<Exclude<Value[Key], undefined>>
    : Shape<Value[Key]>;
};

/** An object with exactly these fields. */
export function object<Value extends object>(fields: FieldShapes<Value>): Shape<Value> {
  const entries = Object.entries(fields) as [string, Shape<unknown> & { optional?: true }][];
  const names = new Set(entries.map(([name]) => name));
  return {
    read: (json, path, problems) => {
      if (!isObject(json)) return complain(problems, path, 'an object', json);
      const problemsBefore = problems.length;
      for (const name of Object.keys(json)) {
        if (!names.has(name)) complain(problems, `${path}.${name}`, `one of the fields ${[...names].join(', ')}`, name);
      }
      const value: Record<string, unknown> = {};
      for (const [name, shape] of entries) {
        const field = Object.hasOwn(json, name) ? json[name] : undefined;
        if (field === undefined && shape.optional === true) continue;
        value[name] = shape.read(field, `${path}.${name}`, problems);
      }
      return problems.length === problemsBefore ? (value as Value) : undefined;
    },
    write: (value) => {
      const json: Record<string, unknown> = {};
      for (const [name, shape] of entries) {
        const field = (value as Record<string, unknown>)[name];
        if (field !== undefined) json[name] = shape.write(field);
      }
      return json;
    },
  };
}

/** A list of at most `itemsMax` items. */
export function list<Item>(item: Shape<Item>, limits: { itemsMin: number; itemsMax: number }): Shape<readonly Item[]> {
  return {
    read: (json, path, problems) => {
      const { itemsMin, itemsMax } = limits;
      if (!Array.isArray(json) || json.length < itemsMin || json.length > itemsMax) {
        return complain(problems, path, `a list of ${itemsMin} to ${itemsMax} items`, json);
      }
      const problemsBefore = problems.length;
      const items = json.map((entry, index) => item.read(entry, `${path}[${index}]`, problems));
      return problems.length === problemsBefore ? (items as Item[]) : undefined;
    },
    write: (items) => items.map((entry) => item.write(entry)),
  };
}

export function nullable<Value>(shape: Shape<Value>): Shape<Value | null> {
  return {
    read: (json, path, problems) => (json === null ? null : shape.read(json, path, problems)),
    write: (value) => (value === null ? null : shape.write(value)),
  };
}

/** A value that is written as it is. */
export function plain<Value>(expected: string, accepts: (json: unknown) => boolean): Shape<Value> {
  return {
    read: (json, path, problems) => (accepts(json) ? (json as Value) : complain(problems, path, expected, json)),
    write: (value) => value,
  };
}

export function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
