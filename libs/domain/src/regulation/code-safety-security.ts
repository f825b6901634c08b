import type { Due } from '../assessment/assessment.js';
import { reason } from '../assessment/reason.js';
import type { Situation } from '../assessment/situation.js';
import type { Instant } from '../time/instant.js';
import { measureOf } from './code-signature.js';
import { keptTenYearsAfterPlacing } from './code-transparency-copyright.js';
import { before, earlierDue, periodFrom } from './due.js';
import type { ParameterName } from './parameter.js';
import type { Matter, ObligationRule, Trigger } from './rule.js';
import { atPlacingAlways, continuous, no, placed, systemicRisk } from './triggers.js';

/** Safety and Security chapter: for models with systemic risk. Incidents are in `code-incidents.ts`. */
export const safetySecurity: readonly ObligationRule[] = [
  measureOf('safetySecurity', {
    measure: '1.1',
    id: 'code-s-1-1-framework-confirmed',
    title: 'Confirm the Safety and Security Framework',
    met: 'standing',
    trigger: notifiedOrPlaced,
    due: frameworkDue,
  }),
  measureOf('safetySecurity', {
    measure: '1.2',
    id: 'code-s-1-2-full-assessment',
    title: 'Complete a full assessment and mitigation of systemic risks before placing',
    met: 'standing',
    trigger: riskAndPlaced,
    due: (s) => {
      const due = atPlacingAlways(s);
      return due?.kind === 'atPlacing' ? { kind: 'beforePlacing', at: due.at } : due;
    },
  }),
  measureOf('safetySecurity', {
    measure: '1.3',
    id: 'code-s-1-3-framework-assessment',
    title: 'Assess the Framework at least every twelve months from placing',
    met: 'recurring',
    trigger: riskAndPlaced,
    due: again('code-s-1-3-framework-assessment', 'codeFrameworkAssessmentInterval'),
  }),
  measureOf('safetySecurity', {
    measure: '1.4',
    id: 'code-s-1-4-framework-access',
    title: 'Give the AI Office unredacted access to the Framework within five business days of its confirmation',
    met: 'standing',
    trigger: documented('code-s-1-1-framework-confirmed', 'the Framework is not confirmed yet'),
    due: fiveBusinessDaysAfter('code-s-1-1-framework-confirmed'),
  }),
  measureOf('safetySecurity', {
    measure: '3.5',
    id: 'code-s-3-5-post-market-monitoring',
    title: 'Monitor the model from placing until it is retired from the market',
    met: 'conduct',
    trigger: riskAndOnTheMarket,
    due: continuous,
  }),
  measureOf('safetySecurity', {
    measure: '7.7',
    id: 'code-s-7-7-model-report-at-placing',
    title: 'Give the AI Office access to the Model Report by placing',
    met: 'standing',
    trigger: riskAndPlaced,
    due: atPlacingAlways,
  }),
  measureOf('safetySecurity', {
    measure: '7.6',
    id: 'code-s-7-6-model-report-update',
    title: 'Update the Model Report on reasonable grounds, and before a deliberate change is made available',
    met: 'conduct',
    trigger: riskAndOnTheMarket,
    due: continuous,
  }),
  measureOf('safetySecurity', {
    measure: '7.6',
    id: 'code-s-7-6-six-monthly',
    title: 'Update the Model Report of the most capable models at least every six months',
    met: 'recurring',
    trigger: riskAndOnTheMarket,
    due: again('code-s-7-6-six-monthly', 'codeModelReportInterval'),
    annotations: () => ({ flags: ['most-capable-model-assumed'] }),
  }),
  measureOf('safetySecurity', {
    measure: '7.7',
    id: 'code-s-7-7-update-access',
    title: 'Give the AI Office access to an updated Model Report within five business days',
    met: 'standing',
    trigger: documented('code-s-7-6-model-report-update', 'no update of the Model Report is recorded'),
    due: fiveBusinessDaysAfter('code-s-7-6-model-report-update'),
  }),
  measureOf('safetySecurity', {
    measure: '10.1',
    id: 'code-s-10-1-documentation',
    title: 'Document architecture, integration, evaluations and mitigations, and keep that for ten years',
    met: 'standing',
    trigger: riskAndPlaced,
    due: keptTenYearsAfterPlacing,
  }),
  measureOf('safetySecurity', {
    measure: '10.2',
    id: 'code-s-10-2-public-summary',
    title: 'Publish summaries of Framework and Model Reports as far as necessary',
    met: 'conduct',
    trigger: riskAndPlaced,
    due: continuous,
  }),
  measureOf('safetySecurity', {
    measure: 'App. 4.3',
    id: 'code-s-a4-3-access-review',
    title: 'Review who has access to the parameters every six months, or do what is equivalent',
    met: 'conduct',
    trigger: systemicRisk,
    due: continuous,
  }),
];

function riskAndPlaced(s: Situation): Trigger {
  const risk = systemicRisk(s);
  const market = placed(s);
  if (risk.answer === 'no' || market.answer === 'no') return risk.answer === 'no' ? risk : market;
  const because = [...risk.because, ...market.because];
  if (risk.answer !== 'met' || market.answer !== 'met') {
    return { answer: risk.answer === 'unclear' || market.answer === 'unclear' ? 'unclear' : 'expected', because };
  }
  return { answer: 'met', since: risk.since > market.since ? risk.since : market.since, because };
}

function riskAndOnTheMarket(s: Situation): Trigger {
  if (s.withdrawal === null) return riskAndPlaced(s);
  return no(reason('Code of Practice, Safety and Security', 'the model was withdrawn', s.withdrawal.event));
}

/** The Framework is owed for a model that carries systemic risk or is going to, once it is notified or placed. */
function notifiedOrPlaced(s: Situation): Trigger {
  const [notification] = s.commission.notifications;
  if (notification === undefined || s.gpai.value === false || s.notificationTrigger?.until !== null) {
    return riskAndPlaced(s);
  }
  const because = [
    reason('Art. 52(1)', 'the Commission was notified', notification.event),
    ...s.notificationTrigger.because,
  ];
  if (s.gpai.value === null) return { answer: 'unclear', because: [s.gpai.because, ...because] };
  return { answer: 'met', since: notification.at, because };
}

/** Four weeks after the notification or two weeks before placing, whichever is earlier. */
function frameworkDue(s: Situation): Due | null {
  const [notification] = s.commission.notifications;
  const market = s.placing?.at ?? s.plannedPlacing?.at ?? null;
  const afterNotification =
    notification === undefined
      ? null
      : periodFrom(notification.at, s.law.value('codeFrameworkAfterNotification', notification.at), 'codeCalendar');
  const beforePlacing = market === null ? null : before(market, s.law.value('codeFrameworkBeforePlacing', market));
  if (afterNotification === null || beforePlacing === null) return afterNotification ?? beforePlacing;
  return earlierDue(afterNotification, beforePlacing);
}

/** So long after placing, and after each time that is on record. */
function again(id: string, interval: ParameterName & `code${string}Interval`) {
  return (s: Situation): Due | null => {
    const market = s.placing?.at ?? null;
    const last = s.evidence.get(id)?.latest.at ?? null;
    const from = later(market, last);
    return market === null || from === null ? null : periodFrom(from, s.law.value(interval, from), 'codeCalendar');
  };
}

function later(one: Instant | null, other: Instant | null): Instant | null {
  if (one === null || other === null) return one ?? other;
  return one > other ? one : other;
}

/** Arises with a document that is on record as evidence of another entry. */
function documented(id: string, missing: string) {
  return (s: Situation): Trigger => {
    const risk = systemicRisk(s);
    if (risk.answer !== 'met') return risk;
    const document = s.evidence.get(id)?.latest;
    if (document === undefined) return { answer: 'expected', because: [...risk.because, reason('record', missing)] };
    return {
      answer: 'met',
      since: document.at,
      because: [reason('record', 'on record', document.event), ...risk.because],
    };
  };
}

function fiveBusinessDaysAfter(id: string) {
  return (s: Situation, _matter: Matter): Due | null => {
    const document = s.evidence.get(id)?.latest;
    if (document === undefined) return null;
    return periodFrom(document.at, s.law.value('codeAccessToUpdate', document.at), 'codeBusinessDays');
  };
}
