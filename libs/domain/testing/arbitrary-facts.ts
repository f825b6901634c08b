import fc from 'fast-check';
import type { Fact, FactType, Subject } from '../src/index.js';

type Data = fc.Arbitrary<Record<string, unknown>>;

const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter((value) => value.trim() !== '' && !value.includes('\0'));
const slug = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,20}$/);
const flop = fc.oneof(
  fc.bigInt({ min: 0n, max: 10n ** 40n }),
  fc
    .tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 0, max: 38 }))
    .map(([n, e]) => BigInt(n) * 10n ** BigInt(e)),
);
const milliseconds = fc.integer({ min: Date.parse('1970-01-01T00:00:00Z'), max: Date.parse('2200-01-01T00:00:00Z') });
const day = milliseconds.map((ms) => new Date(ms).toISOString().slice(0, 10));
const count = fc.integer({ min: 1, max: 1_000_000_000_000 });
const yesOrNo = fc.boolean();
const country = fc.constantFrom('FR', 'DE', 'US', 'CN', 'BE');
const modality = fc.constantFrom('text', 'code', 'speech', 'audio', 'image', 'video', 'textToImage', 'other');
const harm = fc.constantFrom('death', 'seriousHarmToHealth', 'seriousCybersecurityBreach');
const json = fc.dictionary(slug, fc.oneof(text, yesOrNo, fc.integer(), fc.constant(null), fc.array(fc.integer())));

/** Fields that may be absent are named last. */
const record = (
  required: Record<string, fc.Arbitrary<unknown>>,
  optional: Record<string, fc.Arbitrary<unknown>> = {},
) => fc.record({ ...required, ...optional }, { requiredKeys: Object.keys(required) }) as Data;

const description = {
  outputModalities: fc.array(modality, { minLength: 1, maxLength: 4 }),
  displaysSignificantGenerality: yesOrNo,
  narrowTask: text,
  parameters: count,
};
const plan = record(
  { runId: text, expectedCumulativeTrainingFlop: flop },
  { startsOn: day, endsOn: day, method: text },
);
const threshold = record({ threshold: flop, flop: fc.bigInt({ min: 0n, max: 10n ** 60n }), becauseOf: text });
const chapters = record({ chapters: fc.uniqueArray(fc.constantFrom('transparency', 'copyright'), { minLength: 1 }) });
const basis = { basis: fc.constantFrom('measured', 'estimated', '6nd') };
const incident = record({ incidentId: text });
const request = record({ requestId: text });
const proposal = { proposalId: text };
const reference = record({ system: text, ref: text });

/** Data of every kind of fact, as the domain holds it. */
const dataOf: Readonly<Record<FactType, Data>> = {
  ProviderRegistered: record(
    { name: text, kind: fc.constantFrom('legalPerson', 'naturalPerson', 'publicBody'), establishedIn: country },
    { annualTurnoverEur: fc.nat() },
  ),
  AuthorisedRepresentativeAppointed: record({ name: text, establishedIn: country, mandateAcceptedOn: day }),
  AuthorisedRepresentativeTerminated: record({}, { reason: text }),
  CodeOfPracticeSigned: chapters,
  CodeOfPracticeLeft: chapters,
  EvidenceRecorded: record(
    { obligationId: slug, title: text, uri: fc.webUrl() },
    { sha256: fc.stringMatching(/^[0-9a-f]{64}$/), version: text, validUntil: day },
  ),
  ModelRegistered: record({ name: text, providerId: slug }, description),
  ModelDescribed: record({}, { name: text, providerId: slug, ...description }),
  TrainingPlanned: plan,
  TrainingPlanRevised: plan,
  ComputeReported: fc.oneof(
    record({ cumulativeTrainingFlop: flop }, basis),
    record(
      { components: fc.array(record({ kind: fc.constantFrom('preTraining', 'evaluation'), flop }), { minLength: 1 }) },
      basis,
    ),
    record({ runId: text, flop }, basis),
    record({ architecture: record({ parameters: count, tokens: count }) }, basis),
    record(
      {
        hardware: record({
          accelerator: text,
          count,
          hours: fc.double({ min: 0.01, max: 1e6, noNaN: true }),
          utilisation: fc.double({ min: 0.01, max: 1, noNaN: true }),
          precision: text,
        }),
      },
      basis,
    ),
  ),
  ThresholdForecastCrossed: threshold,
  ThresholdForecastCleared: threshold,
  ThresholdCrossed: threshold,
  PlacementPlanned: record({ plannedFor: day }),
  ModelPlacedOnMarket: record({ placedBy: slug, channel: text }),
  ModelPublished: record({ commercialActivity: yesOrNo, purpose: text }),
  ModelSuppliedOutsideUnion: record({ suppliedTo: slug, unionMarketExcluded: yesOrNo }),
  SystemPlacedOnMarket: record({ systemId: slug, placedBy: slug }, { channel: text }),
  InternalUseDeclared: record({ essentialForThirdPartyService: yesOrNo, affectsNaturalPersonsRights: yesOrNo }),
  ModelWithdrawn: record({}, { reason: text }),
  OpenSourced: record(
    { weightsPublic: yesOrNo, architecturePublic: yesOrNo, usageInformationPublic: yesOrNo, monetised: yesOrNo },
    {
      licence: text,
      rights: fc.uniqueArray(fc.constantFrom('access', 'use', 'modify', 'distribute')),
      restrictions: fc.array(text, { maxLength: 3 }),
      monetisation: text,
    },
  ),
  OpenSourceEnded: record({ reason: text }),
  FineTuned: record(
    {
      modifierId: slug,
      modificationFlop: flop,
      base: record({}, { modelId: slug, name: text, trainingFlop: fc.option(flop), systemicRisk: yesOrNo }),
    },
    { version: text },
  ),
  CommissionNotified: record({ withArguments: yesOrNo }, { receipt: text, reportedFlop: flop }),
  RebuttalDecided: record({ accepted: yesOrNo, informedAt: milliseconds }),
  SystemicRiskDesignated: record({ basis: fc.constantFrom('52(1)', '52(4)'), informedAt: milliseconds }),
  ReassessmentDecided: record({ maintained: yesOrNo, informedAt: milliseconds }),
  FactsChangedSubstantially: record({ knownAt: milliseconds }),
  InformationRequested: record({ requestId: text, authority: text, replyBy: day }, { legalBasis: text }),
  InformationProvided: request,
  DownstreamInformationRequested: record({ requestId: text, requestedBy: text }),
  DownstreamInformationProvided: request,
  IncidentObserved: record(
    {
      incidentId: text,
      harms: fc.array(harm, { maxLength: 3 }),
      modelInvolvement: fc.constantFrom('unknown', 'established'),
    },
    { summary: text },
  ),
  IncidentHarmAdded: record({ incidentId: text, harm }),
  IncidentInvolvementEstablished: incident,
  IncidentReportSubmitted: record({ incidentId: text, report: fc.constantFrom('initial', 'intermediate', 'final') }),
  IncidentResolved: incident,
  ReviewDecided: record({ flag: text, decision: text, justification: text }),
  ReferenceLinked: reference,
  ReferenceUnlinked: reference,
  ModelMerged: record({ intoModelId: slug }),
  ModelJoined: record({ fromModelId: slug, becauseOf: text }),
  FactProposed: record({ ...proposal, type: text, data: json, occurredAt: milliseconds, evidence: text }),
  ProposalConfirmed: record(proposal),
  ProposalDismissed: record(proposal, { reason: text }),
  FactRetracted: record({ eventId: text, reason: text }),
  FactCorrected: record({ eventId: text, reason: text }, { data: json, occurredAt: milliseconds }),
  ParameterAmended: record({ parameter: text, value: text, effectiveFrom: day, source: text }, { publishedOn: day }),
};

/** Any fact of one kind. */
export function arbitraryFact(type: FactType): fc.Arbitrary<Fact> {
  return dataOf[type].map((data) => ({ type, data }) as unknown as Fact);
}

export const allFactTypes = Object.keys(dataOf) as readonly FactType[];

const kindsOfProvider: readonly FactType[] = [
  'ProviderRegistered',
  'AuthorisedRepresentativeAppointed',
  'AuthorisedRepresentativeTerminated',
  'CodeOfPracticeSigned',
  'CodeOfPracticeLeft',
];

/** A subject that facts of this kind can be about. */
export function subjectOf(type: FactType): Subject {
  if (type === 'ParameterAmended') return { kind: 'regulation' };
  return kindsOfProvider.includes(type) ? { kind: 'provider', id: 'p1' } : { kind: 'model', id: 'm1' };
}
