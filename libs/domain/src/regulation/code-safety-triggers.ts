import type { Due } from '../assessment/assessment.js';
import { change, reason } from '../assessment/reason.js';
import type { Fulfilment } from '../assessment/evidence.js';
import type { Situation } from '../assessment/situation.js';
import type { Instant } from '../time/instant.js';
import { earlierDue, periodBefore, periodFrom, type LengthName } from './due.js';
import type { Matter, Trigger } from './rule.js';
import { no, placed, systemicRisk, unclear } from './triggers.js';

export const MOST_CAPABLE = 'most-capable-model-assumed';
export const REFERENCE = 'safe-reference-model';

export function riskAndPlaced(s: Situation): Trigger {
  const risk = systemicRisk(s);
  const market = placed(s);
  if (risk.answer === 'no' || market.answer === 'no') return risk.answer === 'no' ? risk : market;
  const because = [...risk.because, ...market.because];
  if (risk.answer === 'unclear' || market.answer === 'unclear') {
    const changes = [risk, market].flatMap((each) => ('wouldChange' in each ? each.wouldChange : []));
    return unclear(because, ...changes);
  }
  if (risk.answer !== 'met' || market.answer !== 'met') return { answer: 'expected', because };
  return { answer: 'met', since: risk.since > market.since ? risk.since : market.since, because };
}

export function riskAndOnTheMarket(s: Situation): Trigger {
  if (s.withdrawal === null) return riskAndPlaced(s);
  return no(
    reason('Code of Practice, Safety and Security', 'the model was withdrawn', s.withdrawal.event),
    change('ModelPlacedOnMarket', 'the model is made available again'),
  );
}

/** The Framework is owed for a model that carries systemic risk or is going to, once it is notified or placed. */
export function notifiedOrPlaced(s: Situation): Trigger {
  const [notification] = s.commission.notifications;
  if (notification === undefined || s.gpai.value === false || s.notificationTrigger?.until !== null) {
    return riskAndPlaced(s);
  }
  const because = [
    reason('Art. 52(1)', 'the Commission was notified', notification.event),
    ...s.notificationTrigger.because,
  ];
  if (s.gpai.value === null) return unclear([s.gpai.because, ...because], ...s.gpai.wouldChange);
  return { answer: 'met', since: notification.at, because };
}

/** Some of the signatory's models are not its most capable ones; a person says which, and otherwise all count. */
export function amongTheMostCapable(s: Situation): Trigger {
  const decided = s.decisions.get(MOST_CAPABLE);
  if (decided?.decision !== 'notMostCapable') return riskAndOnTheMarket(s);
  const says =
    'a person decided that it need not be updated every six months: another is more capable, or nothing changed';
  return no(
    reason('Code of Practice, Safety and Security 7.6', says, decided.event),
    change('ReviewDecided', `decide ${MOST_CAPABLE} as mostCapable`),
  );
}

export function referenceLost(s: Situation): Trigger {
  const risk = systemicRisk(s);
  const decided = s.decisions.get(REFERENCE);
  if (risk.answer !== 'met') return risk;
  if (decided?.decision !== 'lost') {
    return no(
      reason(
        'Code of Practice, Safety and Security App. 2.2',
        'no loss of a safe reference model is recorded',
        ...s.registration,
      ),
      change('ReviewDecided', `decide ${REFERENCE} as lost`),
    );
  }
  const lost = reason(
    'Code of Practice, Safety and Security App. 2.2',
    'the reference model lost its status',
    decided.event,
  );
  return { answer: 'met', since: decided.at, because: [lost, ...risk.because] };
}

export function sixMonthsAfterAccessReview(s: Situation, _matter: Matter, trigger: Trigger): Due | null {
  const last = s.evidence.latest('code-s-a4-3-access-review')?.at ?? null;
  const signedAt = s.signedSince.get('safetySecurity')?.at ?? null;
  const from = trigger.answer === 'met' ? later(later(trigger.since, signedAt), last) : last;
  return from === null || trigger.answer === 'no'
    ? null
    : periodFrom(s.law, from, 'codeAccessReviewInterval', 'codeCalendar');
}

/** Four weeks after the notification or two weeks before placing, whichever is earlier. */
export function frameworkDue(s: Situation): Due | null {
  const [notification] = s.commission.notifications;
  const market = placedWithRisk(s) ?? s.plannedPlacing?.at ?? null;
  const afterNotification =
    notification === undefined
      ? null
      : periodFrom(s.law, notification.at, 'codeFrameworkAfterNotification', 'codeCalendar');
  const beforePlacing = market === null ? null : periodBefore(s.law, market, 'codeFrameworkBeforePlacing', 'placing');
  if (afterNotification === null && beforePlacing === null && s.systemicRisk.current !== null) {
    return { kind: 'from', at: s.systemicRisk.current.from };
  }
  if (afterNotification === null || beforePlacing === null) return afterNotification ?? beforePlacing;
  return earlierDue(afterNotification, beforePlacing);
}

/** A model that came to carry systemic risk only after it was placed could not prepare for it before placing. */
function placedWithRisk({ placing, systemicRisk: { current } }: Situation): Instant | null {
  if (placing === null) return null;
  return current !== null && current.from > placing.at ? null : placing.at;
}

/** So long after placing, or systemic risk where that came later, and after each time that is on record. */
export function again(id: string, interval: LengthName) {
  return (s: Situation): Due | null => {
    const market = s.placing?.at ?? null;
    const last = s.evidence.latest(id)?.at ?? null;
    const from = later(later(market, s.systemicRisk.current?.from ?? null), last);
    return market === null || from === null ? null : periodFrom(s.law, from, interval, 'codeCalendar');
  };
}

function later(one: Instant | null, other: Instant | null): Instant | null {
  if (one === null || other === null) return one ?? other;
  return one > other ? one : other;
}

/** Arises with a document that is on record as evidence of other entries: the latest counts. */
export function documented(ids: readonly string[], missing: string) {
  return (s: Situation): Trigger => {
    const risk = systemicRisk(s);
    if (risk.answer !== 'met') return risk;
    const document = latestOf(s, ids);
    if (document === null) return { answer: 'expected', because: [...risk.because, reason('record', missing)] };
    const because = [reason('record', 'on record', document.event), ...risk.because];
    return { answer: 'met', since: document.at, because };
  };
}

export function fiveBusinessDaysAfter(ids: readonly string[]) {
  return (s: Situation): Due | null => {
    const document = latestOf(s, ids);
    return document === null ? null : periodFrom(s.law, document.at, 'codeAccessToUpdate', 'codeBusinessDays');
  };
}

export function latestOf(s: Situation, ids: readonly string[]): Fulfilment | null {
  const documents = ids.flatMap((id) => s.evidence.latest(id) ?? []);
  return documents.sort((one, other) => other.at - one.at)[0] ?? null;
}
