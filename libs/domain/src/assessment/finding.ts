import type { Trigger } from '../regulation/rule.js';
import { daysBetween, localDateOf } from '../time/brussels-day.js';
import type { Finding, Obligation } from './assessment.js';
import type { Situation } from './situation.js';

/**
 * Whether a period had begun, or had even ended, before its cause was recorded. Periods are counted in days, so that what
 * is recorded on the day on which it occurred is recorded in time.
 */
export function findingOf({ key, kind, provision, due }: Obligation, trigger: Trigger, s: Situation): Finding | null {
  if (kind !== 'duty' || trigger.answer !== 'met' || due?.kind !== 'period') return null;
  // Of the events that set it off in that very instant, the one that was recorded first.
  const cause = s.firstRecorded(new Set(trigger.because.flatMap(({ events }) => events)), trigger.since);
  if (cause === undefined) return null;
  const { id: event, recordedAt } = cause;
  const isClosed = recordedAt >= due.expiredFrom;
  const from = localDateOf(isClosed ? due.lastMoment : trigger.since);
  const gapDays = daysBetween(from, localDateOf(recordedAt));
  if (gapDays < 1) return null;
  const days = gapDays === 1 ? 'a day' : `${gapDays} days`;
  return {
    id: isClosed ? 'window-closed-before-it-was-known' : 'window-opened-before-it-was-known',
    obligation: key,
    provision,
    openedAt: trigger.since,
    closesAt: due.expiredFrom,
    recordedAt,
    gapDays,
    events: [event],
    says: isClosed
      ? `The period had ended ${days} before the tracker was told of what set it off.`
      : `The period had been running for ${days} when the tracker was told of what set it off.`,
  };
}
