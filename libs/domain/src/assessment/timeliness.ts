import { lateFrom } from '../regulation/due.js';
import type { Instant } from '../time/instant.js';
import { instantFromMilliseconds } from '../time/instant.js';
import type { Due, ObligationStatus, Timeliness } from './assessment.js';
import type { Horizon } from './horizon.js';
import type { Fulfilment } from './evidence.js';

const DUE_SOON_MS = 14 * 86_400_000;
const MS_PER_HOUR = 3_600_000;

export type TimelinessQuestion = {
  readonly status: ObligationStatus;
  readonly due: Due | null;
  readonly fulfilment: Fulfilment | null;
  /** Conduct leaves no record here, so that it is never late. */
  readonly conduct: boolean;
  readonly at: Instant;
  readonly horizon: Horizon;
};

/**
 * How an obligation stands towards its date. A duty that is planned to arise is `dueSoon` before the planned day, since
 * it has to be met by then, and `notDue` after it, since it has not arisen. What is exempt, or not sure to bind, is
 * `notDue` unless it was met.
 */
export function timelinessOf({ status, due, fulfilment, conduct, at, horizon }: TimelinessQuestion): Timeliness {
  if (status === 'notApplicable' || status === 'exempt') return 'notDue';
  const late = lateFrom(due);
  if (fulfilment !== null) return late !== null && isLate(due, fulfilment.at, late) ? 'metLate' : 'met';
  if (late === null || conduct || status === 'pendingReview') return 'notDue';
  if (at >= late) return status === 'upcoming' ? 'notDue' : 'overdue';
  horizon.certainAt(late);
  const soon = instantFromMilliseconds(late - soonMs(due));
  if (at >= soon) return 'dueSoon';
  horizon.certainAt(soon);
  return 'onTime';
}

/** What has to be complete at an instant may be completed in that very instant; a deadline ends before its bound. */
function isLate(due: Due | null, fulfilledAt: Instant, late: Instant): boolean {
  return due?.kind === 'fixedDate' || due?.kind === 'period' ? fulfilledAt >= late : fulfilledAt > late;
}

/** Two weeks, or a tenth of a period that is counted in hours. */
function soonMs(due: Due | null): number {
  const hours = due?.kind === 'period' ? /^(\d+) hours?,/.exec(due.rule)?.[1] : undefined;
  return hours === undefined ? DUE_SOON_MS : (Number(hours) * MS_PER_HOUR) / 10;
}
