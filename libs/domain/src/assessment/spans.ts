import type { Instant } from '../time/instant.js';
import { reason } from './reason.js';
import type { Span } from './situation.js';

export function holdsAt(span: Span, at: Instant): boolean {
  return span.from <= at && (span.until === null || span.until > at);
}

export function clamp(span: Span, earliest: Instant): Span {
  if (span.from >= earliest) return span;
  const counted = reason(
    'Art. 113(b), Guidelines s. 5.3',
    'what happened before Chapter V applied counts from that day',
  );
  return { ...span, from: earliest, because: [...span.because, counted] };
}

/** Joins spans that touch or overlap; the earlier one's reasons come first. */
export function merge(spans: readonly Span[]): readonly Span[] {
  const merged: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    if (span.until !== null && span.until <= span.from) continue;
    const last = merged.at(-1);
    if (last === undefined || (last.until !== null && last.until < span.from)) {
      merged.push(span);
      continue;
    }
    const until = last.until === null || span.until === null ? null : last.until > span.until ? last.until : span.until;
    merged[merged.length - 1] = { from: last.from, until, because: [...last.because, ...span.because] };
  }
  return merged;
}

/** The parts of the intervals in which none of the others holds. */
export function without(intervals: readonly Span[], others: readonly Span[]): readonly Span[] {
  return others.reduce<readonly Span[]>((left, other) => left.flatMap((interval) => cut(interval, other)), intervals);
}

function cut(interval: Span, other: Span): readonly Span[] {
  const { from, until } = interval;
  if (other.from >= (until ?? Infinity) || (other.until ?? Infinity) <= from) return [interval];
  const before = other.from > from ? [{ ...interval, until: other.from }] : [];
  const after = other.until !== null && other.until < (until ?? Infinity) ? [{ ...interval, from: other.until }] : [];
  return [...before, ...after];
}
