import fc from 'fast-check';
import { readFact, readInstant, type RecordedFact, type Subject } from '../src/index.js';

/** From before Chapter V applied until after the transition. */
const from = Date.parse('2025-01-01T00:00:00Z');
const until = Date.parse('2028-12-31T00:00:00Z');
export const arbitraryInstant = fc
  .integer({ min: from, max: until })
  .map((ms) => readInstant(new Date(ms).toISOString()));

const instantText = fc.integer({ min: from, max: until }).map((ms) => new Date(ms).toISOString());
const day = instantText.map((text) => text.slice(0, 10));
const yesOrNo = fc.boolean();
/** Around the criterion, a third of it, and the threshold, on both sides. */
const flop = fc
  .tuple(fc.constantFrom(1, 2, 3, 5, 8, 9, 10, 11, 15, 30), fc.constantFrom(21, 22, 23, 24))
  .map(([n, e]) => `${n}e${e}`);
const modelId = fc.constantFrom('m1', 'm2');
const providerId = fc.constantFrom('p1', 'd1');
const runId = fc.constantFrom('run-1', 'run-2');
const incidentId = fc.constantFrom('i1', 'i2');
const requestId = fc.constantFrom('r1', 'r2');
const harm = fc.constantFrom('death', 'seriousHarmToHealth', 'criticalInfrastructureDisruption');
const obligationId = fc.constantFrom(
  'art-53-1-a-technical-documentation',
  'art-53-1-d-summary-update',
  'code-s-1-1-framework-confirmed',
  'code-s-7-6-six-monthly',
  'code-s-7-7-update-access',
  'code-s-a4-3-access-review',
);

const record = (
  required: Record<string, fc.Arbitrary<unknown>>,
  optional: Record<string, fc.Arbitrary<unknown>> = {},
) => fc.record({ ...required, ...optional }, { requiredKeys: Object.keys(required) });

const description = {
  outputModalities: fc.constantFrom(['text'], ['image'], ['text', 'code']),
  displaysSignificantGenerality: yesOrNo,
  narrowTask: fc.constant('transcription'),
};
const plan = record({ runId, expectedCumulativeTrainingFlop: flop });

/** Few names, so that the facts meet: models m1 and m2, providers p1 and d1. */
const aboutModels: Readonly<Record<string, fc.Arbitrary<object>>> = {
  ModelRegistered: record({ name: fc.constant('Aurora'), providerId }, description),
  ModelDescribed: record({}, { providerId, ...description }),
  TrainingPlanned: plan,
  TrainingPlanRevised: plan,
  ComputeReported: fc.oneof(
    record({ cumulativeTrainingFlop: flop }),
    record({ runId, flop }),
    record({
      components: fc.array(
        record({ kind: fc.constantFrom('preTraining', 'syntheticDataGeneration', 'distillationParent'), flop }),
        { minLength: 1, maxLength: 3 },
      ),
    }),
    record({ architecture: fc.constant({ parameters: 1e12, tokens: 1e12 }) }),
  ),
  PlacementPlanned: record({ plannedFor: day }),
  ModelPlacedOnMarket: record({ placedBy: providerId, channel: fc.constant('api') }),
  ModelPublished: record({ commercialActivity: yesOrNo, purpose: fc.constant('research') }),
  ModelSuppliedOutsideUnion: record({ suppliedTo: providerId, unionMarketExcluded: yesOrNo }),
  SystemPlacedOnMarket: record({ systemId: fc.constant('s1'), placedBy: providerId }),
  InternalUseDeclared: record({ essentialForThirdPartyService: yesOrNo, affectsNaturalPersonsRights: yesOrNo }),
  ModelWithdrawn: fc.constant({}),
  OpenSourced: record(
    {
      weightsPublic: fc.constant(true),
      architecturePublic: yesOrNo,
      usageInformationPublic: fc.constant(true),
      monetised: yesOrNo,
    },
    {
      rights: fc.constantFrom(['access', 'use', 'modify', 'distribute'], ['access']),
      restrictions: fc.constantFrom(['attribution'], ['nonCommercial']),
    },
  ),
  OpenSourceEnded: fc.constant({ reason: 'closed' }),
  FineTuned: record({
    modifierId: providerId,
    modificationFlop: flop,
    base: record({}, { modelId, trainingFlop: fc.option(flop), systemicRisk: yesOrNo }),
  }),
  CommissionNotified: record({ withArguments: yesOrNo }),
  RebuttalDecided: record({ accepted: yesOrNo, informedAt: instantText }),
  SystemicRiskDesignated: record({ basis: fc.constantFrom('52(1)', '52(4)'), informedAt: instantText }),
  ReassessmentDecided: record({ maintained: yesOrNo, informedAt: instantText }),
  FactsChangedSubstantially: record({ knownAt: instantText }),
  InformationRequested: record(
    { requestId, authority: fc.constant('aiOffice'), replyBy: day },
    { legalBasis: fc.constantFrom('Art. 92', 'Art. 93(3)', 'Art. 53(1)(a)') },
  ),
  InformationProvided: record({ requestId }),
  DownstreamInformationRequested: record({ requestId, requestedBy: fc.constant('d1') }),
  DownstreamInformationProvided: record({ requestId }),
  IncidentObserved: record({
    incidentId,
    harms: fc.uniqueArray(harm, { maxLength: 2 }),
    modelInvolvement: fc.constantFrom('unknown', 'established'),
  }),
  IncidentHarmAdded: record({ incidentId, harm }),
  IncidentInvolvementEstablished: record({ incidentId }),
  IncidentReportSubmitted: record({ incidentId, report: fc.constantFrom('initial', 'intermediate', 'final') }),
  IncidentResolved: record({ incidentId }),
  EvidenceRecorded: record(
    { obligationId, title: fc.constant('Document'), uri: fc.constant('https://example.org/a') },
    { validUntil: day },
  ),
  ModelJoined: record({ fromModelId: modelId, becauseOf: fc.constant('event-0') }),
  ModelMerged: record({ intoModelId: modelId }),
  ReviewDecided: fc.constantFrom(
    ...[
      ['gpai-classification', 'gpai'],
      ['gpai-classification', 'notGpai'],
      ['commercial-activity-assessment', 'commercial'],
      ['most-capable-model-assumed', 'notMostCapable'],
      ['safe-reference-model', 'lost'],
    ].map(([flag, decision]) => ({ flag, decision, justification: 'because' })),
  ),
};

const aboutProviders: Readonly<Record<string, fc.Arbitrary<object>>> = {
  ProviderRegistered: record(
    { name: fc.constant('P'), kind: fc.constant('legalPerson'), establishedIn: fc.constantFrom('FR', 'US', 'NO') },
    { annualTurnoverEur: fc.constantFrom(1e6, 1e9) },
  ),
  AuthorisedRepresentativeAppointed: record({
    name: fc.constant('Rep'),
    establishedIn: fc.constantFrom('BE', 'US'),
    mandateAcceptedOn: day,
  }),
  AuthorisedRepresentativeTerminated: fc.constant({}),
  CodeOfPracticeSigned: fc.constant({ chapters: ['transparency', 'copyright', 'safetySecurity'] }),
  CodeOfPracticeLeft: fc.constant({ chapters: ['safetySecurity'] }),
};

const aboutTheLaw: Readonly<Record<string, fc.Arbitrary<object>>> = {
  ParameterAmended: fc
    .tuple(
      fc.constantFrom(
        ['systemicRiskThresholdFlop', '2e25'],
        ['systemicRiskThresholdFlop', '9e24'],
        ['notificationPeriod', '3 weeks'],
        ['commissionHolidays', '2027: 01-04 03-25 03-26'],
        ['noSuchParameter', '1'],
      ),
      day,
      day,
    )
    .map(([[parameter, value], effectiveFrom, publishedOn]) => ({
      ...{ parameter, value, effectiveFrom, publishedOn, source: 'act' },
    })),
};

type Line = { readonly at: string; readonly subject: Subject; readonly type: string; readonly data: object };

const lineOf = (kinds: Readonly<Record<string, fc.Arbitrary<object>>>, subject: fc.Arbitrary<Subject>) =>
  fc
    .constantFrom(...Object.keys(kinds))
    .chain((type) =>
      fc.record({ at: instantText, subject, type: fc.constant(type), data: kinds[type] as fc.Arbitrary<object> }),
    );
const line: fc.Arbitrary<Line> = fc.oneof(
  {
    weight: 12,
    arbitrary: lineOf(
      aboutModels,
      modelId.map((id) => ({ kind: 'model', id }) as const),
    ),
  },
  {
    weight: 3,
    arbitrary: lineOf(
      aboutProviders,
      providerId.map((id) => ({ kind: 'provider', id }) as const),
    ),
  },
  { weight: 1, arbitrary: lineOf(aboutTheLaw, fc.constant({ kind: 'regulation' } as const)) },
);

/** A correction or retraction of one of the facts before it. */
type Mending = { readonly of: number; readonly at: string; readonly retracts: boolean };
const mending = fc.record({ of: fc.nat(), at: instantText, retracts: yesOrNo });

/**
 * Histories of models and providers that have something to do with each other, recorded as soon as they occurred or later,
 * with corrections and retractions now and then.
 */
export const arbitraryHistory: fc.Arbitrary<readonly RecordedFact[]> = fc
  .tuple(
    fc.array(fc.tuple(line, fc.nat({ max: 40 })), { minLength: 1, maxLength: 24 }),
    fc.array(mending, { maxLength: 2 }),
  )
  .map(([lines, mendings]) => {
    const facts = lines.map(([{ at, subject, type, data }, delayDays], index) =>
      recorded({ at, subject, type, data }, index, delayDays),
    );
    return [...facts, ...mendings.map((each, index) => mend(facts, each, facts.length + index))];
  });

const MS_PER_DAY = 86_400_000;

function recorded({ at, subject, type, data }: Line, index: number, delayDays: number): RecordedFact {
  const reading = readFact(subject.kind, type, data);
  if (!reading.ok) throw new Error(`${type}: ${JSON.stringify(reading.problems)}`);
  const occurredAt = readInstant(at);
  const recordedAt = readInstant(new Date(occurredAt + delayDays * MS_PER_DAY).toISOString());
  return { ...reading.fact, id: `event-${index}`, subject, occurredAt, recordedAt, position: BigInt(index) };
}

function mend(facts: readonly RecordedFact[], { of, at, retracts }: Mending, index: number): RecordedFact {
  const target = facts[of % facts.length];
  if (target === undefined) throw new Error('there is nothing to mend');
  const data = { eventId: target.id, reason: 'it was wrong', ...(!retracts && { occurredAt: at }) };
  return recorded({ at, subject: target.subject, type: retracts ? 'FactRetracted' : 'FactCorrected', data }, index, 0);
}
