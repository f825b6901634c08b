import {
  about,
  assessCase,
  compute,
  historyOf,
  model,
  openRelease,
  placed,
  provider,
  rowOf,
  type Entry,
} from '../../testing/case-file.js';
import { readInstant } from '../time/instant.js';
import { regulation } from '../regulation/regulation.js';
import { assess } from './assess.js';
import { assessmentToJson } from './assessment-json.js';

const now = '2026-11-23T12:00:00Z';
const notification = 'art-52-1-notify-commission';
const documentation = 'art-53-1-a-technical-documentation';
const evaluation = 'art-55-1-a-model-evaluation';
const risky = [
  provider('2026-09-01T09:00:00Z', 'FR'),
  model('2026-09-01T09:00:00Z'),
  compute('2026-09-01T09:00:00Z', '1.4e25'),
];

describe('planned placing', () => {
  const planned = [
    provider('2026-11-01T09:00:00Z', 'US'),
    model('2026-11-01T09:00:00Z'),
    compute('2026-11-01T09:00:00Z', '5e23'),
    about('2026-11-01T09:00:00Z', 'PlacementPlanned', { plannedFor: '2026-12-15' }),
  ];

  it('shows what will bind, with the planned day', () => {
    const assessment = assessCase(planned, now);
    expect(rowOf(assessment, documentation)).toMatchObject({
      status: 'upcoming',
      timeliness: 'onTime',
      due: { kind: 'atPlacing', at: '2026-12-14T23:00:00Z' },
    });
    // Owed prior to placing, it binds who intends to place.
    expect(rowOf(assessment, 'art-54-1-appoint-authorised-representative')).toMatchObject({
      status: 'active',
      due: { kind: 'beforePlacing', at: '2026-12-14T23:00:00Z' },
    });
    expect(assessment.holdsUntil).toBe('2026-11-30T23:00:00Z');
  });

  it('warns once the planned day has come without a placing', () => {
    const assessment = assessCase(planned, '2026-12-16T12:00:00Z');
    expect(rowOf(assessment, documentation)).toMatchObject({ status: 'upcoming', timeliness: 'notDue' });
    expect(assessment.flags.map(({ id }) => id)).toContain('planned-placing-date-passed');
  });
});

describe('what nobody has stated', () => {
  it('leaves the class open where no compute and no generality are known', () => {
    const assessment = assessCase(
      [
        provider('2026-02-01T09:00:00Z', 'FR'),
        model('2026-02-01T09:00:00Z', { displaysSignificantGenerality: undefined }),
        placed('2026-02-02T09:00:00Z'),
      ],
      now,
    );
    expect(assessment.classification.gpai).toBeNull();
    const row = rowOf(assessment, documentation);
    expect(row).toMatchObject({ status: 'pendingReview', due: { kind: 'atPlacing', at: '2026-02-02T09:00:00Z' } });
    expect(row.because.map(({ says }) => says).join(' ')).toContain('the training compute is not known; report it');
  });

  it('leaves systemic risk open for a GPAI model without any figure', () => {
    const assessment = assessCase([provider('2026-02-01T09:00:00Z', 'FR'), model('2026-02-01T09:00:00Z')], now);
    expect(rowOf(assessment, evaluation).status).toBe('pendingReview');
    expect(rowOf(assessment, notification).status).toBe('pendingReview');
  });

  it('leaves the representative open where the country is unknown', () => {
    const assessment = assessCase(
      [model('2026-02-01T09:00:00Z'), compute('2026-02-01T09:00:00Z', '5e23'), placed('2026-02-02T09:00:00Z')],
      now,
    );
    expect(rowOf(assessment, 'art-54-1-appoint-authorised-representative').status).toBe('pendingReview');
  });

  it('leaves the exemption open where a licence is not reviewed and its rights are not stated', () => {
    const { rights: _rights, restrictions: _restrictions, ...unstated } = openRelease;
    const release = (licence: string) =>
      assessCase(
        [
          ...europeanModel('5e23'),
          about('2026-01-20T09:00:00Z', 'OpenSourced', { ...unstated, licence }),
          placed('2026-02-02T09:00:00Z'),
        ],
        now,
      );
    expect(rowOf(release('house-licence'), documentation).status).toBe('pendingReview');
    expect(rowOf(release('Apache-2.0'), documentation).status).toBe('exempt');
    expect(rowOf(release('CC-BY-NC-4.0'), documentation).status).toBe('active');
  });
});

describe('the indicative criterion of a GPAI model', () => {
  it('takes more than 10^23, not 10^23', () => {
    const classOf = (flop: string) => assessCase(europeanModel(flop), now).classification.gpai;
    expect(classOf('1e23')).toBe(false);
    expect(classOf('100000000000000000000001')).toBe(true);
  });

  it('gives way to a justified review', () => {
    const review = about('2026-03-01T09:00:00Z', 'ReviewDecided', {
      flag: 'gpai-classification',
      decision: 'gpai',
      justification: 'exceptionally general for its size',
    });
    expect(assessCase(europeanModel('8e22'), now).flags.map(({ id }) => id)).toContain('gpai-classification');
    expect(assessCase([...europeanModel('8e22'), review], now).classification.gpai).toBe(true);
  });
});

describe('notification', () => {
  it('is late when it comes after the two weeks', () => {
    const late = about('2026-09-16T09:00:00Z', 'CommissionNotified', { withArguments: false });
    expect(rowOf(assessCase([...risky, late], now), notification)).toMatchObject({
      status: 'discharged',
      timeliness: 'metLate',
    });
    const inTime = about('2026-09-15T21:59:59Z', 'CommissionNotified', { withArguments: false });
    expect(rowOf(assessCase([...risky, inTime], now), notification)).toMatchObject({
      status: 'discharged',
      timeliness: 'met',
    });
  });

  it('stays overdue on record when the plan was cut only after the limit', () => {
    const history = [
      provider('2026-09-01T09:00:00Z', 'FR'),
      model('2026-09-01T09:00:00Z'),
      about('2026-09-01T09:00:00Z', 'TrainingPlanned', { runId: 'r', expectedCumulativeTrainingFlop: '2e25' }),
      about('2026-10-01T09:00:00Z', 'TrainingPlanRevised', { runId: 'r', expectedCumulativeTrainingFlop: '9e24' }),
    ];
    expect(rowOf(assessCase(history, now), notification)).toMatchObject({
      status: 'pendingReview',
      timeliness: 'overdue',
    });
  });
});

describe('rebuttal', () => {
  const accepted = [
    ...risky,
    about('2026-09-10T09:00:00Z', 'CommissionNotified', { withArguments: true }),
    about('2026-10-20T09:00:00Z', 'RebuttalDecided', { accepted: true, informedAt: '2026-10-20T09:00:00Z' }),
  ];

  it('ends systemic risk when the provider is informed that it was accepted', () => {
    const { classification, obligations } = assessCase(accepted, now);
    expect(classification).toMatchObject({
      systemicRisk: false,
      systemicRiskFrom: '2026-09-01T09:00:00Z',
      systemicRiskUntil: '2026-10-20T09:00:00Z',
    });
    expect(obligations.find(({ id }) => id === evaluation)?.status).toBe('notApplicable');
    expect(assessCase(accepted, '2026-10-20T08:59:59Z').classification.systemicRisk).toBe(true);
  });

  it('has to be notified anew when the facts behind it change', () => {
    const changed = about('2026-11-01T09:00:00Z', 'FactsChangedSubstantially', { knownAt: '2026-11-01T09:00:00Z' });
    expect(rowOf(assessCase([...accepted, changed], now), 'art-52-2-renotify-on-change')).toMatchObject({
      status: 'active',
      due: { kind: 'withoutDelay' },
    });
  });

  it('changes nothing when it is rejected', () => {
    const rejected = [
      ...risky,
      about('2026-10-20T09:00:00Z', 'RebuttalDecided', { accepted: false, informedAt: '2026-10-20T09:00:00Z' }),
    ];
    expect(assessCase(rejected, now).classification).toMatchObject({
      systemicRisk: true,
      systemicRiskFrom: '2026-09-01T09:00:00Z',
    });
  });
});

describe('reassessment of a designation', () => {
  const designated = [
    ...europeanModel('6e24'),
    about('2026-01-10T10:00:00Z', 'SystemicRiskDesignated', { basis: '52(4)', informedAt: '2026-01-10T10:00:00Z' }),
  ];

  it('can be requested again six months after it was maintained', () => {
    const maintained = about('2026-09-10T10:00:00Z', 'ReassessmentDecided', {
      maintained: true,
      informedAt: '2026-09-10T10:00:00Z',
    });
    expect(rowOf(assessCase(designated, now), 'art-52-5-reassessment-request').status).toBe('active');
    expect(rowOf(assessCase([...designated, maintained], now), 'art-52-5-reassessment-request')).toMatchObject({
      status: 'upcoming',
      due: { kind: 'earliest', earliestUtc: '2027-03-10T23:00:00Z', earliestBrussels: '2027-03-11T00:00:00+01:00' },
    });
  });

  it('ends systemic risk when the designation is lifted', () => {
    const lifted = about('2026-09-10T10:00:00Z', 'ReassessmentDecided', {
      maintained: false,
      informedAt: '2026-09-10T10:00:00Z',
    });
    expect(assessCase([...designated, lifted], now).classification).toMatchObject({
      systemicRisk: false,
      systemicRiskUntil: '2026-09-10T10:00:00Z',
    });
  });
});

describe('a model placed before Chapter V applied', () => {
  const legacy = [
    provider('2025-03-01T09:00:00Z', 'US'),
    model('2025-03-01T09:00:00Z'),
    compute('2025-03-01T09:00:00Z', '8e24'),
    placed('2025-04-01T09:00:00Z'),
  ];

  it('keeps its transition when it comes to carry systemic risk, with the notification date as advice', () => {
    const assessment = assessCase([...legacy, compute('2026-10-05T09:12:00Z', '1.2e25')], now);
    expect(rowOf(assessment, notification)).toMatchObject({
      status: 'transitional',
      due: { kind: 'fixedDate', localDate: '2027-08-02' },
      advisory: { kind: 'period', localDate: '2026-10-19' },
    });
    expect(rowOf(assessment, evaluation)).toMatchObject({ status: 'transitional', due: { localDate: '2027-08-02' } });
    expect(assessment.flags.map(({ id }) => id)).toContain('legacy-model-became-systemic-risk');
  });

  it('owes everything when the transition ends', () => {
    expect(rowOf(assessCase(legacy, '2027-08-02T21:59:59Z'), documentation)).toMatchObject({
      status: 'transitional',
      timeliness: 'dueSoon',
    });
    expect(rowOf(assessCase(legacy, '2027-08-02T22:00:00Z'), documentation)).toMatchObject({
      status: 'active',
      timeliness: 'overdue',
    });
  });
});

describe('modification by another actor', () => {
  const base = (flop: string): readonly Entry[] => [
    provider('2025-09-01T09:00:00Z', 'FR'),
    provider('2025-09-01T09:00:00Z', 'US', 'd1'),
    model('2025-09-01T09:00:00Z'),
    compute('2025-09-01T09:00:00Z', flop),
    placed('2025-10-01T09:00:00Z'),
    model('2026-03-01T09:00:00Z', {}, 'm2', 'd1'),
  ];
  const tuned = (modificationFlop: string, stated: Readonly<Record<string, unknown>> = { modelId: 'm1' }) =>
    about('2026-03-02T09:00:00Z', 'FineTuned', { modifierId: 'd1', modificationFlop, base: stated }, 'm2');

  it('of a model with systemic risk makes the modifier owe everything', () => {
    const assessment = assessCase(
      [...base('3e25'), tuned('1.1e25'), placed('2026-03-10T09:00:00Z', 'm2', 'd1')],
      now,
      'm2',
    );
    expect(assessment.classification).toMatchObject({
      systemicRisk: true,
      systemicRiskFrom: '2026-03-02T09:00:00Z',
      providerOfRecord: 'd1',
    });
    expect(rowOf(assessment, notification)).toMatchObject({
      status: 'active',
      due: { kind: 'period', localDate: '2026-03-16' },
    });
    expect(rowOf(assessment, documentation)).toMatchObject({ status: 'active', scope: null });
    expect(rowOf(assessment, 'art-54-1-appoint-authorised-representative').status).toBe('active');
  });

  it('below one third that crosses the threshold is left to a person', () => {
    const assessment = assessCase(
      [...base('9e24'), tuned('2e24'), placed('2026-03-10T09:00:00Z', 'm2', 'd1')],
      now,
      'm2',
    );
    expect(assessment.classification).toMatchObject({ systemicRisk: false, providerOfRecord: 'p1' });
    expect(rowOf(assessment, documentation).status).toBe('notApplicable');
    expect(assessment.flags.map(({ id }) => id)).toContain('modified-below-third-crosses-threshold');
  });

  it('is measured by the fallback where the original is neither known nor estimable', () => {
    const providerFor = (modificationFlop: string, systemicRisk: boolean) =>
      assessCase([...base('9e23'), tuned(modificationFlop, { trainingFlop: null, systemicRisk })], now, 'm2')
        .classification.providerOfRecord;
    expect(providerFor('3.4e22', false)).toBe('d1');
    expect(providerFor('3.3e22', false)).toBeNull();
    expect(providerFor('3.4e24', true)).toBe('d1');
    expect(providerFor('3.3e24', true)).toBeNull();
  });

  it('stays open where the original is not stated', () => {
    const assessment = assessCase(
      [...base('9e23'), tuned('3e23', { name: 'somebody/else' }), placed('2026-03-10T09:00:00Z', 'm2', 'd1')],
      now,
      'm2',
    );
    expect(rowOf(assessment, documentation).status).toBe('pendingReview');
  });
});

describe('internal use', () => {
  const internal = about('2026-05-04T09:00:00Z', 'InternalUseDeclared', {
    essentialForThirdPartyService: false,
    affectsNaturalPersonsRights: false,
  });

  it('is excepted while all three conditions hold', () => {
    const assessment = assessCase([...europeanModel('4e23'), internal], now);
    expect(assessment.classification).toMatchObject({ internalUseException: true, placedOnMarketAt: null });
    expect(rowOf(assessment, documentation).status).toBe('notApplicable');
  });

  it('becomes a placing when the model comes to carry systemic risk', () => {
    const assessment = assessCase([...europeanModel('4e24'), internal, compute('2026-06-01T09:00:00Z', '1.5e25')], now);
    expect(assessment.classification).toMatchObject({
      internalUseException: false,
      placedOnMarketAt: '2026-06-01T09:00:00Z',
    });
  });
});

describe('a model supplied outside the Union', () => {
  it('makes the downstream actor the provider where the upstream excluded the Union market', () => {
    const assessment = assessCase(
      [
        provider('2026-02-01T09:00:00Z', 'US'),
        provider('2026-02-01T09:00:00Z', 'ES', 'd1'),
        model('2026-02-01T09:00:00Z'),
        compute('2026-02-01T09:00:00Z', '3e24'),
        about('2026-03-01T09:00:00Z', 'ModelSuppliedOutsideUnion', { suppliedTo: 'd1', unionMarketExcluded: true }),
        about('2026-09-01T09:00:00Z', 'SystemPlacedOnMarket', { systemId: 's1', placedBy: 'd1' }),
      ],
      now,
    );
    expect(assessment.classification).toMatchObject({
      providerOfRecord: 'd1',
      placedOnMarketAt: '2026-09-01T09:00:00Z',
    });
    expect(rowOf(assessment, documentation)).toMatchObject({ status: 'active', actor: 'd1' });
    expect(rowOf(assessment, 'art-54-1-appoint-authorised-representative').status).toBe('notApplicable');
  });
});

describe('incidents', () => {
  const signatory = [...risky, about('2026-09-05T09:00:00Z', 'CommissionNotified', { withArguments: false })];
  const signed: Entry = [
    '2026-09-06T09:00:00Z',
    'provider/p1',
    'CodeOfPracticeSigned',
    { chapters: ['safetySecurity'] },
  ];
  const observed = (harms: readonly string[], modelInvolvement = 'established') =>
    about('2026-10-03T09:00:00Z', 'IncidentObserved', { incidentId: 'i1', harms, modelInvolvement });
  const report = 'code-s-9-3-initial-report:i1';

  it('are reported by the clock of the harm that ends first, each from its own awareness', () => {
    const later = about('2026-10-06T09:00:00Z', 'IncidentHarmAdded', { incidentId: 'i1', harm: 'death' });
    const row = rowOf(assessCase([...signatory, signed, observed(['seriousHarmToHealth']), later], now), report);
    expect(row).toMatchObject({
      tier: 'death',
      due: { localDate: '2026-10-16', rule: '10 days, Code calendar count' },
      timeliness: 'overdue',
    });
  });

  it('without harm are no serious incidents', () => {
    const assessment = assessCase([...signatory, signed, observed([])], now);
    expect(rowOf(assessment, report).status).toBe('notApplicable');
    expect(rowOf(assessment, 'art-55-1-c-serious-incident-reporting:i1').status).toBe('notApplicable');
  });

  it('of unknown involvement show the earliest date that could apply', () => {
    const row = rowOf(assessCase([...signatory, signed, observed(['death'], 'unknown')], now), report);
    expect(row).toMatchObject({ status: 'pendingReview', due: { localDate: '2026-10-13' } });
  });

  it('from before the signature are due at once, with a flag', () => {
    const lateSignature: Entry = [
      '2026-11-01T09:00:00Z',
      'provider/p1',
      'CodeOfPracticeSigned',
      { chapters: ['safetySecurity'] },
    ];
    const row = rowOf(assessCase([...signatory, lateSignature, observed(['death'])], now), report);
    expect(row).toMatchObject({
      due: { kind: 'from', at: '2026-11-01T09:00:00Z' },
      flags: ['code-trigger-before-signature'],
    });
  });
});

describe('evidence', () => {
  const evidence = (at: string, more: Readonly<Record<string, unknown>> = {}) =>
    about(at, 'EvidenceRecorded', {
      obligationId: documentation,
      title: 'Annex XI',
      uri: 'https://example.org/a',
      ...more,
    });
  const history = [...europeanModel('5e23'), placed('2026-02-02T09:00:00Z')];

  it('meets a standing duty in time or late', () => {
    expect(rowOf(assessCase([...history, evidence('2026-02-01T09:00:00Z')], now), documentation)).toMatchObject({
      status: 'active',
      timeliness: 'met',
    });
    expect(rowOf(assessCase([...history, evidence('2026-03-01T09:00:00Z')], now), documentation).timeliness).toBe(
      'metLate',
    );
    expect(rowOf(assessCase(history, now), documentation).timeliness).toBe('overdue');
  });

  it('stops counting after its last day', () => {
    const expiring = [...history, evidence('2026-02-01T09:00:00Z', { validUntil: '2026-12-01' })];
    const assessment = assessCase(expiring, now);
    expect(rowOf(assessment, documentation).timeliness).toBe('met');
    expect(assessment.holdsUntil).toBe('2026-12-01T23:00:00Z');
    expect(rowOf(assessCase(expiring, '2026-12-01T23:00:00Z'), documentation).timeliness).toBe('overdue');
  });
});

describe('the three clocks', () => {
  const amendment: Entry = [
    '2026-10-01T09:00:00Z',
    'regulation',
    'ParameterAmended',
    {
      parameter: 'systemicRiskThresholdFlop',
      value: '1e26',
      effectiveFrom: '2026-12-01',
      publishedOn: '2026-10-01',
      source: 'delegated act',
    },
  ];
  const facts = historyOf([...risky, amendment]);
  const ask = (at: string, knownAt: string, lawAsOf: string) =>
    assessmentToJson(
      assess(facts, regulation, {
        modelId: 'm1',
        at: readInstant(at),
        knownAt: readInstant(knownAt),
        lawAsOf: readInstant(lawAsOf),
      }),
    );

  it('apply an amended threshold from its day, and to those who could know it', () => {
    const before = ask(now, now, now);
    expect(before.classification.systemicRisk).toBe(true);
    expect(before.holdsUntil).toBe('2026-11-30T23:00:00Z');
    expect(ask('2026-12-01T12:00:00Z', now, now).classification).toMatchObject({
      systemicRisk: false,
      systemicRiskUntil: '2026-11-30T23:00:00Z',
    });
    expect(ask('2026-12-01T12:00:00Z', now, '2026-09-30T12:00:00Z').classification.systemicRisk).toBe(true);
    expect(ask('2026-12-01T12:00:00Z', '2026-09-30T12:00:00Z', now).classification.systemicRisk).toBe(true);
  });

  it('leave out what was recorded later, and what had not occurred', () => {
    expect(ask(now, '2026-08-01T00:00:00Z', now).name).toBeNull();
    expect(ask('2026-08-31T00:00:00Z', now, now).classification.systemicRisk).toBe(false);
  });
});

function europeanModel(flop: string): readonly Entry[] {
  return [provider('2026-01-01T09:00:00Z', 'FR'), model('2026-01-01T09:00:00Z'), compute('2026-01-01T09:00:00Z', flop)];
}
