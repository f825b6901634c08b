import type { Instant } from '../time/instant.js';
import type { Due, Obligation, ObligationStatus, Timeliness } from './assessment.js';

/** By when a duty has to be done; null where the date is no deadline (an earliest day, retention) or there is none. */
export function deadlineOf(due: Due | null): Instant | null {
  switch (due?.kind) {
    case 'atPlacing':
    case 'beforePlacing':
    case 'from':
      return due.at;
    case 'fixedDate':
    case 'period':
      return due.lastMoment;
    case 'earliest':
    case 'retention':
    case 'continuous':
    case 'onRequest':
    case 'withoutDelay':
    case 'withoutUndueDelay':
    case undefined:
      return null;
  }
}

const bindingStatuses: ReadonlySet<ObligationStatus> = new Set(['active', 'transitional', 'pendingReview', 'upcoming']);
const unmet: ReadonlySet<Timeliness> = new Set(['onTime', 'dueSoon', 'overdue']);

export type OpenDuty = { readonly obligation: Obligation; readonly deadline: Instant };

/**
 * The duties that bind, or will, or may, that have a deadline and are not yet done, by deadline: what somebody has to be
 * reminded of. Those whose deadline has passed are among them.
 */
export function openDuties(obligations: readonly Obligation[]): readonly OpenDuty[] {
  return obligations
    .flatMap((obligation) => {
      const { kind, status, timeliness, due } = obligation;
      const deadline = deadlineOf(due);
      return kind === 'duty' && bindingStatuses.has(status) && unmet.has(timeliness) && deadline !== null
        ? [{ obligation, deadline }]
        : [];
    })
    .sort((a, b) => a.deadline - b.deadline || (a.obligation.key < b.obligation.key ? -1 : 1));
}
