import type { Flop } from '../flop/flop.js';
import type { RecordedFact } from '../history/recorded-fact.js';
import type { Law } from '../regulation/law.js';
import type { Instant } from '../time/instant.js';
import type { Reason } from './assessment.js';
import { reason } from './reason.js';
import type { CommissionRecord, NotificationTrigger, Span } from './situation.js';

/** What is expected of the training from one moment on: the largest plan in force. */
export type Forecast = { readonly from: Instant; readonly flop: Flop; readonly event: string };

/** The plans over time. A revision replaces the plan of its run; the largest of the runs' plans is what is expected. */
export function forecastsOverTime(facts: readonly RecordedFact[]): readonly Forecast[] {
  const plans = new Map<string, Flop>();
  const forecasts: Forecast[] = [];
  for (const fact of facts) {
    if (fact.type !== 'TrainingPlanned' && fact.type !== 'TrainingPlanRevised') continue;
    plans.set(fact.data.runId, fact.data.expectedCumulativeTrainingFlop);
    const flop = [...plans.values()].reduce((largest, plan) => (plan > largest ? plan : largest));
    forecasts.push({ from: fact.occurredAt, flop, event: fact.id });
  }
  return forecasts;
}

/** Cumulative compute from one moment on, and the events that it rests on. */
export type Level = { readonly from: Instant; readonly flop: Flop; readonly events: readonly string[] };

const PRESUMPTION = 'Art. 51(1)(a), 51(2)';
const KNOWLEDGE = 'Art. 52(1)';

/** The spans in which a level lies above the threshold in force; both may change. */
function spansAbove(levels: readonly Level[], law: Law, at: Instant, says: string, provision: string): Span[] {
  if (levels.length === 0) return [];
  const spans: Span[] = [];
  let open: { from: Instant; because: Reason } | null = null;
  for (const instant of changePoints(levels, law, at)) {
    const level = levels.findLast(({ from }) => from <= instant);
    const threshold = law.find('systemicRiskThresholdFlop', instant);
    const above = level !== undefined && threshold !== undefined && level.flop > threshold.value;
    if (above && open === null) open = { from: instant, because: reason(provision, says, ...level.events) };
    if (!above && open !== null) {
      spans.push({ from: open.from, until: instant, because: [open.because] });
      open = null;
    }
  }
  if (open !== null) spans.push({ from: open.from, until: null, because: [open.because] });
  return spans;
}

function changePoints(levels: readonly Level[], law: Law, at: Instant): readonly Instant[] {
  const amended = law.changesOf('systemicRiskThresholdFlop');
  if (amended.length === 1) return levels.map(({ from }) => from);
  const first = levels[0]?.from ?? at;
  const instants = [...levels.map(({ from }) => from), ...amended.filter((from) => from > first && from <= at)];
  return [...new Set(instants)].sort((a, b) => a - b);
}

/** When the compute itself was above the threshold of Art. 51(2). */
export function presumptionSpans(levels: readonly Level[], law: Law, at: Instant): readonly Span[] {
  return spansAbove(levels, law, at, 'the cumulative training compute exceeds the threshold', PRESUMPTION);
}

/** When a plan was known that would exceed it. */
export function forecastSpans(forecasts: readonly Forecast[], law: Law, at: Instant): readonly Span[] {
  const levels = forecasts.map(({ from, flop, event }) => ({ from, flop, events: [event] }));
  return spansAbove(levels, law, at, 'it is known that the threshold will be met', KNOWLEDGE);
}

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

/** An accepted rebuttal ends the presumption when the provider is informed; a later refusal brings it back. */
function rebutted(presumption: readonly Span[], commission: CommissionRecord, at: Instant): readonly Span[] {
  const decisions = commission.rebuttals.filter(({ informedAt }) => informedAt <= at);
  let spans = [...presumption];
  for (const { accepted, informedAt, event } of decisions) {
    if (accepted) {
      const because = reason('Art. 52(2)-(3)', 'the Commission accepted the arguments', event);
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

/**
 * What sets off the notification: the threshold met, known to be met, or met by a significant modification, whichever
 * came first. The latest such span counts; where it has ended, the trigger no longer holds.
 */
export function notificationTriggerOf(
  presumption: readonly Span[],
  forecast: readonly Span[],
  chapterVFrom: Instant,
): NotificationTrigger | null {
  const span = merge([...presumption, ...forecast].map((each) => each)).findLast(
    ({ until }) => until === null || until > chapterVFrom,
  );
  if (span === undefined) return null;
  const byForecastOnly = !presumption.some(
    ({ from, until }) => until === null || (until > span.from && from >= span.from),
  );
  return { ...clamp(span, chapterVFrom), byForecastOnly };
}
