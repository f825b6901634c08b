import type { Due, Reason } from '../assessment/assessment.js';
import { change, reason } from '../assessment/reason.js';
import type { Fulfilment } from '../assessment/evidence.js';
import type { Situation } from '../assessment/situation.js';
import { formatFlopForNotification } from '../flop/flop.js';
import type { Annotations, Matter, ObligationRule, Trigger } from './rule.js';
import type { Instant } from '../time/instant.js';
import { lateFrom, notBefore, periodFrom } from './due.js';
import { chapterV } from './sources.js';
import { inWords } from './terms.js';
import {
  earliestConceivable,
  moreCompute,
  no,
  notAboveThreshold,
  plannedAbove,
  reportCompute,
  riskUnknown,
  settlesRisk,
  systemicRisk,
  unclear,
} from './triggers.js';

/** Art. 52: notification of the Commission, arguments, and reassessment. */
export const article52: readonly ObligationRule[] = [
  {
    ...chapterV('Art. 52(1), Recital 112'),
    id: 'art-52-1-notify-commission',
    title: 'Notify the Commission that the model meets, or will meet, the systemic-risk threshold',
    provision: 'Art. 52(1)',
    kind: 'duty',
    terms: inWords({
      who: 'provider of the model, a modifier who is a provider included',
      trigger:
        'the threshold of Art. 51(2) is met, or it becomes known that it will be met; for a modifier, a significant modification of a model with systemic risk',
      appliesWhen:
        'cumulative training compute, spent or planned, above the threshold; also open source, also internal only',
      due: 'without delay, at the latest two weeks (Reg. 1182/71) after the earlier of knowledge and fact; for facts before 2 August 2025, after that day',
      keepUpToDate: 'a new notification when the basis of an accepted rebuttal changes',
      evidence: 'CommissionNotified: receipt, estimate in FLOP with two significant figures, method and approximations',
    }),
    transition: true,
    followsSystemicRisk: true,
    met: 'once',
    trigger: thresholdMetOrForeseen,
    due: twoWeeksFromKnowledge,
    fulfilled: notificationOfThisSpan,
    annotations: adviceForLegacyModel,
  },
  {
    ...chapterV('Art. 52(2)-(3)'),
    id: 'art-52-2-rebuttal-arguments',
    title: 'Present arguments that the model carries no systemic risk, with the notification',
    provision: 'Art. 52(2)',
    kind: 'right',
    terms: inWords({
      who: 'provider of the model',
      trigger: 'the notification',
      appliesWhen: 'the threshold is met or will be; a right, not a duty, and without suspensive effect',
      due: 'together with the notification',
      evidence: 'CommissionNotified with arguments: reasoned file, benchmarks, scaling analysis',
    }),
    transition: true,
    met: 'once',
    trigger: argumentsStillOpen,
    due: twoWeeksFromKnowledge,
    fulfilled: ({ commission }) => commission.notifications.find(({ withArguments }) => withArguments) ?? null,
  },
  {
    ...chapterV('Art. 52(2)-(3), Guidelines s. 2.3.3'),
    id: 'art-52-2-renotify-on-change',
    title: 'Notify again when the facts behind an accepted rebuttal change substantially',
    provision: 'Art. 52(2), Guidelines s. 2.3.3',
    kind: 'duty',
    terms: inWords({
      who: 'provider whose arguments were accepted',
      trigger: 'the facts change substantially, or the basis was incomplete, incorrect or misleading',
      appliesWhen: 'an acceptance of arguments is in force',
      due: 'without delay; no period is fixed',
      keepUpToDate: 'continuous watch',
      evidence: 'CommissionNotified after the change',
    }),
    sourceStatus: 'guidelines',
    transition: true,
    met: 'once',
    trigger: changedAfterAcceptance,
    due: (_s, _matter, { answer }) => (answer === 'met' ? { kind: 'withoutDelay' } : null),
    fulfilled: (s) => {
      const change = changeAfterAcceptance(s);
      return s.commission.notifications.find(({ at }) => change !== undefined && at >= change.knownAt) ?? null;
    },
  },
  {
    ...chapterV('Art. 52(5)'),
    id: 'art-52-5-reassessment-request',
    title: 'Request a reassessment of the designation',
    provision: 'Art. 52(5)',
    kind: 'right',
    terms: inWords({
      who: 'provider of a designated model',
      trigger: 'designation under Art. 52(4), or a decision to maintain it',
      appliesWhen: 'the designation is in force; not for designations under Art. 52(1)',
      due: 'at the earliest six months after the decision, and again after each decision to maintain',
      evidence: 'request with objective, detailed and new reasons',
    }),
    transition: false,
    met: 'conduct',
    trigger: designatedExOfficio,
    due: waitAfterDecision,
  },
];

function thresholdMetOrForeseen(s: Situation): Trigger {
  if (s.gpai.value === false) return no(s.gpai.because, ...s.gpai.wouldChange);
  const trigger = s.notificationTrigger;
  if (trigger === null) {
    if (s.systemicRisk.undecidable && s.compute.flop === null) return unclear(riskUnknown(s), ...settlesRisk(s));
    const confirmed = s.commission.designations.find(
      ({ basis, informedAt }) => basis === '52(1)' && informedAt <= s.at,
    );
    if (confirmed !== undefined) {
      const says = 'the Commission found that the threshold was met; since when is not on record';
      return unclear(reason('Art. 52(1)', says, confirmed.event), reportCompute);
    }
    const events = [...s.compute.events, ...forecastEvents(s)];
    return no(reason('Art. 51(2), 52(1)', notAboveThreshold(s), ...events), moreCompute, plannedAbove);
  }
  if (s.gpai.value === null) return unclear([s.gpai.because, ...trigger.because], ...s.gpai.wouldChange);
  if (trigger.until === null || notificationOfThisSpan(s) !== null) {
    const since = triggeredAt(s) ?? trigger.from;
    return { answer: 'met', since, because: [...trigger.because, ...estimateToState(s)] };
  }
  const says = 'it is no longer known that the threshold will be met; keep the record of both estimates';
  const because = [...trigger.because, reason('Art. 52(1)', says, ...forecastEvents(s))];
  return { answer: 'lapsed', until: trigger.until, because, wouldChange: [plannedAbove, moreCompute] };
}

/** Guidelines, Annex A: the estimate is stated with two significant figures, with its method and uncertainty. */
function estimateToState({ compute, forecast }: Situation): readonly Reason[] {
  const flop =
    forecast !== null && (compute.flop === null || forecast.flop > compute.flop) ? forecast.flop : compute.flop;
  if (flop === null) return [];
  const says = `state ${formatFlopForNotification(flop)} FLOP (two significant figures) and the estimation method`;
  return [reason('Guidelines, Annex A', says)];
}

/** One that was made in an earlier span, which had ended, was about that one. */
function notificationOfThisSpan({ commission, notificationTrigger }: Situation): Fulfilment | null {
  const earlierEndedAt = notificationTrigger?.previousEndedAt ?? null;
  return commission.notifications.find(({ at }) => earlierEndedAt === null || at >= earlierEndedAt) ?? null;
}

/** Arguments go with the notification; one that was sent without them closed the way. */
function argumentsStillOpen(s: Situation): Trigger {
  const [notification] = s.commission.notifications;
  if (notification === undefined || s.commission.notifications.some(({ withArguments }) => withArguments)) {
    return thresholdMetOrForeseen(s);
  }
  return no(
    reason('Art. 52(2)', 'the notification was sent without arguments', notification.event),
    change('CommissionNotified', 'a notification with arguments'),
  );
}

function forecastEvents({ forecast }: Situation): readonly string[] {
  return forecast === null ? [] : [forecast.event];
}

/** Nobody has to tell before being the provider. */
function triggeredAt({ notificationTrigger, providerSince }: Situation): Instant | null {
  const from = notificationTrigger?.from ?? null;
  return from !== null && providerSince !== null && providerSince > from ? providerSince : from;
}

/** From the earlier of knowledge and fact; "without delay" is the standard, two weeks the outer limit. */
function twoWeeksFromKnowledge(s: Situation, _matter: Matter, { answer }: Trigger): Due | null {
  const from = triggeredAt(s) ?? (answer === 'unclear' ? earliestConceivable(s) : null);
  return from === null ? null : periodFrom(s.law, from, 'notificationPeriod', 'regulation1182');
}

function adviceForLegacyModel(s: Situation, matter: Matter, trigger: Trigger): Annotations {
  if (!s.legacy || trigger.answer !== 'met' || trigger.since <= s.chapterVFrom) return {};
  const advisory = twoWeeksFromKnowledge(s, matter, trigger);
  return s.systemicRisk.current === null ? { advisory } : { advisory, flags: ['legacy-model-became-systemic-risk'] };
}

function changeAfterAcceptance({ commission }: Situation) {
  const accepted = commission.rebuttals.at(-1);
  return accepted?.accepted === true
    ? commission.changes.findLast(({ knownAt }) => knownAt >= accepted.informedAt)
    : undefined;
}

function changedAfterAcceptance(s: Situation): Trigger {
  const decision = s.commission.rebuttals.at(-1);
  if (decision?.accepted !== true || decision.informedAt > s.at) {
    return no(
      reason('Art. 52(2)', 'no acceptance of arguments is in force'),
      change('RebuttalDecided', 'the Commission accepts arguments, and the facts then change substantially'),
    );
  }
  const changed = changeAfterAcceptance(s);
  const accepted = reason('Art. 52(2)-(3)', 'the Commission accepted the arguments', decision.event);
  if (changed === undefined || changed.knownAt > s.at) {
    return no(
      [accepted, reason('Guidelines s. 2.3.3', 'no substantial change of the facts is recorded')],
      change('FactsChangedSubstantially', 'the facts behind the acceptance change, or were wrong'),
    );
  }
  const why = reason('Guidelines s. 2.3.3', 'the facts changed substantially', changed.event);
  return { answer: 'met', since: changed.knownAt, because: [accepted, why] };
}

function designatedExOfficio(s: Situation): Trigger {
  const designation = s.commission.designations.findLast(({ informedAt }) => informedAt <= s.at);
  const would = change('SystemicRiskDesignated', 'a designation under Art. 52(4)');
  if (designation === undefined) return no(reason('Art. 52(5)', 'the Commission has not designated the model'), would);
  if (designation.basis !== '52(4)') {
    const says = 'a reassessment is open to designations under Art. 52(4) only';
    return no(reason('Art. 52(5)', says, designation.event), would);
  }
  const lifted = s.commission.reassessments.find(
    ({ maintained, informedAt }) => !maintained && informedAt > designation.informedAt && informedAt <= s.at,
  );
  if (lifted !== undefined || systemicRisk(s).answer === 'no') {
    return no(reason('Art. 52(5)', 'the designation was lifted', (lifted ?? designation).event), would);
  }
  const because = [reason('Art. 52(5)', 'the Commission designated the model under Art. 52(4)', designation.event)];
  const earliest = lateFromWaiting(s);
  if (earliest !== null && earliest > s.at) {
    s.horizon.certainAt(earliest);
    return { answer: 'expected', because };
  }
  return { answer: 'met', since: designation.informedAt, because };
}

/** Six months after the designation, and again after each decision that maintains it. */
function waitAfterDecision(s: Situation, _matter: Matter, trigger: Trigger): Due | null {
  if (trigger.answer === 'no') return null;
  const designation = s.commission.designations.findLast(({ informedAt }) => informedAt <= s.at);
  const maintained = s.commission.reassessments.findLast((each) => each.maintained && each.informedAt <= s.at);
  if (designation === undefined) return null;
  const decision = maintained && maintained.informedAt > designation.informedAt ? maintained : designation;
  return notBefore(s.law, decision.informedAt, 'reassessmentWait');
}

function lateFromWaiting(s: Situation) {
  const due = waitAfterDecision(s, { key: null }, { answer: 'expected', because: [] });
  return due?.kind === 'earliest' ? due.earliest : lateFrom(due);
}
