import type { Flop } from '../flop/flop.js';
import type { EvidenceRecorded, FactCorrected, FactRetracted } from '../history/fact-about-a-fact.js';
import type { Instant, LocalDate } from '../time/instant.js';

type Fact<Type extends string, Data> = { readonly type: Type; readonly data: Readonly<Data> };

/** `text` includes code, `audio` includes speech. */
export type OutputModality =
  | 'text'
  | 'code'
  | 'speech'
  | 'audio'
  | 'image'
  | 'video'
  | 'textToImage'
  | 'textToVideo'
  | 'embedding'
  | 'action'
  | 'other';

export type ModelDescription = {
  readonly name: string;
  readonly providerId: string;
  readonly outputModalities: readonly OutputModality[];
  readonly displaysSignificantGenerality?: boolean;
  /** The one narrow task that the model performs, such as `transcription`. */
  readonly narrowTask?: string;
  /** Total number of parameters. */
  readonly parameters?: number;
};

/** `outputModalities` is absent where the source could not tell them: unknown is not "none". */
export type ModelRegistered = Fact<
  'ModelRegistered',
  Omit<ModelDescription, 'outputModalities'> & { outputModalities?: readonly OutputModality[] }
>;
export type ModelDescribed = Fact<'ModelDescribed', Partial<ModelDescription>>;

type TrainingPlan = {
  readonly runId: string;
  readonly expectedCumulativeTrainingFlop: Flop;
  readonly startsOn?: LocalDate;
  readonly endsOn?: LocalDate;
  readonly method?: string;
};
export type TrainingPlanned = Fact<'TrainingPlanned', TrainingPlan>;
export type TrainingPlanRevised = Fact<'TrainingPlanRevised', TrainingPlan>;

/**
 * The kinds of compute that Annex A.1 of the Guidelines tells apart. Which of them count towards the cumulative
 * training compute is for the regulation to say, not for the fact.
 */
export type ComputeComponentKind =
  | 'preTraining'
  | 'fineTuning'
  | 'otherPostTraining'
  | 'syntheticDataGeneration'
  | 'publicSyntheticDataGeneration'
  | 'mergedWeightsParent'
  | 'initialisingWeightsParent'
  | 'distillationParent'
  | 'auxiliaryModel'
  | 'evaluation'
  | 'exploratoryResearch'
  | 'discardedExperiment'
  | 'activationRecomputation';

export type ComputeComponent = { readonly kind: ComputeComponentKind; readonly flop: Flop };

export type HardwareUse = {
  /** A name of the accelerator table, such as `H100 SXM5`. */
  readonly accelerator: string;
  readonly count: number;
  readonly hours: number;
  /** Average share of peak throughput that was used, 0 to 1. */
  readonly utilisation: number;
  /** Numeric precision of the work, such as `bf16`; it selects the peak throughput. */
  readonly precision: string;
};

export type ArchitectureUse = {
  /** Parameters used per token (for a mixture of experts, the active ones). */
  readonly parameters: number;
  /** Training tokens, all epochs. */
  readonly tokens: number;
};

/** How the figure was come by: measured, estimated, or by the 6ND rule. */
export type ComputeBasis = 'measured' | 'estimated' | '6nd';

/** Exactly one of the five ways to state training compute. */
export type ComputeStatement =
  | { readonly cumulativeTrainingFlop: Flop }
  | { readonly components: readonly ComputeComponent[] }
  /** A delta: what one run added. Counted once a run; a later report of the same run replaces the earlier. */
  | { readonly runId: string; readonly flop: Flop }
  | { readonly hardware: HardwareUse }
  | { readonly architecture: ArchitectureUse };

export type ComputeReported = Fact<'ComputeReported', ComputeStatement & { readonly basis?: ComputeBasis }>;

type Threshold = {
  /** The threshold that was crossed, in FLOP. */
  readonly threshold: Flop;
  readonly flop: Flop;
  /** Id of the event that brought it about. */
  readonly becauseOf: string;
};
export type ThresholdForecastCrossed = Fact<'ThresholdForecastCrossed', Threshold>;
export type ThresholdForecastCleared = Fact<'ThresholdForecastCleared', Threshold>;
export type ThresholdCrossed = Fact<'ThresholdCrossed', Threshold>;

export type PlacementPlanned = Fact<'PlacementPlanned', { plannedFor: LocalDate }>;
export type ModelPlacedOnMarket = Fact<'ModelPlacedOnMarket', { placedBy: string; channel: string }>;
export type ModelPublished = Fact<'ModelPublished', { commercialActivity: boolean; purpose: string }>;
export type ModelSuppliedOutsideUnion = Fact<
  'ModelSuppliedOutsideUnion',
  { suppliedTo: string; unionMarketExcluded: boolean }
>;
export type SystemPlacedOnMarket = Fact<
  'SystemPlacedOnMarket',
  { systemId: string; placedBy: string; channel?: string }
>;
export type InternalUseDeclared = Fact<
  'InternalUseDeclared',
  { essentialForThirdPartyService: boolean; affectsNaturalPersonsRights: boolean }
>;
export type ModelWithdrawn = Fact<'ModelWithdrawn', { reason?: string }>;

export type LicenceRight = 'access' | 'use' | 'modify' | 'distribute';

export type OpenRelease = {
  /** SPDX identifier or name. */
  readonly licence?: string;
  /** Absent where not stated; then a reviewed licence may answer, and otherwise nobody knows. */
  readonly rights?: readonly LicenceRight[];
  /** Terms of the licence that limit, such as `attribution` or `nonCommercial`. Absent where not stated. */
  readonly restrictions?: readonly string[];
  readonly weightsPublic: boolean;
  readonly architecturePublic: boolean;
  readonly usageInformationPublic: boolean;
  readonly monetised: boolean;
  /** How, such as `dualLicensing`. */
  readonly monetisation?: string;
};
export type OpenSourced = Fact<'OpenSourced', OpenRelease>;
export type OpenSourceEnded = Fact<'OpenSourceEnded', { reason: string }>;

export type ModificationBase = {
  readonly modelId?: string;
  /** What the source called the base model, where it is not one of ours. */
  readonly name?: string;
  /** `null`: unknown and not estimable. Absent: not stated here, look at the base model. */
  readonly trainingFlop?: Flop | null;
  readonly systemicRisk?: boolean;
};
export type FineTuned = Fact<
  'FineTuned',
  { modifierId: string; modificationFlop: Flop; base: ModificationBase; version?: string }
>;

export type CommissionNotified = Fact<
  'CommissionNotified',
  { withArguments: boolean; receipt?: string; reportedFlop?: Flop }
>;
export type RebuttalDecided = Fact<'RebuttalDecided', { accepted: boolean; informedAt: Instant }>;
export type DesignationBasis = '52(1)' | '52(4)';
export type SystemicRiskDesignated = Fact<'SystemicRiskDesignated', { basis: DesignationBasis; informedAt: Instant }>;
export type ReassessmentDecided = Fact<'ReassessmentDecided', { maintained: boolean; informedAt: Instant }>;
export type FactsChangedSubstantially = Fact<'FactsChangedSubstantially', { knownAt: Instant }>;

export type InformationRequested = Fact<
  'InformationRequested',
  { requestId: string; authority: string; legalBasis?: string; replyBy: LocalDate }
>;
export type InformationProvided = Fact<'InformationProvided', { requestId: string }>;
export type DownstreamInformationRequested = Fact<
  'DownstreamInformationRequested',
  { requestId: string; requestedBy: string }
>;
export type DownstreamInformationProvided = Fact<'DownstreamInformationProvided', { requestId: string }>;

export type Harm =
  | 'death'
  | 'seriousHarmToHealth'
  | 'seriousHarmToProperty'
  | 'seriousHarmToEnvironment'
  | 'fundamentalRightsInfringement'
  | 'criticalInfrastructureDisruption'
  | 'seriousCybersecurityBreach';

export type IncidentObserved = Fact<
  'IncidentObserved',
  { incidentId: string; harms: readonly Harm[]; modelInvolvement: 'unknown' | 'established'; summary?: string }
>;
export type IncidentHarmAdded = Fact<'IncidentHarmAdded', { incidentId: string; harm: Harm }>;
export type IncidentInvolvementEstablished = Fact<'IncidentInvolvementEstablished', { incidentId: string }>;
export type IncidentReport = 'initial' | 'intermediate' | 'final';
export type IncidentReportSubmitted = Fact<'IncidentReportSubmitted', { incidentId: string; report: IncidentReport }>;
export type IncidentResolved = Fact<'IncidentResolved', { incidentId: string }>;

/** How a person settled a review flag. */
export type ReviewDecided = Fact<'ReviewDecided', { flag: string; decision: string; justification: string }>;

export type ReferenceLinked = Fact<'ReferenceLinked', { system: string; ref: string }>;
export type ReferenceUnlinked = Fact<'ReferenceUnlinked', { system: string; ref: string }>;
/** Recorded on the model that is given up; its history stays readable. */
export type ModelMerged = Fact<'ModelMerged', { intoModelId: string }>;

/** Derived: another model is given up for this one. It counts once the `ModelMerged` that it names is there too. */
export type ModelJoined = Fact<'ModelJoined', { fromModelId: string; becauseOf: string }>;

/** A fact that a person has to confirm before it has a legal effect. */
export type FactProposed = Fact<
  'FactProposed',
  { proposalId: string; type: string; data: Readonly<Record<string, unknown>>; occurredAt: Instant; evidence: string }
>;
export type ProposalConfirmed = Fact<'ProposalConfirmed', { proposalId: string }>;
export type ProposalDismissed = Fact<'ProposalDismissed', { proposalId: string; reason?: string }>;

/** What is recorded on the stream `model-<id>`. */
export type ModelFact =
  | ModelRegistered
  | ModelDescribed
  | TrainingPlanned
  | TrainingPlanRevised
  | ComputeReported
  | ThresholdForecastCrossed
  | ThresholdForecastCleared
  | ThresholdCrossed
  | PlacementPlanned
  | ModelPlacedOnMarket
  | ModelPublished
  | ModelSuppliedOutsideUnion
  | SystemPlacedOnMarket
  | InternalUseDeclared
  | ModelWithdrawn
  | OpenSourced
  | OpenSourceEnded
  | FineTuned
  | CommissionNotified
  | RebuttalDecided
  | SystemicRiskDesignated
  | ReassessmentDecided
  | FactsChangedSubstantially
  | InformationRequested
  | InformationProvided
  | DownstreamInformationRequested
  | DownstreamInformationProvided
  | IncidentObserved
  | IncidentHarmAdded
  | IncidentInvolvementEstablished
  | IncidentReportSubmitted
  | IncidentResolved
  | EvidenceRecorded
  | ReviewDecided
  | ReferenceLinked
  | ReferenceUnlinked
  | ModelMerged
  | ModelJoined
  | FactProposed
  | ProposalConfirmed
  | ProposalDismissed
  | FactRetracted
  | FactCorrected;
