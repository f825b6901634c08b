import { formatInstant, instantFromMilliseconds, type Instant } from '#libs/domain';

/** For a parameter of type `timestamptz`. */
export function toTimestamp(instant: Instant | null): string | null {
  return instant === null ? null : formatInstant(instant);
}

/** From a column of type `timestamptz`, as the driver reads it: a Date, or a number for `infinity`. */
export function fromTimestamp(column: Date | number | null): Instant | null {
  return column instanceof Date ? instantFromMilliseconds(column.getTime()) : null;
}
