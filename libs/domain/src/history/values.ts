import { FLOP_MAX_DERIVED, formatFlop, readFlop, type Flop } from '../flop/flop.js';
import { formatInstant, readInstant, readLocalDate, type Instant, type LocalDate } from '../time/instant.js';
import { isCountryCode } from './country-codes.js';
import { complain, isObject, jsonOf, plain, type Shape } from './shape.js';

const TEXT_CHARACTERS_MAX = 500;
const PROSE_CHARACTERS_MAX = 10_000;

const JSON_CHARACTERS_MAX = 100_000;

/** Half of a surrogate pair, or NUL: JSON can carry them, UTF-8 and PostgreSQL cannot. */
const UNSTORABLE = /\p{Surrogate}|\0/u;
const UNSTORABLE_IN_JSON = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/;

const isText = (json: unknown, charactersMax: number): json is string =>
  typeof json === 'string' && json.trim() !== '' && json.length <= charactersMax && !UNSTORABLE.test(json);

export const text = plain<string>(`text of 1 to ${TEXT_CHARACTERS_MAX} characters`, (json) =>
  isText(json, TEXT_CHARACTERS_MAX),
);
export const prose = plain<string>(`text of 1 to ${PROSE_CHARACTERS_MAX} characters`, (json) =>
  isText(json, PROSE_CHARACTERS_MAX),
);
export const flag = plain<boolean>('true or false', (json) => typeof json === 'boolean');
export const slug = plain<string>(
  'an id of up to 128 characters a-z, 0-9, ".", "_", "-", beginning with a letter or digit, such as "aurora-70b"',
  (json) => typeof json === 'string' && /^[a-z0-9][a-z0-9._-]{0,127}$/.test(json),
);
/** Of one incident or request where an obligation arises once for each: `<obligation>:<incident>`. */
export const obligationKey = plain<string>(
  'the id of an obligation, followed by ":" and the incident or request where there are several',
  (json) => isText(json, TEXT_CHARACTERS_MAX) && /^[a-z0-9][a-z0-9._-]{0,127}(:.+)?$/.test(json),
);
export const countryCode = plain<string>('an ISO 3166-1 alpha-2 country code such as "FR"', (json) =>
  isCountryCode(json),
);
export const sha256 = plain<string>(
  'a SHA-256 as 64 hexadecimal digits',
  (json) => typeof json === 'string' && /^[0-9a-f]{64}$/i.test(json),
);
export const uri = plain<string>(
  'an absolute URI such as "https://example.com/document"',
  (json) => isText(json, 2_000) && /^[a-z][a-z0-9+.-]*:\S+$/i.test(json),
);
export const hours = plain<number>(
  'a number of hours above 0 and up to 1e9',
  (json) => typeof json === 'number' && json > 0 && json <= 1e9,
);
export const wholeNumber = plain<number>(
  'a whole number from 0 to 2^53',
  (json) => typeof json === 'number' && Number.isSafeInteger(json) && json >= 0,
);
/** A count that may exceed 2^53 and then comes as the double nearest to it, such as a number of training tokens. */
export const count = plain<number>(
  'a whole number above 0',
  (json) => typeof json === 'number' && Number.isInteger(json) && json > 0 && json <= 1e30,
);
export const amountEur = plain<number>(
  'an amount in euro, 0 or more',
  (json) => typeof json === 'number' && Number.isFinite(json) && json >= 0,
);
export const share = plain<number>(
  'a share above 0 and up to 1',
  (json) => typeof json === 'number' && json > 0 && json <= 1,
);
export const jsonObject = plain<Readonly<Record<string, unknown>>>(
  `an object of up to ${JSON_CHARACTERS_MAX} characters of JSON`,
  (json) => isObject(json) && isStorableJson(jsonOf(json)),
);

const isStorableJson = (json: string | undefined): boolean =>
  json !== undefined && json.length <= JSON_CHARACTERS_MAX && !UNSTORABLE_IN_JSON.test(json);

export function oneOf<Value extends string>(...values: readonly Value[]): Shape<Value> {
  return plain(`one of ${values.join(', ')}`, (json) => values.includes(json as Value));
}

export const flopCount = flopUpTo();
/** A sum or an estimate, which may exceed what can be stated. */
export const derivedFlop = flopUpTo(FLOP_MAX_DERIVED);

function flopUpTo(max?: bigint): Shape<Flop> {
  return {
    read: (json, path, problems) => {
      const expected = 'a whole number of floating-point operations, 0 or more, such as "6.3e24"';
      if (typeof json !== 'string' && typeof json !== 'number') return complain(problems, path, expected, json);
      try {
        return readFlop(json, max);
      } catch {
        return complain(problems, path, expected, json);
      }
    },
    write: formatFlop,
  };
}

/** Periods are counted from these, also a century on, and must not leave the years that can be written. */
const YEARS = 'of the years 1900 to 2999';
const isCountable = (text: string): boolean => text >= '1900' && text < '3000';

export const instant: Shape<Instant> = {
  read: (json, path, problems) => {
    const expected = `an instant with time zone, ${YEARS}, such as "2026-10-05T09:12:00Z"`;
    if (typeof json !== 'string') return complain(problems, path, expected, json);
    try {
      const read = readInstant(json);
      return isCountable(formatInstant(read)) ? read : complain(problems, path, expected, json);
    } catch {
      return complain(problems, path, expected, json);
    }
  },
  write: formatInstant,
};

export const localDate: Shape<LocalDate> = {
  read: (json, path, problems) => {
    const expected = `a calendar day, ${YEARS}, such as "2026-10-19"`;
    if (typeof json !== 'string' || !isCountable(json)) return complain(problems, path, expected, json);
    try {
      return readLocalDate(json);
    } catch {
      return complain(problems, path, expected, json);
    }
  },
  write: (date) => date,
};
