import { flop, type Flop } from '../flop/flop.js';
import type { RecordedFact } from '../history/recorded-fact.js';
import { trainingComputeOverTime, type TrainingComputeFigure } from '../model/training-compute.js';
import { countsTowardsTrainingCompute } from '../regulation/compute-components.js';
import { fixedDeadline } from '../regulation/due.js';
import type { Law } from '../regulation/law.js';
import { memberStates } from '../regulation/territory.js';
import { startOfLocalDay } from '../time/brussels-day.js';
import type { Instant } from '../time/instant.js';
import { describe } from './description.js';
import type { KnownFacts } from './known-facts.js';
import { classifyGpai } from './gpai.js';
import type { Horizon } from './horizon.js';
import { lineageOf, type Lineage, type Original } from './modification.js';
import { openSourceOf } from './open-source.js';
import { findPlacing, holdsAt, type PlacingFindings } from './placing.js';
import * as records from './records.js';
import { reviewsOf } from './reviews.js';
import { flagsOf } from './review-flags.js';
import type {
  Answer,
  CommissionRecord,
  Modification,
  NotificationTrigger,
  Placing,
  ProviderOfRecord,
  Situation,
  Span,
} from './situation.js';
import * as risk from './systemic-risk.js';

/** Base models of base models: a chain of modifications is followed this far. */
const LINEAGE_DEPTH_MAX = 8;

export type Preparation = {
  readonly known: KnownFacts;
  readonly law: Law;
  readonly modelId: string;
  readonly at: Instant;
  readonly horizon: Horizon;
};

/** Folds what had occurred by `at` into all that the rules ask, in the order of evaluation that the law suggests. */
export function prepareSituation(preparation: Preparation, depth = 0): Situation {
  const { known, law, modelId, at, horizon } = preparation;
  const facts = known.ofModel(modelId, at);
  const chapterVFrom = startOfLocalDay(law.value('chapterVAppliesFrom', at));
  const description = describe(facts);
  const reviews = reviewsOf(facts);
  const lineage = lineageOf(facts, modelId, law, (baseId, then) => originalOf(preparation, baseId, then, depth));
  const { modification } = lineage;
  const figures = trainingComputeOverTime(facts, countsTowardsTrainingCompute);
  const forecasts = risk.forecastsOverTime(facts);
  const levels = withOriginal(figures, modification);
  const figure = levels.at(-1);
  const forecast = forecasts.at(-1) ?? null;

  const largest = figure === undefined || (forecast !== null && forecast.flop > figure.flop) ? forecast : figure;
  const gpai = classifyGpai(description, {
    flop: largest?.flop ?? null,
    computeEvents: largest === null ? [] : 'events' in largest ? largest.events : [largest.event],
    thresholdFlop: law.find('gpaiThresholdFlop', at)?.value,
    override: reviews.gpai,
    originalIsGpai: modification?.originalGpai ? { event: modification.events[0] ?? modelId } : null,
  });

  const commission = records.commissionRecordOf(facts);
  for (const instant of records.informedInstants(commission)) horizon.possibleAt(instant);
  const isModel = gpai.value === true && modification?.significant !== false;
  const byCompute = risk.presumptionSpans(levels, law, at);
  const byModification = riskOfModification(modification);
  const presumption = isModel ? risk.merge([...byCompute, ...byModification]) : [];
  const foreseen = risk.forecastSpans(forecasts, law, at);
  const spans = risk.systemicRiskSpans(
    presumption,
    gpai.value === false ? withoutDesignations(commission) : commission,
    chapterVFrom,
    at,
  );
  const current = spans.find((span) => holdsAt(span, at)) ?? null;
  if (current === null) horizon.possibleAt(chapterVFrom);
  const trigger =
    gpai.value === false
      ? null
      : risk.notificationTriggerOf(risk.merge([...byCompute, ...byModification]), foreseen, chapterVFrom);

  const placement = findPlacing(facts, {
    providerId: description.providerId,
    systemicRisk: spans,
    review: reviews.commercialActivity,
  });
  const placing = placedEarlier(placement.placing, lineage);
  const provider = providerOf(preparation, description.providerId, placement, modification);
  const providerFacts = provider.id === null ? [] : known.ofProvider(provider.id, at);
  const legacy = placing !== null && placing.at < chapterVFrom && modification === null;
  const transitionEnd = fixedDeadline(law.value('transitionEndsOn', at));
  const incidents = records.incidentsOf(facts);

  const situation: Omit<Situation, 'flags'> = {
    at,
    law,
    horizon,
    modelId,
    name: description.name,
    registration: description.events,
    gpai,
    compute: { flop: figure?.flop ?? null, events: figure?.events ?? [] },
    forecast,
    placing,
    plannedPlacing: placing === null ? placement.planned : null,
    notPlacedBecause: placement.notPlacedBecause,
    withdrawal: placement.withdrawal,
    internalUseException: placement.internalUseException && current === null,
    provider,
    representative: records.representativeOf(providerFacts),
    legacy,
    chapterVFrom,
    enforcementFrom: startOfLocalDay(law.value('enforcementFrom', at)),
    transitionEnd,
    systemicRisk: { spans, current, undecidable: isUndecidable(gpai, figure, forecast, current, trigger) },
    expectedSystemicRisk: isModel && current === null && foreseen.at(-1)?.until === null,
    notificationTrigger: trigger,
    commission,
    openSource: openSourceOf(facts),
    modification,
    signedSince: records.signaturesOf(providerFacts),
    incidents,
    requests: records.requestsOf(facts, 'InformationRequested', 'InformationProvided'),
    downstreamRequests: records.requestsOf(facts, 'DownstreamInformationRequested', 'DownstreamInformationProvided'),
    evidence: records.evidenceOf(inOrder(facts, providerFacts), at, horizon),
  };
  return { ...situation, flags: [...placement.flags, ...flagsOf(situation, description, reviews)] };
}

/** The original as it stood at an instant, from its own history. */
function originalOf(preparation: Preparation, baseId: string, at: Instant, depth: number): Original | undefined {
  if (depth >= LINEAGE_DEPTH_MAX || !preparation.known.hasModel(baseId)) return undefined;
  const base = prepareSituation({ ...preparation, modelId: baseId, at }, depth + 1);
  return {
    flop: base.compute.flop,
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
  modification: Modification | null,
): readonly risk.Level[] {
  if (modification === null) return figures;
  const { since, events, originalFlop } = modification;
  const total = flop((originalFlop ?? 0n) + modification.flop);
  const built: risk.Level = { from: since, flop: total, events };
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
function placedEarlier(placing: Placing | null, { ownOriginalPlacedAt }: Lineage): Placing | null {
  if (placing === null || ownOriginalPlacedAt === null || ownOriginalPlacedAt >= placing.at) return placing;
  return { ...placing, at: ownOriginalPlacedAt, how: 'placed first as the model that it continues' };
}

function providerOf(
  { known, at }: Preparation,
  registered: string | null,
  { placing, downstreamProvider }: PlacingFindings,
  modification: Modification | null,
): ProviderOfRecord {
  const id = providerIdOf(registered, placing, downstreamProvider, modification);
  const registration =
    id === null ? undefined : known.ofProvider(id, at).find(({ type }) => type === 'ProviderRegistered');
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
  figure: risk.Level | undefined,
  forecast: { readonly flop: Flop } | null,
  current: Span | null,
  trigger: NotificationTrigger | null,
): boolean {
  if (current !== null || gpai.value === false) return false;
  const noFigure = figure === undefined && forecast === null;
  return noFigure || (gpai.value === null && trigger !== null && trigger.until === null);
}

function inOrder(model: readonly RecordedFact[], provider: readonly RecordedFact[]): readonly RecordedFact[] {
  return [...model, ...provider]
    .filter(({ type }) => type === 'EvidenceRecorded')
    .sort((a, b) => a.occurredAt - b.occurredAt || (a.position < b.position ? -1 : 1));
}
