import { lateFrom } from '../regulation/due.js';
import type { Exemption, Matter, ObligationRule, Trigger } from '../regulation/rule.js';
import { startOfLocalDay } from '../time/brussels-day.js';
import type { Change, Due, Finding, Obligation, ObligationStatus, Reason } from './assessment.js';
import { findingOf } from './finding.js';
import { change, reason } from './reason.js';
import type { Fulfilment } from './evidence.js';
import type { Situation } from './situation.js';
import { timelinessOf } from './timeliness.js';

const THE_MODEL: readonly Matter[] = [{ key: null }];

export type Evaluated = { readonly obligation: Obligation; readonly finding: Finding | null };

/** One row for each matter that the entry is about; the open ones come first. */
export function evaluateRule(rule: ObligationRule, situation: Situation): readonly Evaluated[] {
  const matters = rule.matters === undefined ? THE_MODEL : rule.matters(situation);
  return matters.map((matter) => evaluate(rule, situation, matter));
}

function evaluate(rule: ObligationRule, s: Situation, matter: Matter): Evaluated {
  const key = keyOf(rule, matter);
  const trigger = gated(rule, s, rule.trigger(s, matter));
  const exemption = trigger.answer === 'no' || trigger.answer === 'lapsed' ? null : (rule.exemption?.(s) ?? null);
  const fulfilment = fulfilmentOf(rule, s, matter);
  const status = statusOf(rule, s, trigger, exemption, fulfilment);
  const isBinding = status !== 'notApplicable' && status !== 'exempt';
  const lapse = isBinding && fulfilment === null && rule.met === 'standing' ? s.evidence.lapsed(key) : null;
  const due = isBinding ? afterLapse(dueOf(rule, s, matter, trigger), lapse) : null;
  const timeliness = timelinessOf({
    status,
    due: trigger.answer === 'lapsed' && trigger.until < (lateFrom(due) ?? s.at) ? null : due,
    fulfilment: isBinding ? fulfilment : null,
    conduct: rule.met === 'conduct' || rule.kind !== 'duty',
    at: s.at,
    horizon: s.horizon,
  });
  const isLapsedLate =
    rule.kind === 'duty' &&
    trigger.answer === 'lapsed' &&
    trigger.until >= (lateFrom(due) ?? s.at) &&
    fulfilment === null;
  const annotations = isBinding ? (rule.annotations?.(s, matter, trigger) ?? {}) : {};
  const obligation: Obligation = {
    key,
    id: rule.id,
    kind: rule.kind,
    title: rule.title,
    provision: rule.provision,
    status,
    timeliness: isLapsedLate ? 'overdue' : timeliness,
    due,
    actor: rule.actor ?? s.provider.id,
    scope: null,
    incident: matter.incident?.id ?? null,
    tier: null,
    advisory: null,
    benchmark: null,
    flags: [],
    ...annotations,
    because: becauseOf(trigger, exemption, status, s, evidenceReasons(key, fulfilment, lapse, isBinding, s)),
    wouldChange: changesOf(trigger, exemption, status),
    sourceStatus: rule.sourceStatus,
    fulfilledAt: isBinding ? ((rule.met === 'recurring' ? s.evidence.latest(key) : fulfilment)?.at ?? null) : null,
  };
  return { obligation, finding: findingOf(obligation, trigger, s) };
}

function keyOf(rule: ObligationRule, matter: Matter): string {
  return matter.key === null ? rule.id : `${rule.id}:${matter.key}`;
}

/** What does not bind at all: a modifier who is no provider, and a record that was given up for another one. */
function gated(rule: ObligationRule, s: Situation, trigger: Trigger): Trigger {
  const { modification, mergedInto } = s;
  if (mergedInto !== null) {
    const says = `this is one model with "${mergedInto.modelId}", where its duties are shown`;
    const because = [reason('Guidelines s. 2.2', says, mergedInto.event)];
    return { answer: 'no', because, wouldChange: [change('FactRetracted', 'the two turn out to be two models')] };
  }
  if (modification !== null && s.undecidedRiskSince !== null && rule.followsSystemicRisk === true) {
    const says = 'original and modification exceed the threshold together; the Guidelines do not say who has to notify';
    const decide = change('ReviewDecided', 'decide the flag modified-below-third-crosses-threshold');
    const because = [modification.because, reason('Guidelines, Annex A.1', says, ...modification.events)];
    return { answer: 'unclear', because, wouldChange: [decide] };
  }
  if (modification === null || trigger.answer === 'no' || rule.kind === 'authorityAct') return trigger;
  if (modification.significant === false) {
    const more = change('FineTuned', 'a modification above one third of the compute of the original');
    return { answer: 'no', because: [modification.because], wouldChange: [more] };
  }
  const because = [...trigger.because, modification.because];
  if (modification.significant === true) return { ...trigger, because };
  const state = change('FactCorrected', 'state the training compute of the original, or that it cannot be estimated');
  return { answer: 'unclear', because, wouldChange: [state] };
}

/** What has to be done again and again is never fulfilled: each time only sets the next date. */
function fulfilmentOf(rule: ObligationRule, s: Situation, matter: Matter): Fulfilment | null {
  if (rule.met === 'recurring') return null;
  const byFact = rule.fulfilled?.(s, matter) ?? null;
  if (byFact !== null) return byFact;
  const key = keyOf(rule, matter);
  if (rule.evidenceSince !== undefined) {
    const [since, latest] = [rule.evidenceSince(s), s.evidence.latest(key)];
    return since !== null && latest !== null && latest.at >= since ? latest : null;
  }
  // What is done once stays done, though the document that shows it lapses.
  return rule.met === 'once' && rule.fulfilled === undefined ? s.evidence.first(key) : s.evidence.counting(key);
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
  return inTransition(rule, s) ? 'transitional' : 'active';
}

function inTransition(rule: ObligationRule, s: Situation): boolean {
  if (!rule.transition || !s.legacy) return false;
  s.horizon.possibleAt(s.transitionEnd.expiredFrom);
  return s.at < s.transitionEnd.expiredFrom;
}

/** Art. 111(3): for a model placed before Chapter V applied, no date comes before the end of the transition. */
function dueOf(rule: ObligationRule, s: Situation, matter: Matter, trigger: Trigger): Due | null {
  const own = rule.due(s, matter, trigger);
  if (own === null || !rule.transition || !s.legacy) return own;
  const late = lateFrom(own);
  if (late === null) return inTransition(rule, s) ? { kind: 'fixedDate', ...s.transitionEnd } : own;
  return late > s.transitionEnd.expiredFrom ? own : { kind: 'fixedDate', ...s.transitionEnd };
}

/** What was met and whose evidence lapsed is owed anew from the lapse on. */
function afterLapse(due: Due | null, lapse: Fulfilment | null): Due | null {
  const late = lateFrom(due);
  return lapse !== null && late !== null && lapse.at > late ? { kind: 'from', at: lapse.at } : due;
}

function evidenceReasons(
  key: string,
  fulfilment: Fulfilment | null,
  lapse: Fulfilment | null,
  isBinding: boolean,
  s: Situation,
): readonly Reason[] {
  if (!isBinding) return [];
  if (fulfilment !== null) return [reason('record', 'fulfilled by', fulfilment.event)];
  if (lapse !== null) return [reason('record', 'the evidence has lapsed; it counted until then', lapse.event)];
  const withdrawn = s.evidence.withdrawn(key);
  return withdrawn === null ? [] : [reason('record', 'the evidence was withdrawn', withdrawn.event)];
}

function becauseOf(
  trigger: Trigger,
  exemption: Exemption | null,
  status: ObligationStatus,
  s: Situation,
  evidence: readonly Reason[],
): readonly Reason[] {
  const because = [...trigger.because];
  if (exemption !== null) because.push(exemption.because);
  if (status === 'transitional' && s.placing !== null) {
    because.push(reason('Art. 111(3)', 'the model was placed on the market before 2 August 2025', s.placing.event));
  }
  because.push(...evidence);
  // What is absent has no event; the registration shows which record was searched for it.
  if (because.every(({ events }) => events.length === 0)) {
    because.push(reason('record', 'nothing recorded about the model says otherwise', ...s.registration));
  }
  return because;
}

function changesOf(trigger: Trigger, exemption: Exemption | null, status: ObligationStatus): readonly Change[] {
  if (status !== 'notApplicable' && status !== 'exempt' && status !== 'pendingReview') return [];
  const ofTrigger = 'wouldChange' in trigger ? trigger.wouldChange : [];
  return ofTrigger.length > 0 ? ofTrigger : (exemption?.wouldChange ?? []);
}
