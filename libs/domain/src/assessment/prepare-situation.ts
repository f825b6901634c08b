import { flop, type Flop } from '../flop/flop.js';
import type { TrainingCompute, TrainingComputeFigure } from '../model/training-compute.js';
import { fixedDeadline } from '../regulation/due.js';
import type { Law } from '../regulation/law.js';
import { memberStates } from '../regulation/territory.js';
import { startOfLocalDay } from '../time/brussels-day.js';
import type { Instant } from '../time/instant.js';
import { View, type Dossier } from './dossier.js';
import { EvidenceOf, withdrawnEvidence, type Fulfilment } from './evidence.js';
import { classifyGpai, type GpaiEvidence } from './gpai.js';
import { gpaiIntervals } from './gpai-intervals.js';
import type { Horizon } from './horizon.js';
import { lineageOf, type Lineage, type Original } from './modification.js';
import type { ModelFold } from './model-fold.js';
import { openSourceOf } from './open-source.js';
import { findPlacing, type PlacingFindings } from './placing.js';
import * as records from './records.js';
import { reviewsOf } from './reviews.js';
import { flagsOf } from './review-flags.js';
import type {
  Answer,
  CommissionRecord,
  Continuation,
  Modification,
  NotificationTrigger,
  Placing,
  ProviderOfRecord,
  Situation,
  Span,
} from './situation.js';
import { holdsAt, merge, without } from './spans.js';
import * as risk from './systemic-risk.js';
import type { Forecast, Level } from './threshold-spans.js';

/** Base models of base models: a chain of modifications is followed this far. */
const LINEAGE_DEPTH_MAX = 8;

export type Preparation = {
  /** Everything recorded, as of the instant that is asked for. */
  readonly view: View;
  readonly law: Law;
  readonly modelId: string;
  readonly horizon: Horizon;
};

const PRESUMED = 'the cumulative training compute exceeds the threshold';
const FORESEEN = 'it is known that the threshold will be met';

/** Folds what had occurred by the instant into all that the rules ask, in the order of evaluation that the law suggests. */
export function prepareSituation(preparation: Preparation, depth = 0): Situation {
  const { view, law, modelId, horizon } = preparation;
  const { at, dossier } = view;
  const fold = view.model(modelId);
  const { description } = fold;
  const chapterVFrom = startOfLocalDay(law.value('chapterVAppliesFrom', at));
  const reviews = reviewsOf(fold.of('reviews'));
  const lineage = lineageOf(fold.of('modifications'), modelId, law, (baseId, then) =>
    originalOf(preparation, baseId, then, depth),
  );
  const { modification, continuation } = lineage;
  const levels = withOriginal(fold.compute.figures, modification ?? continuation);
  const level = levels.at(-1);
  const forecast = fold.forecasts.at(-1) ?? null;

  const largest = largestOf(level, forecast);
  const criterion = largestOf(
    withOriginal(fold.parameterUpdates.figures, modification ?? continuation).at(-1),
    forecast,
  );
  const gpaiEvidence: GpaiEvidence = {
    flop: isLowerBound(modification, criterion, law, at) ? null : (criterion?.flop ?? null),
    computeEvents: criterion?.events ?? noEvents,
    thresholdFlop: law.find('gpaiThresholdFlop', at)?.value,
    override: reviews.gpai,
    originalIsGpai: modification?.originalGpai ? { event: modification.events[0] ?? modelId } : null,
  };
  const gpai = classifyGpai(description, gpaiEvidence);

  const commission = records.commissionRecordOf(fold.of('commission'));
  for (const instant of records.informedInstants(commission)) horizon.possibleAt(instant);
  const isModel = gpai.value === true && modification?.significant !== false;
  const byCompute = fold.computeAbove.of(levels, law, at, PRESUMED, 'Art. 51(1)(a), 51(2)');
  const byModification = riskOfModification(modification);
  const presumption = isModel ? merge([...byCompute, ...byModification]) : [];
  const foreseen = fold.forecastAbove.of(fold.forecasts, law, at, FORESEEN, 'Art. 52(1)');
  const spans = risk.systemicRiskSpans(
    presumption,
    gpai.value === false ? withoutDesignations(commission) : commission,
    chapterVFrom,
    at,
  );
  const current = spans.find((span) => holdsAt(span, at)) ?? null;
  if (current === null) horizon.possibleAt(chapterVFrom);
  const expected = isModel ? without(foreseen, [...byCompute, ...spans, ...risk.acceptances(commission)]) : [];
  const trigger =
    gpai.value === false
      ? null
      : risk.notificationTriggerOf(merge([...byCompute, ...byModification]), foreseen, chapterVFrom);

  const providerId = description.get('providerId');
  const placement = findPlacing(fold.of('placing'), {
    providerId,
    systemicRisk: spans,
    review: reviews.commercialActivity,
  });
  const placing = placedEarlier(placement.placing, lineage);
  if (placement.planned !== null) horizon.possibleAt(placement.planned.at);
  const provider = providerOf(preparation, providerId, placement, modification);
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
    compute: { flop: level?.flop ?? null, events: level?.events() ?? [] },
    criterionFlop: criterion?.flop ?? null,
    forecast,
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
    mandates: records.mandatesOf(providerFacts),
    annualTurnoverEur: records.turnoverOf(providerFacts),
    legacy: placing !== null && placing.at < chapterVFrom && modification === null,
    chapterVFrom,
    enforcementFrom: startOfLocalDay(law.value('enforcementFrom', at)),
    transitionEnd: fixedDeadline(law.value('transitionEndsOn', at)),
    systemicRisk: { spans, current, undecidable: isUndecidable(gpai, largest, current, trigger) },
    expectedSystemicRisk: current === null && expected.at(-1)?.until === null,
    notificationTrigger: trigger,
    commission,
    openSource: openSourceOf(fold.of('openSource')),
    modification,
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
    envelopeOf: (event) => dossier.find(event),
    intervals: {
      gpai: depth > 0 ? [] : gpaiIntervals(fold, gpai, gpaiEvidence.thresholdFlop),
      expectedSystemicRisk: expected,
    },
  };
  return { ...situation, flags: [...placement.flags, ...flagsOf(situation, description, reviews)] };
}

/** Who named the model; before anybody did, the first fact that speaks of it. */
function registrationOf({ description: { registration }, first }: ModelFold): readonly string[] {
  return registration.length > 0 || first === null ? registration : [first.event];
}

/** Without the compute of the original the sum says nothing, unless it exceeds the criterion by itself. */
function isLowerBound(modification: Modification | null, criterion: Level | null, law: Law, at: Instant): boolean {
  const threshold = law.find('gpaiThresholdFlop', at)?.value;
  return modification?.originalFlop === null && (threshold === undefined || (criterion?.flop ?? 0n) <= threshold);
}

const noEvents = (): readonly string[] => [];

function largestOf(level: Level | undefined, forecast: Forecast | null): Level | null {
  return level === undefined || (forecast !== null && forecast.flop > level.flop) ? forecast : level;
}

function mergedInto(fold: ModelFold, modelId: string, dossier: Dossier): Situation['mergedInto'] {
  const merging = fold.of('merging').at(-1);
  if (merging?.type !== 'ModelMerged') return null;
  const { intoModelId } = merging.data;
  return dossier.isJoined(modelId, intoModelId) ? { modelId: intoModelId, event: merging.id } : null;
}

/** The figures are in order, so that the first one after an instant is found by halving. */
function firstAfter({ figures }: TrainingCompute, instant: Instant): Fulfilment | null {
  let [low, high] = [0, figures.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((figures[middle]?.from ?? Infinity) > instant) high = middle;
    else low = middle + 1;
  }
  const figure = figures[low];
  return figure === undefined ? null : { at: figure.from, event: figure.events().at(-1) ?? '' };
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

/**
 * The compute of a modified model includes that of the model it is built on (Guidelines, Annex A.1). A figure reported
 * for the modified model itself counts where it is the larger.
 */
function withOriginal(
  figures: readonly TrainingComputeFigure[],
  builtOn: Modification | Continuation | null,
): readonly Level[] {
  if (builtOn === null) return figures;
  const { since, events, originalFlop } = builtOn;
  const total = flop((originalFlop ?? 0n) + builtOn.flop);
  const built: Level = { from: since, flop: total, events: () => events };
  const before = figures.filter((figure) => figure.from < since);
  const after = figures.filter((figure) => figure.from >= since && figure.flop > total);
  const larger = before.at(-1);
  return larger !== undefined && larger.flop > total ? [...before, ...after] : [...before, built, ...after];
}

/** A significant modification of a model with systemic risk is presumed to carry it too (Guidelines s. 3.2). */
function riskOfModification(modification: Modification | null): readonly Span[] {
  if (modification?.significant !== true || !modification.originalSystemicRisk) return [];
  return [{ from: modification.since, until: null, because: [modification.because] }];
}

/** Only a GPAI model can be designated; a designation of another one is on record, but nothing follows from it. */
function withoutDesignations(commission: CommissionRecord): CommissionRecord {
  return { ...commission, designations: [] };
}

/** Training by the same provider continues the model that it started from, so the first placing counts. */
function placedEarlier(placing: Placing | null, { continuation }: Lineage): Placing | null {
  const placedAt = continuation?.placedAt ?? null;
  if (placing === null || placedAt === null || placedAt >= placing.at) return placing;
  return { ...placing, at: placedAt, how: 'placed first as the model that it continues' };
}

function providerOf(
  { view }: Preparation,
  registered: string | null,
  { placing, downstreamProvider }: PlacingFindings,
  modification: Modification | null,
): ProviderOfRecord {
  const id = providerIdOf(registered, placing, downstreamProvider, modification);
  const registration =
    id === null ? undefined : view.provider(id).facts.findLast(({ type }) => type === 'ProviderRegistered');
  if (registration?.type !== 'ProviderRegistered') return { id, established: 'unknown', country: null, events: [] };
  const country = registration.data.establishedIn;
  return { id, established: memberStates.has(country) ? 'union' : 'outside', country, events: [registration.id] };
}

/** Who develops the model, or has it developed, and places it under its own name; a modifier only if significant. */
function providerIdOf(
  registered: string | null,
  placing: Placing | null,
  downstreamProvider: string | null,
  modification: Modification | null,
): string | null {
  if (modification?.significant === true) return modification.modifierId;
  if (modification?.significant === false) return modification.originalProvider;
  return downstreamProvider ?? placing?.by ?? registered;
}

/** Systemic risk cannot be told where a GPAI model has no figure at all, or where much compute meets an open class. */
function isUndecidable(
  gpai: Answer,
  largest: { readonly flop: Flop } | null,
  current: Span | null,
  trigger: NotificationTrigger | null,
): boolean {
  if (current !== null || gpai.value === false) return false;
  return largest === null || (gpai.value === null && trigger !== null && trigger.until === null);
}
