import type { Due } from '../assessment/assessment.js';
import { change, reason } from '../assessment/reason.js';
import type { Incident, Situation } from '../assessment/situation.js';
import type { Instant } from '../time/instant.js';
import { seriousIncident } from './article-55.js';
import { eachIncident, measureOf } from './code-signature.js';
import { keepUntil, periodFrom } from './due.js';
import { earliestConceivableReport, earliestReport } from './incident-clocks.js';
import type { Matter, ObligationRule, Trigger } from './rule.js';
import { no } from './triggers.js';

const reporting = ['art-55-1-c-serious-incident-reporting'];

/** Safety and Security, Measures 9.3 and 9.4: one row for each incident. Withdrawal of the model ends none of them. */
export const codeIncidents: readonly ObligationRule[] = [
  measureOf('safetySecurity', {
    measure: '9.3',
    id: 'code-s-9-3-initial-report',
    title: 'Report a serious incident to the AI Office for the first time',
    terms: {
      trigger:
        'awareness that the model is involved in a serious incident: established, or suspected with reasonable likelihood',
      due: '2, 5, 10 or 15 calendar days by tier; each harm has its own clock, and the earliest end counts',
      evidence: 'IncidentReportSubmitted, initial: content of Measure 9.2 (1) to (7)',
      details: reporting,
    },
    met: 'once',
    matters: eachIncident,
    trigger: ofIncident(openAtSignature),
    due: (s, { incident }) => (incident === undefined ? null : (earliestConceivableReport(s, incident)?.due ?? null)),
    fulfilled: (_s, { incident }) => incident?.reports.find(({ report }) => report === 'initial') ?? null,
    annotations: (s, { incident }) => ({ tier: (incident && earliestReport(s, incident)?.tier) ?? null }),
  }),
  measureOf('safetySecurity', {
    measure: '9.3',
    id: 'code-s-9-3-intermediate-report',
    title: 'Report on an unresolved incident at least every four weeks',
    terms: {
      trigger: 'an initial report on an incident that is not resolved',
      due: 'at least every four weeks, counted from the last report sent',
      keepUpToDate: 'recurs until the incident is resolved',
      evidence: 'IncidentReportSubmitted, intermediate',
      details: reporting,
    },
    met: 'recurring',
    matters: eachIncident,
    trigger: ofIncident(unresolved),
    due: ofIncident(fourWeeksAfterLastReport),
  }),
  measureOf('safetySecurity', {
    measure: '9.3',
    id: 'code-s-9-3-final-report',
    title: 'Send the final report within sixty days of the resolution',
    terms: {
      trigger: 'the resolution of the incident',
      due: 'at the latest 60 calendar days after the resolution',
      evidence: 'IncidentReportSubmitted, final: all of Measure 9.2',
      details: reporting,
    },
    met: 'once',
    matters: eachIncident,
    trigger: ofIncident(resolved),
    due: ofIncident((s, { resolved: resolution }) =>
      resolution === null ? null : periodFrom(s.law, resolution.at, 'codeFinalReport', 'codeCalendar'),
    ),
    fulfilled: (_s, { incident }) => incident?.reports.find(({ report }) => report === 'final') ?? null,
  }),
  measureOf('safetySecurity', {
    measure: '9.4',
    id: 'code-s-9-4-retention',
    title: 'Keep the documentation of an incident for at least five years',
    terms: {
      trigger: 'a serious incident',
      due: 'kept at least five years from the later of documentation and incident',
      evidence: 'incident documentation',
      retention: 'five years',
      details: reporting,
    },
    met: 'conduct',
    matters: eachIncident,
    trigger: ofIncident(seriousIncident),
    due: ofIncident(keptFiveYears),
  }),
];

function ofIncident<Found>(then: (s: Situation, incident: Incident) => Found) {
  return (s: Situation, { incident }: Matter): Found => {
    if (incident === undefined) throw new Error('a rule about incidents was asked without one');
    return then(s, incident);
  };
}

/** An incident that was resolved before the signature is none of the signatory's reports. */
function openAtSignature(s: Situation, incident: Incident): Trigger {
  const signature = s.signedSince.get('safetySecurity');
  if (signature === undefined || incident.resolved === null || incident.resolved.at >= signature.at) {
    return seriousIncident(s, incident);
  }
  return no(
    reason('Code of Practice, 9.3', 'the incident was resolved before the signature', incident.resolved.event),
    change('FactRetracted', 'the resolution turns out to be wrong'),
  );
}

function unresolved(s: Situation, incident: Incident): Trigger {
  const trigger = seriousIncident(s, incident);
  if (trigger.answer !== 'met') return trigger;
  if (incident.resolved !== null)
    return no(
      reason('Code of Practice, 9.3', 'the incident is resolved', incident.resolved.event),
      change('FactRetracted', 'the resolution turns out to be wrong'),
    );
  const first = incident.reports[0];
  if (first === undefined) {
    return {
      answer: 'expected',
      because: [...trigger.because, reason('Code of Practice, 9.3', 'no report was sent yet', incident.observedBy)],
    };
  }
  return { ...trigger, since: first.at };
}

/** Counted from the last report sent. */
function fourWeeksAfterLastReport(s: Situation, { reports }: Incident): Due | null {
  const last = reports.at(-1);
  return last === undefined ? null : periodFrom(s.law, last.at, 'codeIntermediateReport', 'codeCalendar');
}

function resolved(s: Situation, incident: Incident): Trigger {
  const trigger = seriousIncident(s, incident);
  if (trigger.answer !== 'met') return trigger;
  if (incident.resolved === null) {
    return {
      answer: 'expected',
      because: [
        ...trigger.because,
        reason('Code of Practice, 9.3', 'the incident is not resolved', incident.observedBy),
      ],
    };
  }
  const signature = s.signedSince.get('safetySecurity');
  const due = periodFrom(s.law, incident.resolved.at, 'codeFinalReport', 'codeCalendar');
  if (signature !== undefined && due.expiredFrom <= signature.at) {
    return no(
      reason('Code of Practice, 9.3', 'its sixty days had ended before the signature', signature.event),
      change('FactRetracted', 'the resolution turns out to be wrong'),
    );
  }
  return { ...trigger, since: incident.resolved.at };
}

/** From the later of the documentation and the incident. */
function keptFiveYears(s: Situation, { observedAt, reports }: Incident): Due {
  const documentedAt: Instant = reports.at(-1)?.at ?? observedAt;
  const start = documentedAt > observedAt ? documentedAt : observedAt;
  return keepUntil(s.law, start, 'codeIncidentRetention');
}
