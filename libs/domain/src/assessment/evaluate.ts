import { lateFrom } from '../regulation/due.js';
import type { Exemption, Matter, ObligationRule, Trigger } from '../regulation/rule.js';
import { startOfLocalDay } from '../time/brussels-day.js';
import type { Due, Obligation, ObligationStatus, Reason } from './assessment.js';
import { reason } from './reason.js';
import type { Fulfilment, Situation } from './situation.js';
import { timelinessOf } from './timeliness.js';

const THE_MODEL: readonly Matter[] = [{ key: null }];

/** One row for each matter that the entry is about; the open ones come first. */
export function obligationsOf(rule: ObligationRule, situation: Situation): readonly Obligation[] {
  const matters = rule.matters === undefined ? THE_MODEL : rule.matters(situation);
  return matters.map((matter) => evaluate(rule, situation, matter));
}

function evaluate(rule: ObligationRule, s: Situation, matter: Matter): Obligation {
  const trigger = gated(rule, s, rule.trigger(s, matter));
  const exemption = trigger.answer === 'no' || trigger.answer === 'lapsed' ? null : (rule.exemption?.(s) ?? null);
  const fulfilment = fulfilmentOf(rule, s, matter);
  const status = statusOf(rule, s, trigger, exemption, fulfilment);
  const binding = status !== 'notApplicable' && status !== 'exempt';
  const due = binding ? dueOf(rule, s, matter, trigger) : null;
  const timeliness = timelinessOf({
    status,
    due: trigger.answer === 'lapsed' && trigger.until < (lateFrom(due) ?? s.at) ? null : due,
    fulfilment: binding ? fulfilment : null,
    conduct: rule.met === 'conduct' || rule.kind !== 'duty',
    at: s.at,
    horizon: s.horizon,
  });
  const lapsedLate = trigger.answer === 'lapsed' && trigger.until >= (lateFrom(due) ?? s.at) && fulfilment === null;
  const annotations = binding ? (rule.annotations?.(s, matter, trigger) ?? {}) : {};
  return {
    key: matter.key === null ? rule.id : `${rule.id}:${matter.key}`,
    id: rule.id,
    kind: rule.kind,
    title: rule.title,
    provision: rule.provision,
    status,
    timeliness: lapsedLate ? 'overdue' : timeliness,
    due,
    actor: s.provider.id,
    scope: null,
    incident: matter.incident?.id ?? null,
    tier: null,
    advisory: null,
    benchmark: null,
    flags: [],
    ...annotations,
    because: becauseOf(trigger, exemption, fulfilment, status, s),
    sourceStatus: rule.sourceStatus,
    fulfilledAt: binding && fulfilment !== null ? fulfilment.at : null,
  };
}

/** A modifier who is no provider owes nothing of this; whether it is one may be open. */
function gated(rule: ObligationRule, { modification }: Situation, trigger: Trigger): Trigger {
  if (modification === null || trigger.answer === 'no' || rule.kind === 'authorityAct') return trigger;
  if (modification.significant === false) return { answer: 'no', because: [modification.because] };
  const because = [...trigger.because, modification.because];
  return modification.significant === null ? { answer: 'unclear', because } : { ...trigger, because };
}

/** What has to be done again and again is never fulfilled: each time only sets the next date. */
function fulfilmentOf(rule: ObligationRule, s: Situation, matter: Matter): Fulfilment | null {
  if (rule.met === 'recurring') return null;
  const key = matter.key === null ? rule.id : `${rule.id}:${matter.key}`;
  return rule.fulfilled?.(s, matter) ?? s.evidence.get(key) ?? null;
}

function statusOf(
  rule: ObligationRule,
  s: Situation,
  trigger: Trigger,
  exemption: Exemption | null,
  fulfilment: Fulfilment | null,
): ObligationStatus {
  if (trigger.answer === 'no') return 'notApplicable';
  if (trigger.answer === 'unclear' || trigger.answer === 'lapsed') return 'pendingReview';
  if (exemption?.holds === true) return 'exempt';
  if (exemption?.holds === 'unclear') return 'pendingReview';
  const effectiveFrom = startOfLocalDay(rule.effectiveFrom);
  if (s.at < effectiveFrom) {
    s.horizon.certainAt(effectiveFrom);
    return 'upcoming';
  }
  if (trigger.answer === 'expected') return 'upcoming';
  if (rule.met === 'once' && fulfilment !== null) return 'discharged';
  if (inTransition(rule, s)) {
    s.horizon.certainAt(s.transitionEnd.expiredFrom);
    return 'transitional';
  }
  return 'active';
}

function inTransition(rule: ObligationRule, s: Situation): boolean {
  return rule.transition && s.legacy && s.at < s.transitionEnd.expiredFrom;
}

/** Art. 111(3): for a model placed before Chapter V applied, no date comes before the end of the transition. */
function dueOf(rule: ObligationRule, s: Situation, matter: Matter, trigger: Trigger): Due | null {
  const own = rule.due(s, matter, trigger);
  if (own === null || !rule.transition || !s.legacy) return own;
  const late = lateFrom(own);
  if (late === null) return inTransition(rule, s) ? { kind: 'fixedDate', ...s.transitionEnd } : own;
  return late > s.transitionEnd.expiredFrom ? own : { kind: 'fixedDate', ...s.transitionEnd };
}

function becauseOf(
  trigger: Trigger,
  exemption: Exemption | null,
  fulfilment: Fulfilment | null,
  status: ObligationStatus,
  s: Situation,
): readonly Reason[] {
  const because = [...trigger.because];
  if (exemption !== null) because.push(exemption.because);
  if (status === 'transitional' && s.placing !== null) {
    because.push(reason('Art. 111(3)', 'the model was placed on the market before 2 August 2025', s.placing.event));
  }
  if (fulfilment !== null && status !== 'notApplicable' && status !== 'exempt') {
    because.push(reason('record', 'fulfilled by', fulfilment.event));
  }
  // What is absent has no event; the registration shows which record was searched for it.
  if (because.every(({ events }) => events.length === 0)) {
    because.push(reason('record', 'nothing recorded about the model says otherwise', ...s.registration));
  }
  return because;
}
