import type { RecordedFact } from '../history/recorded-fact.js';
import type { Harm } from '../model/model-facts.js';
import type { CodeChapter } from '../provider/provider-facts.js';
import { memberStates } from '../regulation/territory.js';
import { startOfLocalDay } from '../time/brussels-day.js';
import type { Instant } from '../time/instant.js';
import type { Horizon } from './horizon.js';
import type { CommissionRecord, Incident, Mandates, Representative } from './situation.js';

type FactOf<Type extends RecordedFact['type']> = Extract<RecordedFact, { type: Type }>;
type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** What passed between the provider and the Commission. */
export function commissionRecordOf(facts: readonly RecordedFact[]): CommissionRecord {
  const notifications: CommissionRecord['notifications'][number][] = [];
  const rebuttals: CommissionRecord['rebuttals'][number][] = [];
  const designations: CommissionRecord['designations'][number][] = [];
  const reassessments: CommissionRecord['reassessments'][number][] = [];
  const changes: CommissionRecord['changes'][number][] = [];
  for (const fact of facts) {
    const { id: event } = fact;
    if (fact.type === 'CommissionNotified') {
      notifications.push({ at: fact.occurredAt, event, withArguments: fact.data.withArguments });
    } else if (fact.type === 'RebuttalDecided') rebuttals.push({ ...fact.data, event });
    else if (fact.type === 'SystemicRiskDesignated') designations.push({ ...fact.data, event });
    else if (fact.type === 'ReassessmentDecided') reassessments.push({ ...fact.data, event });
    else if (fact.type === 'FactsChangedSubstantially') changes.push({ knownAt: fact.data.knownAt, event });
  }
  const byInformedAt = (a: { informedAt: Instant }, b: { informedAt: Instant }) => a.informedAt - b.informedAt;
  return {
    notifications,
    rebuttals: rebuttals.sort(byInformedAt),
    designations: designations.sort(byInformedAt),
    reassessments: reassessments.sort(byInformedAt),
    changes,
  };
}

/** The instants at which decisions and changes that are recorded already reach the provider. */
export function informedInstants(record: CommissionRecord): readonly Instant[] {
  const decisions = [...record.rebuttals, ...record.designations, ...record.reassessments];
  return [...decisions.map(({ informedAt }) => informedAt), ...record.changes.map(({ knownAt }) => knownAt)];
}

type IncidentFact = FactOf<
  | 'IncidentObserved'
  | 'IncidentHarmAdded'
  | 'IncidentInvolvementEstablished'
  | 'IncidentReportSubmitted'
  | 'IncidentResolved'
>;

export function incidentsOf(facts: readonly RecordedFact[]): readonly Incident[] {
  const incidents = new Map<string, Writable<Incident> & { harms: Map<Harm, Instant> }>();
  for (const fact of facts) {
    if (!isIncidentFact(fact)) continue;
    const { incidentId } = fact.data;
    const incident = incidents.get(incidentId) ?? {
      id: incidentId,
      observedAt: fact.occurredAt,
      observedBy: fact.id,
      harms: new Map<Harm, Instant>(),
      involvedSince: null,
      reports: [],
      resolved: null,
      events: [],
    };
    incident.events = [...incident.events, fact.id];
    if (fact.type === 'IncidentObserved') {
      for (const harm of fact.data.harms) if (!incident.harms.has(harm)) incident.harms.set(harm, fact.occurredAt);
      if (fact.data.modelInvolvement === 'established') incident.involvedSince ??= fact.occurredAt;
    } else if (fact.type === 'IncidentHarmAdded') {
      if (!incident.harms.has(fact.data.harm)) incident.harms.set(fact.data.harm, fact.occurredAt);
    } else if (fact.type === 'IncidentInvolvementEstablished') incident.involvedSince ??= fact.occurredAt;
    else if (fact.type === 'IncidentResolved') incident.resolved ??= { at: fact.occurredAt, event: fact.id };
    else incident.reports = [...incident.reports, { report: fact.data.report, at: fact.occurredAt, event: fact.id }];
    incidents.set(incidentId, incident);
  }
  return [...incidents.values()];
}

function isIncidentFact(fact: RecordedFact): fact is IncidentFact {
  return fact.type.startsWith('Incident');
}

/** Since when each chapter of the Code is signed; a chapter that was left is not there. */
export function signaturesOf(
  facts: readonly RecordedFact[],
): ReadonlyMap<CodeChapter, { readonly at: Instant; readonly event: string }> {
  const signed = new Map<CodeChapter, { at: Instant; event: string }>();
  for (const fact of facts) {
    if (fact.type === 'CodeOfPracticeSigned') {
      for (const chapter of fact.data.chapters) {
        if (!signed.has(chapter)) signed.set(chapter, { at: fact.occurredAt, event: fact.id });
      }
    } else if (fact.type === 'CodeOfPracticeLeft') for (const chapter of fact.data.chapters) signed.delete(chapter);
  }
  return signed;
}

/**
 * A mandate counts from the day on which it was accepted, and only with a representative in the Union. Where one is
 * appointed while another mandate is in force, the older one is the one that ends first.
 */
export function mandatesOf(facts: readonly RecordedFact[], at: Instant, horizon: Horizon): Mandates {
  const inForce: Representative[] = [];
  let unbrokenSince: Mandates['unbrokenSince'] = null;
  let lastGap: Mandates['lastGap'] = null;
  let outsideTheUnion: Mandates['outsideTheUnion'] = null;
  for (const fact of facts) {
    if (fact.type === 'AuthorisedRepresentativeAppointed') {
      const { mandateAcceptedOn, name, establishedIn } = fact.data;
      if (!memberStates.has(establishedIn)) {
        outsideTheUnion = { name, event: fact.id };
        continue;
      }
      const since = startOfLocalDay(mandateAcceptedOn);
      horizon.possibleAt(since);
      if (since > at) continue;
      if (inForce.length === 0) unbrokenSince = { at: since, event: fact.id };
      inForce.push({ name, event: fact.id });
      outsideTheUnion = null;
    } else if (fact.type === 'AuthorisedRepresentativeTerminated' && inForce.shift() !== undefined) {
      if (inForce.length === 0) lastGap = { at: fact.occurredAt, event: fact.id };
    }
  }
  const current = inForce.at(-1) ?? null;
  return { inForce: current, unbrokenSince: current === null ? null : unbrokenSince, lastGap, outsideTheUnion };
}

/** Of the preceding financial year, as the provider last stated it. */
export function turnoverOf(facts: readonly RecordedFact[]): { readonly amount: number; readonly event: string } | null {
  let turnover: { amount: number; event: string } | null = null;
  for (const fact of facts) {
    if (fact.type !== 'ProviderRegistered' || fact.data.annualTurnoverEur === undefined) continue;
    turnover = { amount: fact.data.annualTurnoverEur, event: fact.id };
  }
  return turnover;
}
