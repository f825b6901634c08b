import type { Deadline, Due } from '../assessment/assessment.js';
import { localDateOf } from '../time/brussels-day.js';
import type { Instant, LocalDate } from '../time/instant.js';
import { backwardPeriod, fixedDate, retention, waitingPeriod } from '../time/limits.js';
import { countPeriod, type PeriodRegime } from '../time/period.js';
import type { Length } from './parameter.js';

const COUNTED_PERIODS_MAX = 20_000;
const countedPeriods = new Map<string, Due>();

/** A period that runs from an event. Counting is pure, so that what was counted once is remembered. */
export function periodFrom(from: Instant, length: Length, regime: PeriodRegime): Due {
  const key = `${from} ${length.n} ${length.unit} ${regime}`;
  const cached = countedPeriods.get(key);
  if (cached !== undefined) return cached;
  if (countedPeriods.size >= COUNTED_PERIODS_MAX) countedPeriods.clear();
  const due: Due = { kind: 'period', ...countPeriod({ from, length, regime }) };
  countedPeriods.set(key, due);
  return due;
}

/** A named day: complete until its end, never moved. */
export function fixedDeadline(date: LocalDate): Deadline {
  return fixedDate(date);
}

export function onFixedDate(date: LocalDate): Due {
  return { kind: 'fixedDate', ...fixedDeadline(date) };
}

/** The last day so long before an event. Reg. 1182/71, Art. 3(4): never moved. */
export function before(event: Instant, length: Length): Due {
  return { kind: 'fixedDate', ...backwardPeriod(localDateOf(event), length) };
}

/** The first moment after a waiting period that is safe under every reading. */
export function notBefore(decision: Instant, length: Length): Due & { readonly kind: 'earliest' } {
  return { kind: 'earliest', ...waitingPeriod(localDateOf(decision), length) };
}

export function keepUntil(start: Instant, length: Length): Due {
  return { kind: 'retention', retainUntil: retention(localDateOf(start), length).retainUntil };
}

/** The first instant at which a duty with this due date is late; `null`: there is no such instant. */
export function lateFrom(due: Due | null): Instant | null {
  switch (due?.kind) {
    case 'atPlacing':
    case 'beforePlacing':
    case 'from':
      return due.at;
    case 'fixedDate':
    case 'period':
      return due.expiredFrom;
    case undefined:
    case 'earliest':
    case 'retention':
    case 'continuous':
    case 'onRequest':
    case 'withoutDelay':
    case 'withoutUndueDelay':
      return null;
  }
}

/** The earlier of two dues with a date. */
export function earlierDue(one: Due, other: Due): Due {
  return (lateFrom(one) ?? Infinity) <= (lateFrom(other) ?? Infinity) ? one : other;
}
