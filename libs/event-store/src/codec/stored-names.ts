import type { FactType } from '#libs/domain';
import type { Json } from '../event-store.js';

/** The name under which each kind of fact is written today. A new kind does not compile until it has one. */
export const storedNames = {
  ProviderRegistered: 'ProviderRegistered.v1',
  AuthorisedRepresentativeAppointed: 'AuthorisedRepresentativeAppointed.v1',
  AuthorisedRepresentativeTerminated: 'AuthorisedRepresentativeTerminated.v1',
  CodeOfPracticeSigned: 'CodeOfPracticeSigned.v1',
  CodeOfPracticeLeft: 'CodeOfPracticeLeft.v1',
  EvidenceRecorded: 'EvidenceRecorded.v1',
  ModelRegistered: 'ModelRegistered.v1',
  ModelDescribed: 'ModelDescribed.v1',
  TrainingPlanned: 'TrainingPlanned.v1',
  TrainingPlanRevised: 'TrainingPlanRevised.v1',
  ComputeReported: 'ComputeReported.v1',
  ThresholdForecastCrossed: 'ThresholdForecastCrossed.v1',
  ThresholdForecastCleared: 'ThresholdForecastCleared.v1',
  ThresholdCrossed: 'ThresholdCrossed.v1',
  PlacementPlanned: 'PlacementPlanned.v1',
  ModelPlacedOnMarket: 'ModelPlacedOnMarket.v1',
  ModelPublished: 'ModelPublished.v1',
  ModelSuppliedOutsideUnion: 'ModelSuppliedOutsideUnion.v1',
  SystemPlacedOnMarket: 'SystemPlacedOnMarket.v1',
  InternalUseDeclared: 'InternalUseDeclared.v1',
  ModelWithdrawn: 'ModelWithdrawn.v1',
  OpenSourced: 'OpenSourced.v1',
  OpenSourceEnded: 'OpenSourceEnded.v1',
  FineTuned: 'FineTuned.v1',
  CommissionNotified: 'CommissionNotified.v1',
  RebuttalDecided: 'RebuttalDecided.v1',
  SystemicRiskDesignated: 'SystemicRiskDesignated.v1',
  ReassessmentDecided: 'ReassessmentDecided.v1',
  FactsChangedSubstantially: 'FactsChangedSubstantially.v1',
  InformationRequested: 'InformationRequested.v1',
  InformationProvided: 'InformationProvided.v1',
  DownstreamInformationRequested: 'DownstreamInformationRequested.v1',
  DownstreamInformationProvided: 'DownstreamInformationProvided.v1',
  IncidentObserved: 'IncidentObserved.v1',
  IncidentHarmAdded: 'IncidentHarmAdded.v1',
  IncidentInvolvementEstablished: 'IncidentInvolvementEstablished.v1',
  IncidentReportSubmitted: 'IncidentReportSubmitted.v1',
  IncidentResolved: 'IncidentResolved.v1',
  ReviewDecided: 'ReviewDecided.v1',
  ReferenceLinked: 'ReferenceLinked.v1',
  ReferenceUnlinked: 'ReferenceUnlinked.v1',
  ModelMerged: 'ModelMerged.v1',
  ModelJoined: 'ModelJoined.v1',
  FactProposed: 'FactProposed.v1',
  ProposalConfirmed: 'ProposalConfirmed.v1',
  ProposalDismissed: 'ProposalDismissed.v1',
  FactRetracted: 'FactRetracted.v1',
  FactCorrected: 'FactCorrected.v1',
  ParameterAmended: 'ParameterAmended.v1',
} as const satisfies Readonly<Record<FactType, string>>;

export const factTypeByStoredName: ReadonlyMap<string, string> = new Map(
  Object.entries(storedNames).map(([type, name]) => [name, type]),
);

type Written = { readonly type: string; readonly data: Json };

/** A retired name → the next one. A step that has shipped is never edited, and its golden file stays for ever. */
const upcasters: Readonly<Record<string, (data: Json) => Written>> = {};

/** Brings an event of any version to today's name and form. */
export function upcast(written: Written, steps: typeof upcasters = upcasters): Written {
  let current = written;
  for (let step = stepFrom(current.type, steps); step !== undefined; step = stepFrom(current.type, steps)) {
    current = step(current.data);
  }
  return current;
}

/** Own keys only: a stored type may have any name, such as one of `Object.prototype`. */
function stepFrom(type: string, steps: typeof upcasters) {
  return Object.hasOwn(steps, type) ? steps[type] : undefined;
}
