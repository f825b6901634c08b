import type { Instant } from '../time/instant.js';
import { reason } from './reason.js';
import type { CommissionRecord, NotificationTrigger, Span } from './situation.js';
import { clamp, merge } from './spans.js';

/**
 * When the model carries systemic risk: by compute, save while a rebuttal is accepted, and by designation, until a
 * reassessment lifts it. What happened before Chapter V applied counts from the day on which it applied.
 */
export function systemicRiskSpans(
  presumption: readonly Span[],
  commission: CommissionRecord,
  chapterVFrom: Instant,
  at: Instant,
): readonly Span[] {
  const spans = [...rebutted(presumption, commission, at), ...designated(commission, at)];
  return merge(spans.map((span) => clamp(span, chapterVFrom))).filter(
    ({ from, until }) => from <= at && (until === null || until > from),
  );
}

/** While an accepted rebuttal is in force, no plan makes systemic risk expected either. */
export function acceptances(commission: CommissionRecord): readonly Span[] {
  const spans: Span[] = [];
  for (const { accepted, informedAt, event } of commission.rebuttals) {
    const open = spans.at(-1);
    if (accepted && open?.until !== null) {
      spans.push({ from: informedAt, until: null, because: [reason('Art. 52(2)-(3)', ACCEPTED, event)] });
    } else if (!accepted && open?.until === null) spans[spans.length - 1] = { ...open, until: informedAt };
  }
  return spans;
}

const ACCEPTED = 'the Commission accepted the arguments';

/** An accepted rebuttal ends the presumption when the provider is informed; a later refusal brings it back. */
function rebutted(presumption: readonly Span[], commission: CommissionRecord, at: Instant): readonly Span[] {
  const decisions = commission.rebuttals.filter(({ informedAt }) => informedAt <= at);
  let spans = [...presumption];
  for (const { accepted, informedAt, event } of decisions) {
    if (accepted) {
      const because = reason('Art. 52(2)-(3)', ACCEPTED, event);
      spans = spans.flatMap((span) =>
        span.from >= informedAt
          ? []
          : span.until === null || span.until > informedAt
            ? [{ ...span, until: informedAt, because: [...span.because, because] }]
            : [span],
      );
    } else {
      const ended = spans.some(({ until }) => until !== null) || spans.length === 0;
      const basis = presumption.at(-1);
      if (ended && basis?.until === null) {
        const because = reason('Art. 52(3)', 'the Commission reversed its acceptance of the arguments', event);
        spans.push({ from: informedAt, until: null, because: [...basis.because, because] });
      }
    }
  }
  return spans;
}

function designated(commission: CommissionRecord, at: Instant): readonly Span[] {
  return commission.designations
    .filter(({ informedAt }) => informedAt <= at)
    .map(({ basis, informedAt, event }) => {
      const lifted = commission.reassessments.find(
        (decision) => !decision.maintained && decision.informedAt > informedAt && decision.informedAt <= at,
      );
      const until = basis === '52(4)' && lifted !== undefined ? lifted.informedAt : null;
      const because = [reason(`Art. ${basis}`, 'the Commission designated the model', event)];
      if (until !== null && lifted)
        because.push(reason('Art. 52(5)', 'a reassessment lifted the designation', lifted.event));
      return { from: informedAt, until, because };
    });
}

/**
 * What sets off the notification: the threshold met, known to be met, or met by a significant modification, whichever
 * came first. The latest such span counts; where it has ended, the trigger no longer holds. A notification that was made
 * in an earlier span, which had ended, was about that one.
 */
export function notificationTriggerOf(
  presumption: readonly Span[],
  forecast: readonly Span[],
  chapterVFrom: Instant,
): NotificationTrigger | null {
  const spans = merge([...presumption, ...forecast]).filter(({ until }) => until === null || until > chapterVFrom);
  const span = spans.at(-1);
  if (span === undefined) return null;
  const byForecastOnly = !presumption.some(
    ({ from, until }) => until === null || (until > span.from && from >= span.from),
  );
  return { ...clamp(span, chapterVFrom), byForecastOnly, previousEndedAt: spans.at(-2)?.until ?? null };
}
