import { measureOf } from './code-signature.js';
import { keptTenYearsAfterPlacing } from './code-transparency-copyright.js';
import { periodFrom } from './due.js';
import type { ObligationRule } from './rule.js';
import { atPlacingAlways, continuous, systemicRisk } from './triggers.js';
import {
  MOST_CAPABLE,
  REFERENCE,
  riskAndPlaced,
  riskAndOnTheMarket,
  notifiedOrPlaced,
  amongTheMostCapable,
  referenceLost,
  sixMonthsAfterAccessReview,
  frameworkDue,
  again,
  documented,
  fiveBusinessDaysAfter,
  latestOf,
} from './code-safety-triggers.js';

const FRAMEWORK = ['code-s-1-1-framework-confirmed', 'code-s-1-3-framework-assessment'];
const REPORT_UPDATE = ['code-s-7-6-model-report-update', 'code-s-7-6-six-monthly'];
const risks = ['art-55-1-b-assess-mitigate-systemic-risk', 'art-55-2-demonstrate-compliance'];

/** Safety and Security chapter: for models with systemic risk. Incidents are in `code-incidents.ts`. */
export const safetySecurity: readonly ObligationRule[] = [
  measureOf('safetySecurity', {
    measure: '1.1',
    id: 'code-s-1-1-framework-confirmed',
    title: 'Confirm the Safety and Security Framework',
    terms: {
      trigger: 'the notification under Art. 52(1); placing',
      due: 'the earlier of four weeks after the notification and two weeks before placing',
      keepUpToDate: 'see code-s-1-3-framework-assessment',
      evidence: 'confirmed Safety and Security Framework',
      details: risks,
    },
    met: 'standing',
    trigger: notifiedOrPlaced,
    due: frameworkDue,
  }),
  measureOf('safetySecurity', {
    measure: '1.2',
    id: 'code-s-1-2-full-assessment',
    title: 'Complete a full assessment and mitigation of systemic risks before placing',
    terms: {
      trigger: 'placing; grounds of Measure 7.6, first and third paragraph',
      due: 'before placing; lighter evaluations continuously at trigger points',
      keepUpToDate: 'again on the grounds of Measure 7.6',
      evidence: 'full risk assessment and mitigation',
      details: [...risks, 'art-55-1-a-model-evaluation'],
    },
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
    terms: {
      trigger: 'placing; reasonable grounds',
      due: 'every twelve months from placing, or sooner on reasonable grounds',
      keepUpToDate: 'recurs every twelve months; update without undue delay, with changelog, version and date',
      evidence: 'Framework assessment',
      details: risks,
    },
    met: 'recurring',
    trigger: riskAndPlaced,
    due: again('code-s-1-3-framework-assessment', 'codeFrameworkAssessmentInterval'),
  }),
  measureOf('safetySecurity', {
    measure: '1.4',
    id: 'code-s-1-4-framework-access',
    title: 'Give the AI Office unredacted access to the Framework within five business days of its confirmation',
    terms: {
      trigger: 'confirmation of the Framework or of an update',
      due: 'five business days after the confirmation',
      evidence: 'unredacted access of the AI Office',
      details: risks,
    },
    met: 'once',
    trigger: documented(FRAMEWORK, 'the Framework is not confirmed yet'),
    due: fiveBusinessDaysAfter(FRAMEWORK),
    evidenceSince: (s) => latestOf(s, FRAMEWORK)?.at ?? null,
  }),
  measureOf('safetySecurity', {
    measure: '3.5',
    id: 'code-s-3-5-post-market-monitoring',
    title: 'Monitor the model from placing until it is retired from the market',
    terms: {
      trigger: 'placing on the market',
      due: 'from placing until retirement from the market',
      evidence: 'records of the monitoring',
      details: risks,
    },
    met: 'conduct',
    trigger: riskAndOnTheMarket,
    due: continuous,
  }),
  measureOf('safetySecurity', {
    measure: '7.7',
    id: 'code-s-7-7-model-report-at-placing',
    title: 'Give the AI Office access to the Model Report by placing',
    terms: {
      trigger: 'placing on the market',
      due: 'by placing; up to 15 business days later where the AI Office considers the signatory in good faith and an interim report was given',
      evidence: 'Model Report (Measures 7.1 to 7.5), accessible to the AI Office',
      details: ['art-55-2-demonstrate-compliance'],
    },
    met: 'standing',
    trigger: riskAndPlaced,
    due: atPlacingAlways,
    annotations: (s) =>
      s.placing === null
        ? {}
        : { advisory: periodFrom(s.law, s.placing.at, 'codeModelReportDelay', 'codeBusinessDays') },
  }),
  measureOf('safetySecurity', {
    measure: '7.6',
    id: 'code-s-7-6-model-report-update',
    title: 'Update the Model Report on reasonable grounds, and before a deliberate change is made available',
    terms: {
      trigger: 'reasonable grounds; a deliberate change of the model',
      due: 'within reasonable time; for a deliberate change, before it is made available',
      evidence: 'updated Model Report',
      details: ['art-55-2-demonstrate-compliance'],
    },
    met: 'conduct',
    trigger: riskAndOnTheMarket,
    due: continuous,
  }),
  measureOf('safetySecurity', {
    measure: '7.6',
    id: 'code-s-7-6-six-monthly',
    title: 'Update the Model Report of the most capable models at least every six months',
    terms: {
      trigger: 'placing, and each update',
      appliesWhen: 'among the most capable models of the signatory on the market',
      exemptWhen:
        'unchanged since the last report, a more capable model comes in less than a month, or similarly safe or safer for each risk',
      due: 'at least every six months',
      keepUpToDate: 'recurs every six months',
      evidence: 'updated Model Report',
      details: ['art-55-2-demonstrate-compliance'],
    },
    met: 'recurring',
    trigger: amongTheMostCapable,
    due: again('code-s-7-6-six-monthly', 'codeModelReportInterval'),
    annotations: ({ decisions }) => (decisions.has(MOST_CAPABLE) ? {} : { flags: [MOST_CAPABLE] }),
  }),
  measureOf('safetySecurity', {
    measure: '7.7',
    id: 'code-s-7-7-update-access',
    title: 'Give the AI Office access to an updated Model Report within five business days',
    terms: {
      trigger: 'a confirmed update of the Model Report',
      due: 'five business days after the update',
      evidence: 'access of the AI Office',
      details: ['art-55-2-demonstrate-compliance'],
    },
    met: 'once',
    trigger: documented(REPORT_UPDATE, 'no update of the Model Report is recorded'),
    due: fiveBusinessDaysAfter(REPORT_UPDATE),
    evidenceSince: (s) => latestOf(s, REPORT_UPDATE)?.at ?? null,
  }),
  measureOf('safetySecurity', {
    measure: '10.1',
    id: 'code-s-10-1-documentation',
    title: 'Document architecture, integration, evaluations and mitigations, and keep that for ten years',
    terms: {
      trigger: 'placing on the market',
      due: 'kept ten years after placing; on request of the AI Office',
      keepUpToDate: 'yes',
      evidence: 'architecture, integration, evaluations, mitigations',
      retention: 'ten years after placing',
      details: ['art-53-1-a-technical-documentation'],
    },
    met: 'standing',
    trigger: riskAndPlaced,
    due: keptTenYearsAfterPlacing,
  }),
  measureOf('safetySecurity', {
    measure: '10.2',
    id: 'code-s-10-2-public-summary',
    title: 'Publish summaries of Framework and Model Reports as far as necessary',
    terms: {
      trigger: 'placing on the market',
      exemptWhen: 'similarly safe or safer models',
      due: 'if and insofar as necessary',
      evidence: 'published summaries of Framework and Model Reports',
      details: risks,
    },
    met: 'conduct',
    trigger: riskAndPlaced,
    due: continuous,
  }),
  measureOf('safetySecurity', {
    measure: 'App. 4.3',
    id: 'code-s-a4-3-access-review',
    title: 'Review who has access to the parameters every six months, or do what is equivalent',
    terms: {
      trigger: 'systemic risk, and each review',
      due: 'at least every six months; an equivalent measure is allowed',
      keepUpToDate: 'recurs every six months',
      evidence: 'review of who has access to the parameters',
      details: ['art-55-1-d-cybersecurity'],
    },
    met: 'recurring',
    trigger: systemicRisk,
    due: sixMonthsAfterAccessReview,
  }),
  measureOf('safetySecurity', {
    measure: 'App. 2.2',
    id: 'code-s-a2-2-lost-reference',
    title: 'Find another safe reference model, or apply all measures, when the one relied on loses that status',
    terms: {
      trigger: 'a model relied on as a safe reference loses that status (ReviewDecided, safe-reference-model: lost)',
      due: 'six months after it is lost',
      evidence: 'another reference model, or all measures applied',
      details: risks,
    },
    met: 'once',
    trigger: referenceLost,
    due: (s) => {
      const lost = s.decisions.get(REFERENCE);
      return lost === undefined ? null : periodFrom(s.law, lost.at, 'codeLostReference', 'codeCalendar');
    },
  }),
  measureOf('safetySecurity', {
    measure: 'App. 3.4-3.5',
    id: 'code-s-a3-4-evaluation-time',
    title: 'Give evaluation teams adequate time, and have independent external evaluations',
    terms: {
      trigger: 'evaluations for a Model Report',
      exemptWhen: 'external evaluation: similarly safe or safer models, or none found despite an early search',
      due: 'about 20 business days are appropriate for most evaluations',
      evidence: 'time given, reports of external evaluators, or the public call',
      details: ['art-55-1-a-model-evaluation'],
    },
    met: 'conduct',
    trigger: systemicRisk,
    due: continuous,
  }),
];
