import { change, reason } from '../assessment/reason.js';
import type { Incident, Situation } from '../assessment/situation.js';
import { benchmarkOfReport, earliestReport } from './incident-clocks.js';
import type { Matter, ObligationRule, Trigger } from './rule.js';
import { chapterV } from './sources.js';
import { inWords } from './terms.js';
import { continuous, fromTrigger, no, systemicRisk, unclear } from './triggers.js';

const duty = {
  kind: 'duty',
  transition: true,
  followsSystemicRisk: true,
  trigger: systemicRisk,
  due: fromTrigger,
} as const;
const withRisk = {
  who: 'provider of a GPAI model with systemic risk',
  trigger: 'systemic risk: threshold met, designation informed, or a significant modification of such a model',
  appliesWhen: 'systemic risk, open source included',
  due: 'continuous from systemic risk on',
} as const;

/** Art. 55: duties of providers of GPAI models with systemic risk. */
export const article55: readonly ObligationRule[] = [
  {
    ...chapterV('Art. 55(1)(a)'),
    ...duty,
    id: 'art-55-1-a-model-evaluation',
    title: 'Evaluate the model, with adversarial testing',
    provision: 'Art. 55(1)(a)',
    terms: inWords({
      ...withRisk,
      due: 'continuous over the lifecycle, in particular before placing and before key decisions (Recital 114)',
      keepUpToDate: 'yes',
      evidence: 'protocols, adversarial tests',
    }),
    met: 'standing',
  },
  {
    ...chapterV('Art. 55(1)(b), Recital 114'),
    ...duty,
    id: 'art-55-1-b-assess-mitigate-systemic-risk',
    title: 'Assess and mitigate systemic risks at Union level',
    provision: 'Art. 55(1)(b)',
    terms: inWords({
      ...withRisk,
      appliesWhen: 'systemic risk; covers development, placing and use',
      keepUpToDate: 'yes',
      evidence: 'risk files',
    }),
    met: 'standing',
  },
  {
    ...chapterV('Art. 55(1)(c), Recital 115'),
    ...duty,
    id: 'art-55-1-c-serious-incident-reporting',
    title: 'Track, document and report serious incidents',
    provision: 'Art. 55(1)(c)',
    terms: inWords({
      ...withRisk,
      trigger: 'a serious incident (Art. 3(49); serious cybersecurity breaches included, Guidelines s. 5.2)',
      due: 'without undue delay to the AI Office and, as appropriate, national authorities; no number in the Act',
      keepUpToDate: 'track and document',
      evidence: 'IncidentReportSubmitted: reports and corrective measures',
    }),
    met: 'conduct',
    matters: ({ incidents }) => [{ key: null }, ...incidents.map((incident) => ({ key: incident.id, incident }))],
    trigger: (s, { incident }) => (incident === undefined ? systemicRisk(s) : seriousIncident(s, incident)),
    due: reportingDue,
    fulfilled: (_s, { incident }) => incident?.reports.find(({ report }) => report === 'initial') ?? null,
    annotations: benchmarkOfReport,
  },
  {
    ...chapterV('Art. 55(1)(d)'),
    ...duty,
    id: 'art-55-1-d-cybersecurity',
    title: 'Protect the model and its physical infrastructure',
    provision: 'Art. 55(1)(d)',
    terms: inWords({ ...withRisk, keepUpToDate: 'yes', evidence: 'controls' }),
    met: 'standing',
  },
  {
    ...chapterV('Art. 55(2)'),
    ...duty,
    id: 'art-55-2-demonstrate-compliance',
    title: 'Demonstrate compliance with Art. 55(1) by a code, a harmonised standard or adequate other means',
    provision: 'Art. 55(2)',
    terms: inWords({ ...withRisk, due: 'continuous', evidence: 'as for Art. 53(4), for Art. 55(1)' }),
    met: 'standing',
    due: continuous,
  },
];

function reportingDue(s: Situation, matter: Matter, trigger: Trigger) {
  if (matter.incident === undefined) return fromTrigger(s, matter, trigger);
  return trigger.answer === 'no' ? null : ({ kind: 'withoutUndueDelay' } as const);
}

/** A serious incident of a model that carried systemic risk when its involvement became known. */
export function seriousIncident(s: Situation, incident: Incident): Trigger {
  if (s.gpai.value === false) return no(s.gpai.because, ...s.gpai.wouldChange);
  const since = earliestReport(s, incident)?.aware ?? null;
  const known = reason('Art. 3(49), 55(1)(c), Guidelines s. 5.2', 'an incident is recorded', ...incident.events);
  if (incident.harms.size === 0) {
    const says = 'nobody and nothing was harmed, so it is no serious incident';
    return no(
      reason('Art. 3(49)', says, ...incident.events),
      change('IncidentHarmAdded', 'a harm of Art. 3(49) becomes known'),
    );
  }
  const instant = since ?? s.at;
  const risk = s.systemicRisk.spans.find(({ from, until }) => from <= instant && (until === null || until > instant));
  if (risk === undefined) {
    const model = systemicRisk(s);
    const changes = 'wouldChange' in model ? model.wouldChange : [];
    return s.systemicRisk.undecidable
      ? unclear([...model.because, known], ...changes)
      : no(reason('Art. 55(1)', 'the model did not carry systemic risk at the time', ...incident.events), ...changes);
  }
  if (since === null) {
    const says = 'whether the model was involved is not established; establish it or rule it out';
    return unclear(
      [reason('Art. 55(1)(c)', says, ...incident.events), ...risk.because],
      change('IncidentInvolvementEstablished', 'establish that the model was involved'),
      change('FactRetracted', 'rule the involvement of the model out'),
    );
  }
  if (s.gpai.value === null) return unclear([s.gpai.because, known], ...s.gpai.wouldChange);
  return { answer: 'met', since, because: [known, ...risk.because] };
}
