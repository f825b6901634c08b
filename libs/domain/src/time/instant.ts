/**
 * A moment, in whole milliseconds since 1970-01-01T00:00:00Z. A branded number: it compares and sorts as it is,
 * and nothing but this file and the calendar functions beside it makes one.
 */
export type Instant = number & { readonly __instant: unique symbol };

/** Days as the calendar of Europe/Brussels has them: `2026-10-19`. */
export type LocalDate = string & { readonly __localDate: unique symbol };

const INSTANT_FORM =
  /^(\d{4}-(?:0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))[Tt ]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$/;
const LOCAL_DATE_FORM = /^\d{4}-(?:0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
/** Every month has this day; only a later one can be missing from it. */
const LAST_DAY_OF_EVERY_MONTH = '28';

const MS_PER_MINUTE = 60_000;
const MS_PER_HOUR = 3_600_000;
/** Years that have four digits on every clock of the world. */
const MS_MIN = Date.parse('0001-01-02T00:00:00Z');
const MS_MAX = Date.parse('9999-12-30T00:00:00Z');

/**
 * Reads RFC 3339 with an offset or Z. Digits below the millisecond are cut.
 *
 * Every event passes here twice, and an instant with an offset needs no calendar but the proleptic Gregorian one that
 * `Date.UTC` has, so this is plain arithmetic; whatever depends on a time zone is beside it, with Temporal.
 *
 * @throws RangeError when the text has another form or names a day or time that does not exist
 */
export function readInstant(text: string): Instant {
  const match = INSTANT_FORM.exec(text);
  if (match === null) {
    throw new RangeError(`expected an instant such as 2026-10-05T09:12:00Z; found ${JSON.stringify(text)}`);
  }
  const [, date = '', day = '', time, fraction, sign, offsetHours, offsetMinutes] = match;
  if (!isInItsMonth(date, day)) throw new RangeError(`expected a day that exists; found ${JSON.stringify(text)}`);
  const local = Date.parse(`${date}T${time}Z`) + (fraction === undefined ? 0 : millisecondsOf(fraction));
  if (sign === undefined) return instantFromMilliseconds(local);
  const offset = Number(offsetHours) * MS_PER_HOUR + Number(offsetMinutes) * MS_PER_MINUTE;
  return instantFromMilliseconds(sign === '-' ? local + offset : local - offset);
}

/** @throws RangeError unless `milliseconds` is a whole number in the years 1 to 9999 */
export function instantFromMilliseconds(milliseconds: number): Instant {
  if (!Number.isInteger(milliseconds) || milliseconds < MS_MIN || milliseconds > MS_MAX) {
    throw new RangeError(`expected whole milliseconds within the years 1 to 9999; found ${milliseconds}`);
  }
  return milliseconds as Instant;
}

/** `2026-10-19T21:59:59Z`, with three digits of milliseconds only when there are any. */
export function formatInstant(instant: Instant): string {
  const iso = new Date(instant).toISOString();
  return instant % 1000 === 0 ? `${iso.slice(0, 19)}Z` : iso;
}

/** @throws RangeError unless the text is a day that exists, in the years 1 to 9999, such as `2026-10-19` */
export function readLocalDate(text: string): LocalDate {
  const match = LOCAL_DATE_FORM.exec(text);
  if (match === null || !isInItsMonth(text, match[1] ?? '') || text < '0001-01-02') {
    throw new RangeError(`expected a day that exists, such as 2026-10-19; found ${JSON.stringify(text)}`);
  }
  return text as LocalDate;
}

/** Whether a date in the right form exists: 30 February would silently roll over into March. */
function isInItsMonth(date: string, day: string): boolean {
  if (day <= LAST_DAY_OF_EVERY_MONTH) return true;
  return new Date(Date.parse(`${date}T00:00:00Z`)).toISOString().startsWith(date);
}

function millisecondsOf(fraction: string): number {
  return Number(fraction.slice(0, 3).padEnd(3, '0'));
}
