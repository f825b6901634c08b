import type { ModelDescription, OpenRelease } from '../model/model-facts.js';
import { computeStatement } from './compute-statement-shape.js';
import type { Fact, FactType } from './recorded-fact.js';
import { list, nullable, object, optional, type Shape } from './shape.js';
import {
  amountEur,
  count,
  countryCode,
  derivedFlop,
  flag,
  flopCount,
  instant,
  jsonObject,
  localDate,
  obligationKey,
  oneOf,
  prose,
  sha256,
  slug,
  text,
  uri,
} from './values.js';

type DataOf<Type extends FactType> = Extract<Fact, { type: Type }>['data'];

const LIST_ITEMS_MAX = 100;
const someOf = <Item>(item: Shape<Item>) => list(item, { itemsMin: 1, itemsMax: LIST_ITEMS_MAX });
const anyOf = <Item>(item: Shape<Item>) => list(item, { itemsMin: 0, itemsMax: LIST_ITEMS_MAX });

const outputModalities = someOf(
  oneOf<ModelDescription['outputModalities'][number]>(
    'text',
    'code',
    'speech',
    'audio',
    'image',
    'video',
    'textToImage',
    'textToVideo',
    'embedding',
    'action',
    'other',
  ),
);
const description = {
  displaysSignificantGenerality: optional(flag),
  narrowTask: optional(text),
  parameters: optional(count),
};
const codeChapters = object<DataOf<'CodeOfPracticeSigned'>>({
  chapters: someOf(oneOf('transparency', 'copyright', 'safetySecurity')),
});
const trainingPlan = object<DataOf<'TrainingPlanned'>>({
  runId: text,
  expectedCumulativeTrainingFlop: flopCount,
  startsOn: optional(localDate),
  endsOn: optional(localDate),
  method: optional(prose),
});
const threshold = object<DataOf<'ThresholdCrossed'>>({ threshold: flopCount, flop: derivedFlop, becauseOf: text });
const harm = oneOf<DataOf<'IncidentHarmAdded'>['harm']>(
  'death',
  'seriousHarmToHealth',
  'seriousHarmToProperty',
  'seriousHarmToEnvironment',
  'fundamentalRightsInfringement',
  'criticalInfrastructureDisruption',
  'seriousCybersecurityBreach',
);
const incident = object<{ incidentId: string }>({ incidentId: text });
const request = object<{ requestId: string }>({ requestId: text });
const reference = object<DataOf<'ReferenceLinked'>>({ system: text, ref: text });

/** The form of every fact's data. A new kind of fact does not compile until it has one. */
export const factShapes: { readonly [Type in FactType]: Shape<DataOf<Type>> } = {
  ProviderRegistered: object<DataOf<'ProviderRegistered'>>({
    name: text,
    kind: oneOf('legalPerson', 'naturalPerson', 'publicBody'),
    establishedIn: countryCode,
    annualTurnoverEur: optional(amountEur),
  }),
  AuthorisedRepresentativeAppointed: object<DataOf<'AuthorisedRepresentativeAppointed'>>({
    name: text,
    establishedIn: countryCode,
    mandateAcceptedOn: localDate,
  }),
  AuthorisedRepresentativeTerminated: object<DataOf<'AuthorisedRepresentativeTerminated'>>({ reason: optional(prose) }),
  CodeOfPracticeSigned: codeChapters,
  CodeOfPracticeLeft: codeChapters,
  EvidenceRecorded: object<DataOf<'EvidenceRecorded'>>({
    obligationId: obligationKey,
    title: text,
    uri,
    sha256: optional(sha256),
    version: optional(text),
    validUntil: optional(localDate),
  }),
  ModelRegistered: object<DataOf<'ModelRegistered'>>({
    name: text,
    providerId: slug,
    outputModalities: optional(outputModalities),
    ...description,
  }),
  ModelDescribed: object<DataOf<'ModelDescribed'>>({
    name: optional(text),
    providerId: optional(slug),
    outputModalities: optional(outputModalities),
    ...description,
  }),
  TrainingPlanned: trainingPlan,
  TrainingPlanRevised: trainingPlan,
  ComputeReported: computeStatement,
  ThresholdForecastCrossed: threshold,
  ThresholdForecastCleared: threshold,
  ThresholdCrossed: threshold,
  PlacementPlanned: object<DataOf<'PlacementPlanned'>>({ plannedFor: localDate }),
  ModelPlacedOnMarket: object<DataOf<'ModelPlacedOnMarket'>>({ placedBy: slug, channel: text }),
  ModelPublished: object<DataOf<'ModelPublished'>>({ commercialActivity: flag, purpose: text }),
  ModelSuppliedOutsideUnion: object<DataOf<'ModelSuppliedOutsideUnion'>>({
    suppliedTo: slug,
    unionMarketExcluded: flag,
  }),
  SystemPlacedOnMarket: object<DataOf<'SystemPlacedOnMarket'>>({
    systemId: slug,
    placedBy: slug,
    channel: optional(text),
  }),
  InternalUseDeclared: object<DataOf<'InternalUseDeclared'>>({
    essentialForThirdPartyService: flag,
    affectsNaturalPersonsRights: flag,
  }),
  ModelWithdrawn: object<DataOf<'ModelWithdrawn'>>({ reason: optional(prose) }),
  OpenSourced: object<OpenRelease>({
    licence: optional(text),
    rights: optional(anyOf(oneOf('access', 'use', 'modify', 'distribute'))),
    restrictions: optional(anyOf(text)),
    weightsPublic: flag,
    architecturePublic: flag,
    usageInformationPublic: flag,
    monetised: flag,
    monetisation: optional(text),
  }),
  OpenSourceEnded: object<DataOf<'OpenSourceEnded'>>({ reason: prose }),
  FineTuned: object<DataOf<'FineTuned'>>({
    modifierId: slug,
    modificationFlop: flopCount,
    base: object<DataOf<'FineTuned'>['base']>({
      modelId: optional(slug),
      name: optional(text),
      trainingFlop: optional(nullable(flopCount)),
      systemicRisk: optional(flag),
    }),
    version: optional(text),
  }),
  CommissionNotified: object<DataOf<'CommissionNotified'>>({
    withArguments: flag,
    receipt: optional(text),
    reportedFlop: optional(flopCount),
  }),
  RebuttalDecided: object<DataOf<'RebuttalDecided'>>({ accepted: flag, informedAt: instant }),
  SystemicRiskDesignated: object<DataOf<'SystemicRiskDesignated'>>({
    basis: oneOf('52(1)', '52(4)'),
    informedAt: instant,
  }),
  ReassessmentDecided: object<DataOf<'ReassessmentDecided'>>({ maintained: flag, informedAt: instant }),
  FactsChangedSubstantially: object<DataOf<'FactsChangedSubstantially'>>({ knownAt: instant }),
  InformationRequested: object<DataOf<'InformationRequested'>>({
    requestId: text,
    authority: text,
    legalBasis: optional(text),
    replyBy: localDate,
  }),
  InformationProvided: request,
  DownstreamInformationRequested: object<DataOf<'DownstreamInformationRequested'>>({
    requestId: text,
    requestedBy: text,
  }),
  DownstreamInformationProvided: request,
  IncidentObserved: object<DataOf<'IncidentObserved'>>({
    incidentId: text,
    harms: anyOf(harm),
    modelInvolvement: oneOf('unknown', 'established'),
    summary: optional(prose),
  }),
  IncidentHarmAdded: object<DataOf<'IncidentHarmAdded'>>({ incidentId: text, harm }),
  IncidentInvolvementEstablished: incident,
  IncidentReportSubmitted: object<DataOf<'IncidentReportSubmitted'>>({
    incidentId: text,
    report: oneOf('initial', 'intermediate', 'final'),
  }),
  IncidentResolved: incident,
  ReviewDecided: object<DataOf<'ReviewDecided'>>({ flag: text, decision: text, justification: prose }),
  ReferenceLinked: reference,
  ReferenceUnlinked: reference,
  ModelMerged: object<DataOf<'ModelMerged'>>({ intoModelId: slug }),
  ModelJoined: object<DataOf<'ModelJoined'>>({ fromModelId: slug, becauseOf: text }),
  FactProposed: object<DataOf<'FactProposed'>>({
    proposalId: text,
    type: text,
    data: jsonObject,
    occurredAt: instant,
    evidence: prose,
  }),
  ProposalConfirmed: object<DataOf<'ProposalConfirmed'>>({ proposalId: text }),
  ProposalDismissed: object<DataOf<'ProposalDismissed'>>({ proposalId: text, reason: optional(prose) }),
  FactRetracted: object<DataOf<'FactRetracted'>>({ eventId: text, reason: prose }),
  FactCorrected: object<DataOf<'FactCorrected'>>({
    eventId: text,
    data: optional(jsonObject),
    occurredAt: optional(instant),
    reason: prose,
  }),
  ParameterAmended: object<DataOf<'ParameterAmended'>>({
    parameter: text,
    value: text,
    effectiveFrom: localDate,
    publishedOn: optional(localDate),
    source: text,
  }),
};
