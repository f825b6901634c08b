import type { Due } from '../assessment/assessment.js';
import { reason } from '../assessment/reason.js';
import type { Situation } from '../assessment/situation.js';
import type { Annotations, Matter, ObligationRule, Trigger } from './rule.js';
import { lateFrom, notBefore, periodFrom } from './due.js';
import { chapterV } from './sources.js';
import { no, notAboveThreshold, riskUnknown, systemicRisk, unclear } from './triggers.js';

/** Art. 52: notification of the Commission, arguments, and reassessment. */
export const article52: readonly ObligationRule[] = [
  {
    ...chapterV('Art. 52(1), Recital 112'),
    id: 'art-52-1-notify-commission',
    title: 'Notify the Commission that the model meets, or will meet, the systemic-risk threshold',
    provision: 'Art. 52(1)',
    kind: 'duty',
    transition: true,
    met: 'once',
    trigger: thresholdMetOrForeseen,
    due: twoWeeksFromKnowledge,
    fulfilled: ({ commission }) => commission.notifications[0] ?? null,
    annotations: adviceForLegacyModel,
  },
  {
    ...chapterV('Art. 52(2)-(3)'),
    id: 'art-52-2-rebuttal-arguments',
    title: 'Present arguments that the model carries no systemic risk, with the notification',
    provision: 'Art. 52(2)',
    kind: 'right',
    transition: false,
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
    transition: false,
    met: 'conduct',
    trigger: designatedExOfficio,
    due: waitAfterDecision,
  },
];

function thresholdMetOrForeseen(s: Situation): Trigger {
  if (s.gpai.value === false) return no(s.gpai.because);
  const trigger = s.notificationTrigger;
  if (trigger === null) {
    return s.systemicRisk.undecidable && s.compute.flop === null
      ? unclear(riskUnknown(s))
      : no(reason('Art. 51(2), 52(1)', notAboveThreshold(s), ...s.compute.events, ...forecastEvents(s)));
  }
  if (s.gpai.value === null) return unclear(s.gpai.because, ...trigger.because);
  if (trigger.until === null || s.commission.notifications.length > 0) {
    return { answer: 'met', since: trigger.from, because: trigger.because };
  }
  const ended = reason('Art. 52(1)', 'it is no longer known that the threshold will be met', ...forecastEvents(s));
  return { answer: 'lapsed', until: trigger.until, because: [...trigger.because, ended] };
}

/** Arguments go with the notification; one that was sent without them closed the way. */
function argumentsStillOpen(s: Situation): Trigger {
  const [notification] = s.commission.notifications;
  if (notification === undefined || s.commission.notifications.some(({ withArguments }) => withArguments)) {
    return thresholdMetOrForeseen(s);
  }
  return no(reason('Art. 52(2)', 'the notification was sent without arguments', notification.event));
}

function forecastEvents({ forecast }: Situation): readonly string[] {
  return forecast === null ? [] : [forecast.event];
}

/** From the earlier of knowledge and fact; "without delay" is the standard, two weeks the outer limit. */
function twoWeeksFromKnowledge(s: Situation): Due | null {
  const trigger = s.notificationTrigger;
  if (trigger === null) return null;
  return periodFrom(trigger.from, s.law.value('notificationPeriod', trigger.from), 'regulation1182');
}

function adviceForLegacyModel(s: Situation, _matter: Matter, trigger: Trigger): Annotations {
  const risk = s.systemicRisk.current;
  if (!s.legacy || trigger.answer !== 'met' || risk === null || risk.from <= s.chapterVFrom) return {};
  return { advisory: twoWeeksFromKnowledge(s), flags: ['legacy-model-became-systemic-risk'] };
}

function changeAfterAcceptance({ commission }: Situation) {
  const accepted = commission.rebuttals.at(-1);
  return accepted?.accepted === true
    ? commission.changes.find(({ knownAt }) => knownAt >= accepted.informedAt)
    : undefined;
}

function changedAfterAcceptance(s: Situation): Trigger {
  const decision = s.commission.rebuttals.at(-1);
  if (decision?.accepted !== true || decision.informedAt > s.at) {
    return no(reason('Art. 52(2)', 'no acceptance of arguments is in force'));
  }
  const change = changeAfterAcceptance(s);
  const accepted = reason('Art. 52(2)-(3)', 'the Commission accepted the arguments', decision.event);
  if (change === undefined || change.knownAt > s.at) {
    return no(accepted, reason('Guidelines s. 2.3.3', 'no substantial change of the facts is recorded'));
  }
  const changed = reason('Guidelines s. 2.3.3', 'the facts changed substantially', change.event);
  return { answer: 'met', since: change.knownAt, because: [accepted, changed] };
}

function designatedExOfficio(s: Situation): Trigger {
  const designation = s.commission.designations.findLast(({ informedAt }) => informedAt <= s.at);
  if (designation === undefined) return no(reason('Art. 52(5)', 'the Commission has not designated the model'));
  if (designation.basis !== '52(4)') {
    return no(reason('Art. 52(5)', 'a reassessment is open to designations under Art. 52(4) only', designation.event));
  }
  if (systemicRisk(s).answer === 'no') return no(reason('Art. 52(5)', 'the designation was lifted', designation.event));
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
  return notBefore(decision.informedAt, s.law.value('reassessmentWait', decision.informedAt));
}

function lateFromWaiting(s: Situation) {
  const due = waitAfterDecision(s, { key: null }, { answer: 'expected', because: [] });
  return due?.kind === 'earliest' ? due.earliest : lateFrom(due);
}
