import type { RecordedFact } from '../history/recorded-fact.js';
import { fixedDeadline } from '../regulation/due.js';
import type { Law } from '../regulation/law.js';
import { startOfLocalDay } from '../time/brussels-day.js';
import type { Instant } from '../time/instant.js';
import { computeStandingOf, firstAfter } from './compute-standing.js';
import { View, type Dossier } from './dossier.js';
import { EvidenceOf, withdrawnEvidence } from './evidence.js';
import { classifyGpai } from './gpai.js';
import { gpaiIntervals } from './gpai-intervals.js';
import type { Horizon } from './horizon.js';
import { lineageOf, type Original } from './modification.js';
import type { ModelFold } from './model-fold.js';
import { openSourceOf } from './open-source.js';
import { findPlacing } from './placing.js';
import { placedEarlier, providerOf } from './provider-of-record.js';
import * as records from './records.js';
import { reviewsOf } from './reviews.js';
import { flagsOf } from './review-flags.js';
import { riskStandingOf, type RiskStanding } from './risk-standing.js';
import type { Modification, Situation } from './situation.js';

/** Base models of base models: a chain of modifications is followed this far. */
const LINEAGE_DEPTH_MAX = 8;

export type Preparation = {
  /** Everything recorded, as of the instant that is asked for. */
  readonly view: View;
  readonly law: Law;
  readonly modelId: string;
  readonly horizon: Horizon;
};

const noEvents = (): readonly string[] => [];

/** Folds what had occurred by the instant into all that the rules ask, in the order of evaluation that the law suggests. */
export function prepareSituation(preparation: Preparation, depth = 0): Situation {
  const { view, law, modelId, horizon } = preparation;
  const { at, dossier } = view;
  const fold = view.model(modelId);
  const { description } = fold;
  const chapterVFrom = startOfLocalDay(law.value('chapterVAppliesFrom', at));
  const reviews = reviewsOf(fold.of('reviews'));
  const lineage = lineageOf(
    fold.of('modifications'),
    modelId,
    law,
    (baseId, then) => originalOf(preparation, baseId, then, depth),
    reviews.modifier,
  );
  const { modification } = lineage;
  const compute = computeStandingOf(fold, lineage, law, at);
  const thresholdFlop = law.find('gpaiThresholdFlop', at)?.value;
  const gpai = classifyGpai(description, {
    flop: compute.criterion?.flop ?? null,
    computeEvents: compute.criterion?.events ?? noEvents,
    thresholdFlop,
    override: reviews.gpai,
    originalIsGpai: modification?.originalGpai ? { event: modification.events[0] ?? modelId } : null,
  });

  const commission = records.commissionRecordOf(fold.of('commission'));
  for (const instant of records.informedInstants(commission)) horizon.possibleAt(instant);
  const risk = riskStandingOf({ fold, compute, gpai, modification, commission, law, chapterVFrom, at });
  const { current, spans } = risk.systemicRisk;
  if (current === null) horizon.possibleAt(chapterVFrom);

  const providerId = description.get('providerId');
  const placement = findPlacing(fold.of('placing'), {
    providerId,
    systemicRisk: spans,
    review: reviews.commercialActivity,
  });
  const placing = placedEarlier(placement.placing, lineage);
  if (placement.planned !== null) horizon.possibleAt(placement.planned.at);
  const provider = providerOf(view, providerId, placement, modification);
  const providerFold = provider.id === null ? undefined : view.provider(provider.id);
  const providerFacts = providerFold?.facts ?? [];
  const histories = [
    dossier.modelHistory(modelId),
    ...(provider.id === null ? [] : [dossier.providerHistory(provider.id)]),
  ];

  const situation: Omit<Situation, 'flags'> = {
    at,
    law,
    horizon,
    modelId,
    name: description.get('name'),
    registration: registrationOf(fold),
    gpai,
    compute: { flop: compute.level?.flop ?? null, events: compute.level?.events() ?? [] },
    lowerTotal: fold.compute.lowerTotal,
    criterionFlop: compute.criterion?.flop ?? null,
    forecast: compute.forecast,
    placing,
    plannedPlacing: placing === null ? placement.planned : null,
    notPlacedBecause: placement.notPlacedBecause,
    firstHeardOfAt: fold.first?.at ?? null,
    mergedInto: mergedInto(fold, modelId, dossier),
    trainedFurtherAfter: (instant) => firstAfter(fold.compute, instant),
    withdrawal: placement.withdrawal,
    internalUseException: placement.internalUseException && current === null,
    registeredProvider: providerId,
    provider,
    mandates: records.mandatesOf(providerFacts, at, horizon),
    annualTurnoverEur: records.turnoverOf(providerFacts),
    legacy: placing !== null && placing.at < chapterVFrom && modification === null,
    chapterVFrom,
    enforcementFrom: startOfLocalDay(law.value('enforcementFrom', at)),
    transitionEnd: fixedDeadline(law.value('transitionEndsOn', at)),
    systemicRisk: risk.systemicRisk,
    expectedSystemicRisk: current === null && risk.expected.at(-1)?.until === null,
    notificationTrigger: risk.trigger,
    commission,
    openSource: openSourceOf(releasesSince(placement.downstreamProvider?.since ?? null, fold)),
    modification,
    undecidedRiskSince: undecidedSince(modification, risk),
    providerSince: placement.downstreamProvider?.since ?? null,
    signedSince: records.signaturesOf(providerFacts),
    incidents: records.incidentsOf(fold.of('incidents')),
    requests: fold.requests.all,
    downstreamRequests: fold.downstreamRequests.all,
    evidence: new EvidenceOf({
      records: [fold.evidence, ...(providerFold === undefined ? [] : [providerFold.evidence])],
      withdrawn: withdrawnEvidence(histories),
      at,
      horizon,
    }),
    decisions: reviews.decisions,
    firstRecorded: (events, occurredAt) => dossier.firstRecorded(events, occurredAt),
    intervals: {
      gpai: depth > 0 ? [] : gpaiIntervals(fold, gpai, thresholdFlop),
      expectedSystemicRisk: risk.expected,
    },
  };
  return { ...situation, flags: [...placement.flags, ...flagsOf(situation, description, reviews)] };
}

/** A release of the upstream is none of the one who brings the model to the Union (Guidelines s. 3.2 by analogy). */
function releasesSince(since: Instant | null, fold: ModelFold): readonly RecordedFact[] {
  const releases = fold.of('openSource');
  return since === null ? releases : releases.filter(({ occurredAt }) => occurredAt >= since);
}

/** Below one third, and yet over the threshold together with an original that carries no systemic risk. */
function undecidedSince(modification: Modification | null, { trigger }: RiskStanding): Instant | null {
  if (modification?.significant !== false || modification.originalSystemicRisk || modification.isSettled) return null;
  return trigger === null || trigger.until !== null ? null : modification.since;
}

/** Who named the model; before anybody did, the first fact that speaks of it. */
function registrationOf({ description: { registration }, first }: ModelFold): readonly string[] {
  return registration.length > 0 || first === null ? registration : [first.event];
}

function mergedInto(fold: ModelFold, modelId: string, dossier: Dossier): Situation['mergedInto'] {
  const merging = fold.of('merging').at(-1);
  if (merging?.type !== 'ModelMerged') return null;
  const { intoModelId } = merging.data;
  return dossier.isJoined(modelId, intoModelId) ? { modelId: intoModelId, event: merging.id } : null;
}

/** The original as it stood at an instant, from its own history. */
function originalOf(preparation: Preparation, baseId: string, then: Instant, depth: number): Original | undefined {
  const { dossier } = preparation.view;
  if (depth >= LINEAGE_DEPTH_MAX || !dossier.hasModel(baseId)) return undefined;
  const view = new View(dossier, then);
  const base = prepareSituation({ ...preparation, view, modelId: baseId }, depth + 1);
  return {
    flop: base.compute.flop,
    parameterUpdateFlop: view.model(baseId).parameterUpdates.figures.at(-1)?.flop ?? null,
    gpai: base.gpai.value,
    systemicRisk: base.systemicRisk.current !== null,
    provider: base.provider.id,
    placedAt: base.placing?.at ?? null,
  };
}
