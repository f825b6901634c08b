import type { RecordedFact } from '../history/recorded-fact.js';
import type { Harm } from '../model/model-facts.js';
import type { CodeChapter } from '../provider/provider-facts.js';
import { endOfLocalDay, startOfLocalDay } from '../time/brussels-day.js';
import type { Instant } from '../time/instant.js';
import type { CommissionRecord, Evidence, Fulfilment, Incident, Representative, Request } from './situation.js';
import type { Horizon } from './horizon.js';

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

/** The instants at which decisions that are recorded already reach the provider. */
export function informedInstants(record: CommissionRecord): readonly Instant[] {
  return [...record.rebuttals, ...record.designations, ...record.reassessments].map(({ informedAt }) => informedAt);
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

type Asked = 'InformationRequested' | 'DownstreamInformationRequested';
type Provided = 'InformationProvided' | 'DownstreamInformationProvided';

/** Requests with their answers, whatever order they came in; open ones first. */
export function requestsOf(facts: readonly RecordedFact[], asked: Asked, provided: Provided): readonly Request[] {
  const answers = new Map<string, Fulfilment>();
  const requests = new Map<string, Request>();
  for (const fact of facts) {
    if (fact.type === provided && 'requestId' in fact.data && !answers.has(fact.data.requestId)) {
      answers.set(fact.data.requestId, { at: fact.occurredAt, event: fact.id });
    }
  }
  for (const fact of facts) {
    if (fact.type !== asked) continue;
    const { id: event, occurredAt: at } = fact;
    const id = fact.data.requestId;
    const answered = answers.get(id) ?? null;
    const stated =
      fact.type === 'InformationRequested'
        ? { from: fact.data.authority, replyBy: fact.data.replyBy, legalBasis: fact.data.legalBasis ?? null }
        : { from: fact.data.requestedBy, replyBy: null, legalBasis: null };
    requests.set(id, { id, at, event, answered, ...stated });
  }
  return [...requests.values()].sort((a, b) => Number(a.answered !== null) - Number(b.answered !== null));
}

/** For each obligation the evidence that counts at `at`, with the start of its unbroken validity. */
export function evidenceOf(
  facts: readonly RecordedFact[],
  at: Instant,
  horizon: Horizon,
): ReadonlyMap<string, Evidence> {
  const pieces = new Map<string, { at: Instant; until: Instant | null; event: string }[]>();
  for (const fact of facts) {
    if (fact.type !== 'EvidenceRecorded') continue;
    const { obligationId, validUntil } = fact.data;
    const until = validUntil === undefined ? null : endOfLocalDay(validUntil);
    if (until !== null) horizon.possibleAt(until);
    const list = pieces.get(obligationId) ?? [];
    list.push({ at: fact.occurredAt, until, event: fact.id });
    pieces.set(obligationId, list);
  }
  const evidence = new Map<string, Evidence>();
  for (const [obligationId, list] of pieces) {
    let start = list.find(({ until }) => until === null || until > at);
    if (start === undefined) continue;
    for (const piece of list.toReversed()) {
      if (piece.at < start.at && (piece.until === null || piece.until >= start.at)) start = piece;
    }
    const latest = list.at(-1) ?? start;
    evidence.set(obligationId, {
      at: start.at,
      event: start.event,
      latest: { at: latest.at, event: latest.event },
    });
  }
  return evidence;
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

/** The mandate in force; it counts from the day on which it was accepted. */
export function representativeOf(facts: readonly RecordedFact[]): Representative | null {
  let representative: Representative | null = null;
  for (const fact of facts) {
    if (fact.type === 'AuthorisedRepresentativeAppointed') {
      const { mandateAcceptedOn, name } = fact.data;
      representative = { from: mandateAcceptedOn, since: startOfLocalDay(mandateAcceptedOn), event: fact.id, name };
    } else if (fact.type === 'AuthorisedRepresentativeTerminated') representative = null;
  }
  return representative;
}
