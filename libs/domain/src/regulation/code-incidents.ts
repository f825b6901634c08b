import type { Due } from '../assessment/assessment.js';
import { reason } from '../assessment/reason.js';
import type { Incident, Situation } from '../assessment/situation.js';
import type { Instant } from '../time/instant.js';
import { seriousIncident } from './article-55.js';
import { eachIncident, measureOf } from './code-signature.js';
import { keepUntil, periodFrom } from './due.js';
import { earliestConceivableReport, earliestReport } from './incident-clocks.js';
import type { Matter, ObligationRule, Trigger } from './rule.js';
import { no } from './triggers.js';

/** Safety and Security, Measures 9.3 and 9.4: one row for each incident. Withdrawal of the model ends none of them. */
export const codeIncidents: readonly ObligationRule[] = [
  measureOf('safetySecurity', {
    measure: '9.3',
    id: 'code-s-9-3-initial-report',
    title: 'Report a serious incident to the AI Office for the first time',
    met: 'once',
    matters: eachIncident,
    trigger: ofIncident(seriousIncident),
    due: (s, { incident }) => (incident === undefined ? null : (earliestConceivableReport(s, incident)?.due ?? null)),
    fulfilled: (_s, { incident }) => incident?.reports.find(({ report }) => report === 'initial') ?? null,
    annotations: (s, { incident }) => ({ tier: (incident && earliestReport(s, incident)?.tier) ?? null }),
  }),
  measureOf('safetySecurity', {
    measure: '9.3',
    id: 'code-s-9-3-intermediate-report',
    title: 'Report on an unresolved incident at least every four weeks',
    met: 'recurring',
    matters: eachIncident,
    trigger: ofIncident(unresolved),
    due: ofIncident(fourWeeksAfterLastReport),
  }),
  measureOf('safetySecurity', {
    measure: '9.3',
    id: 'code-s-9-3-final-report',
    title: 'Send the final report within sixty days of the resolution',
    met: 'once',
    matters: eachIncident,
    trigger: ofIncident(resolved),
    due: ofIncident((s, { resolved: resolution }) =>
      resolution === null
        ? null
        : periodFrom(resolution.at, s.law.value('codeFinalReport', resolution.at), 'codeCalendar'),
    ),
    fulfilled: (_s, { incident }) => incident?.reports.find(({ report }) => report === 'final') ?? null,
  }),
  measureOf('safetySecurity', {
    measure: '9.4',
    id: 'code-s-9-4-retention',
    title: 'Keep the documentation of an incident for at least five years',
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

function unresolved(s: Situation, incident: Incident): Trigger {
  const trigger = seriousIncident(s, incident);
  if (trigger.answer !== 'met') return trigger;
  if (incident.resolved !== null)
    return no(reason('Code of Practice, 9.3', 'the incident is resolved', incident.resolved.event));
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
  return last === undefined
    ? null
    : periodFrom(last.at, s.law.value('codeIntermediateReport', last.at), 'codeCalendar');
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
  return { ...trigger, since: incident.resolved.at };
}

/** From the later of the documentation and the incident. */
function keptFiveYears(s: Situation, { observedAt, reports }: Incident): Due {
  const documentedAt: Instant = reports.at(-1)?.at ?? observedAt;
  const start = documentedAt > observedAt ? documentedAt : observedAt;
  return keepUntil(start, s.law.value('codeIncidentRetention', start));
}
