import { Temporal } from 'temporal-polyfill';
import { instantFromMilliseconds, type Instant, type LocalDate } from './instant.js';

const ZONE = 'Europe/Brussels';
const MS_PER_DAY = 86_400_000;
const CACHED_DAYS_MAX = 50_000;
const DAY_ZERO = Temporal.PlainDate.from('1970-01-01');

/** A length counted by the calendar. */
export type CalendarUnit = 'days' | 'weeks' | 'months' | 'years';

/** The day that the calendar on a wall in Brussels shows at this instant. */
export function localDateOf(instant: Instant): LocalDate {
  return dateOfDayNumber(Math.floor((instant + offsetMsAt(instant)) / MS_PER_DAY));
}

/** 00:00 in Brussels on that day. */
export function startOfLocalDay(date: LocalDate): Instant {
  const cached = starts.get(date);
  if (cached !== undefined) return cached;
  const { epochMilliseconds } = Temporal.PlainDate.from(date).toZonedDateTime(ZONE);
  return remember(starts, date, instantFromMilliseconds(epochMilliseconds));
}

/** 24:00 in Brussels on that day: the first instant that no longer belongs to it. */
export function endOfLocalDay(date: LocalDate): Instant {
  return startOfLocalDay(addDays(date, 1));
}

/** RFC 3339 with the offset that Brussels has at that instant: `2026-10-19T23:59:59+02:00`. */
export function formatInstantInBrussels(instant: Instant): string {
  return Temporal.Instant.fromEpochMilliseconds(instant).toString({ timeZone: ZONE });
}

/** Negative numbers count backwards. */
export function addDays(date: LocalDate, days: number): LocalDate {
  return dateOfDayNumber(dayNumberOf(date) + days);
}

/**
 * The day with the same weekday or date, so many weeks, months or years on (backwards when negative); where the month
 * has no such day, its last one.
 */
export function addToDate(date: LocalDate, n: number, unit: CalendarUnit): LocalDate {
  if (unit === 'days') return addDays(date, n);
  if (unit === 'weeks') return addDays(date, 7 * n);
  const key = `${date} ${n} ${unit}`;
  const cached = sums.get(key);
  return cached ?? remember(sums, key, inFourDigitYears(Temporal.PlainDate.from(date).add({ [unit]: n })));
}

/** 1 Monday to 7 Sunday. */
export function weekdayOf(date: LocalDate): number {
  return ((((dayNumberOf(date) + 3) % 7) + 7) % 7) + 1;
}

/** Days between two dates; positive when `to` is the later one. */
export function daysBetween(from: LocalDate, to: LocalDate): number {
  return dayNumberOf(to) - dayNumberOf(from);
}

// Each of these maps remembers what a pure function answered; losing one costs time only.
const starts = new Map<LocalDate, Instant>();
const sums = new Map<string, LocalDate>();
const dates = new Map<number, LocalDate>();
const dayNumbers = new Map<LocalDate, number>();
const offsets = new Map<number, readonly OffsetChange[]>();

type OffsetChange = { readonly from: number; readonly offsetMs: number };

function dateOfDayNumber(dayNumber: number): LocalDate {
  const cached = dates.get(dayNumber);
  return cached ?? remember(dates, dayNumber, inFourDigitYears(DAY_ZERO.add({ days: dayNumber })));
}

function dayNumberOf(date: LocalDate): number {
  const cached = dayNumbers.get(date);
  if (cached !== undefined) return cached;
  return remember(dayNumbers, date, DAY_ZERO.until(Temporal.PlainDate.from(date)).days);
}

function offsetMsAt(instant: Instant): number {
  const year = new Date(instant).getUTCFullYear();
  const changes = offsets.get(year) ?? remember(offsets, year, offsetChangesIn(year));
  let offsetMs = 0;
  for (const change of changes) {
    if (change.from > instant) break;
    offsetMs = change.offsetMs;
  }
  return offsetMs;
}

/** The offset at the start of a UTC year, then each change within it. */
function offsetChangesIn(year: number): readonly OffsetChange[] {
  const end = Date.UTC(year + 1, 0, 1);
  const changes: OffsetChange[] = [];
  let at: Temporal.ZonedDateTime | null = Temporal.Instant.fromEpochMilliseconds(
    Date.UTC(year, 0, 1),
  ).toZonedDateTimeISO(ZONE);
  while (at !== null && at.epochMilliseconds < end) {
    changes.push({ from: at.epochMilliseconds, offsetMs: Math.round(at.offsetNanoseconds / 1e6) });
    at = at.getTimeZoneTransition('next');
  }
  return changes;
}

function inFourDigitYears(date: Temporal.PlainDate): LocalDate {
  if (date.year < 1 || date.year > 9999)
    throw new RangeError(`expected a day in the years 1 to 9999; found ${date.toString()}`);
  return date.toString() as LocalDate;
}

function remember<Key, Value>(cache: Map<Key, Value>, key: Key, value: Value): Value {
  if (cache.size >= CACHED_DAYS_MAX) cache.clear();
  cache.set(key, value);
  return value;
}
