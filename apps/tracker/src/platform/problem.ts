import type { ValidationError } from 'class-validator';

/** What is wrong with one field of a request: `field` is a path such as `facts[3].data.establishedIn`. */
export type FieldError = { readonly field: string; readonly expected: string; readonly found: string };

export type ProblemDetails = {
  /** Ends the problem's `type`, `/problems/<code>`: what a program tells problems apart by. */
  readonly code: string;
  readonly status: number;
  readonly title: string;
  /** What was found, and what to do next. */
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the answer, such as `reason`. */
  readonly members?: Readonly<Record<string, unknown>>;
};

/** An answer other than success, in the form of RFC 9457. Throw it anywhere below a controller. */
export class Problem extends Error {
  override readonly name = 'Problem';
  constructor(readonly details: ProblemDetails) {
    super(`${details.title}: ${details.detail}`);
  }
}

/** The body of the answer. Bytes, because to a text Fastify adds a charset that this media type does not have. */
export function problemBody({ code, status, title, detail, errors, members }: ProblemDetails): Buffer {
  const body = JSON.stringify({
    type: `/problems/${code}`,
    title,
    status,
    detail,
    ...(errors === undefined ? {} : { errors }),
    ...members,
  });
  return Buffer.from(body);
}

export const problemMediaType = 'application/problem+json';

/** 422 for a body or query whose fields are wrong. */
export function invalidFields(errors: readonly FieldError[]): Problem {
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new Problem({
    code: 'invalid-fields',
    status: 422,
    title: 'Some fields are wrong',
    detail:
      first === undefined
        ? 'The request cannot be read.'
        : `${first.field}: expected ${first.expected}; found ${first.found}${more}`,
    errors,
  });
}

/** 404 for something that the path names and that does not exist. */
export function notFound(what: string, todo: string): Problem {
  return new Problem({ code: 'not-found', status: 404, title: `No such ${what}`, detail: todo });
}

/** 503 while something that the answer needs cannot be reached. */
export function unavailable(detail: string, retryAfterSeconds: number): Problem {
  return new Problem({
    code: 'unavailable',
    status: 503,
    title: 'Temporarily unavailable',
    detail,
    headers: { 'retry-after': String(retryAfterSeconds) },
  });
}

const secretField = /secret|credential|token|password|bearer|basic/i;
const foundLengthMax = 80;

/** What a person needs to see of a wrong value: never the whole of a long one, and nothing of a secret one. */
export function foundInWords(value: unknown, field = ''): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (secretField.test(field)) return 'a value that is not shown';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'string')
    return JSON.stringify(value.length > foundLengthMax ? `${value.slice(0, foundLengthMax)}…` : value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'an object';
}

/** One entry a field from what class-validator found; messages say what was expected. */
export function fieldErrorsOf(errors: readonly ValidationError[], prefix = ''): FieldError[] {
  return errors.flatMap(({ property, value, constraints, children }) => {
    const field = /^\d+$/.test(property)
      ? `${prefix}[${property}]`
      : prefix === ''
        ? property
        : `${prefix}.${property}`;
    const own = Object.entries(constraints ?? {})
      .slice(0, 1)
      .map(([name, message]) => ({
        field,
        expected: name === 'whitelistValidation' ? 'no field of this name' : message.replace(/^expected /, ''),
        found: foundInWords(value, field),
      }));
    return [...own, ...fieldErrorsOf(children ?? [], field)];
  });
}
