/**
 * A moment, in whole milliseconds since 1970-01-01T00:00:00Z. A branded number: it compares and sorts as it is,
 * and nothing but this file and the calendar functions beside it makes one.
 */
export type Instant = number & { readonly __instant: unique symbol };

/** Days as the calendar of Europe/Brussels has them: `2026-10-19`. */
export type LocalDate = string & { readonly __localDate: unique symbol };
