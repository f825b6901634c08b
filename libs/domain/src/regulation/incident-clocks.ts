import type { Due } from '../assessment/assessment.js';
import type { Incident, Situation } from '../assessment/situation.js';
import type { Harm } from '../model/model-facts.js';
import type { Instant } from '../time/instant.js';
import { lateFrom, periodFrom, type LengthName } from './due.js';
import type { Annotations, Matter, Trigger } from './rule.js';

/** The Code's tiers of the first report (Safety and Security, Measure 9.3). */
const periodOfTier = {
  criticalInfrastructureDisruption: 'codeIncidentCriticalInfrastructure',
  seriousCybersecurityBreach: 'codeIncidentCybersecurity',
  death: 'codeIncidentDeath',
  seriousHarmToHealth: 'codeIncidentOtherHarm',
  fundamentalRightsInfringement: 'codeIncidentOtherHarm',
  seriousHarmToProperty: 'codeIncidentOtherHarm',
  seriousHarmToEnvironment: 'codeIncidentOtherHarm',
} as const satisfies Record<Harm, LengthName>;

export type ReportClock = { readonly tier: Harm; readonly aware: Instant; readonly due: Due };

/**
 * The clock that governs the first report: each harm has its own, from the moment at which both the harm and the
 * model's involvement were known, and the earliest end counts. Undefined: no involvement, or no harm.
 */
export function earliestReport(s: Situation, incident: Incident): ReportClock | undefined {
  return incident.involvedSince === null ? undefined : clockFrom(s, incident, incident.involvedSince);
}

/** As if the model's involvement had been known from the start: the earliest date that could apply. */
export function earliestConceivableReport(s: Situation, incident: Incident): ReportClock | undefined {
  return clockFrom(s, incident, incident.involvedSince ?? incident.observedAt);
}

function clockFrom(s: Situation, incident: Incident, involvedSince: Instant): ReportClock | undefined {
  let governing: ReportClock | undefined;
  for (const [tier, knownAt] of incident.harms) {
    const aware = knownAt > involvedSince ? knownAt : involvedSince;
    const due = periodFrom(s.law, aware, periodOfTier[tier], 'codeCalendar');
    const ends = lateFrom(due) ?? aware;
    if (governing === undefined || ends < (lateFrom(governing.due) ?? governing.aware))
      governing = { tier, aware, due };
  }
  return governing;
}

/** Who did not sign owes no date; the Code's one shows what the AI Office takes for undue delay. */
export function benchmarkOfReport(s: Situation, { incident }: Matter, trigger: Trigger): Annotations {
  if (incident === undefined || trigger.answer !== 'met') return {};
  const clock = earliestReport(s, incident);
  if (clock === undefined) return {};
  return s.signedSince.has('safetySecurity') ? { tier: clock.tier } : { tier: clock.tier, benchmark: clock.due };
}
