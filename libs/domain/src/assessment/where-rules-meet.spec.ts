import {
  about,
  assessCase,
  compute,
  model,
  openRelease,
  placed,
  provider,
  rowOf,
  type Entry,
} from '../../testing/case-file.js';

const now = '2026-11-23T12:00:00Z';
const notification = 'art-52-1-notify-commission';
const documentation = 'art-53-1-a-technical-documentation';
const evaluation = 'art-55-1-a-model-evaluation';

const on = (flop: string, country = 'FR'): readonly Entry[] => [
  provider('2025-09-01T09:00:00Z', country),
  provider('2025-09-01T09:00:00Z', 'ES', 'd1'),
  model('2025-09-01T09:00:00Z'),
  compute('2025-09-01T09:00:00Z', flop),
];
const signed = (at: string): Entry => [at, 'provider/p1', 'CodeOfPracticeSigned', { chapters: ['safetySecurity'] }];
const modified = (
  originalFlop: string,
  modificationFlop: string,
  base: object = { modelId: 'm1' },
): readonly Entry[] => [
  ...on(originalFlop),
  placed('2025-10-15T09:00:00Z'),
  model('2026-03-01T09:00:00Z', {}, 'm2', 'd1'),
  about('2026-03-02T09:00:00Z', 'FineTuned', { modifierId: 'd1', modificationFlop, base }, 'm2'),
  placed('2026-03-10T09:00:00Z', 'm2', 'd1'),
];
const decided = (flag: string, decision: string, id: string): Entry =>
  about('2026-04-01T09:00:00Z', 'ReviewDecided', { flag, decision, justification: 'read with counsel' }, id);

describe('a modification that the Guidelines do not place', () => {
  const flag = 'modified-below-third-crosses-threshold';

  it('below one third and over the threshold leaves the duties of systemic risk open, and no others', () => {
    const crossing = modified('8e24', '2.5e24');
    const assessment = assessCase(crossing, now, 'm2');
    expect(assessment.flags.map(({ id }) => id)).toContain(flag);
    expect(rowOf(assessment, notification)).toMatchObject({
      status: 'pendingReview',
      due: { kind: 'period', localDate: '2026-03-16' },
      wouldChange: [{ fact: 'ReviewDecided' }],
    });
    expect(rowOf(assessment, evaluation)).toMatchObject({
      status: 'pendingReview',
      due: { kind: 'from', at: '2026-03-02T09:00:00Z' },
    });
    expect(rowOf(assessment, documentation).status).toBe('notApplicable');
    const none = assessCase([...crossing, decided(flag, 'modifierIsNoProvider', 'm2')], now, 'm2');
    expect(rowOf(none, notification).status).toBe('notApplicable');
    const one = assessCase([...crossing, decided(flag, 'modifierIsProvider', 'm2')], now, 'm2');
    expect(rowOf(one, notification)).toMatchObject({ status: 'active', actor: 'd1' });
  });

  it.each(['2.5e22', '5e22'])('of a model below the criterion that crosses it by %s FLOP is left open', (flop) => {
    const assessment = assessCase(modified('8e22', flop), now, 'm2');
    expect(assessment.flags.map(({ id }) => id)).toContain('modification-creates-gpai-model');
    expect(rowOf(assessment, documentation)).toMatchObject({ status: 'pendingReview', actor: 'd1', scope: null });
  });

  it('of an original of which nobody says whether it carries systemic risk, between both fallbacks, is left open', () => {
    const statusOf = (modificationFlop: string) =>
      rowOf(assessCase(modified('9e23', modificationFlop, { trainingFlop: null }), now, 'm2'), documentation).status;
    expect(statusOf('3e22')).toBe('notApplicable');
    expect(statusOf('4e22')).toBe('pendingReview');
    expect(statusOf('4e24')).toBe('active');
  });

  it('is measured by the figure on record, though it be stated as not estimable', () => {
    const base = { modelId: 'm1', trainingFlop: null };
    expect(assessCase(modified('9e23', '2e23', base), now, 'm2').classification.providerOfRecord).toBe('p1');
  });
});

describe('training on the record of a model', () => {
  it('by its provider is part of it, by somebody else is not', () => {
    const tuned = (modifierId: string) =>
      assessCase(
        [
          ...on('8e24'),
          about('2026-02-01T09:00:00Z', 'FineTuned', { modifierId, modificationFlop: '4e24', base: { modelId: 'm1' } }),
        ],
        now,
      ).classification;
    expect(tuned('p1')).toMatchObject({ cumulativeTrainingFlop: '1.2e25', systemicRisk: true });
    expect(tuned('d1')).toMatchObject({ cumulativeTrainingFlop: '8e24', systemicRisk: false });
  });

  it('under another name is placed where the model that it continues was', () => {
    const continued = [
      provider('2025-03-01T09:00:00Z', 'FR'),
      model('2025-03-01T09:00:00Z'),
      compute('2025-03-01T09:00:00Z', '8e24'),
      placed('2025-04-01T09:00:00Z'),
      model('2026-01-15T09:00:00Z', {}, 'm2'),
      about(
        '2026-01-15T09:00:00Z',
        'FineTuned',
        { modifierId: 'p1', modificationFlop: '5e24', base: { modelId: 'm1' } },
        'm2',
      ),
    ];
    const assessment = assessCase(continued, now, 'm2');
    expect(assessment.classification).toMatchObject({ legacy: true, placedOnMarketAt: '2025-04-01T09:00:00Z' });
    expect(rowOf(assessment, notification)).toMatchObject({
      status: 'transitional',
      advisory: { localDate: '2026-01-29' },
    });
  });

  it('that states less than is on record is pointed out', () => {
    const less = [...on('8e24'), compute('2026-02-01T09:00:00Z', '3e24')];
    expect(assessCase(less, now).flags.map(({ id }) => id)).toContain('compute-total-below-record');
    expect(assessCase([...less, compute('2026-03-01T09:00:00Z', '9e24')], now).flags).toEqual([
      expect.objectContaining({ id: 'estimate-within-margin-of-threshold' }),
    ]);
  });
});

describe('a signatory', () => {
  it('of a model that came to carry systemic risk only after placing owes nothing for the time before', () => {
    const later = [
      ...on('6e24'),
      signed('2025-09-20T09:00:00Z'),
      placed('2025-10-15T09:00:00Z'),
      compute('2026-09-01T09:00:00Z', '1.4e25'),
    ];
    const due = (entries: readonly Entry[], id: string) => rowOf(assessCase(entries, now), id).due;
    const since = { kind: 'from', at: '2026-09-01T09:00:00Z' };
    expect(due(later, 'code-s-1-2-full-assessment')).toEqual(since);
    expect(due(later, 'code-s-7-7-model-report-at-placing')).toEqual(since);
    expect(due(later, 'code-s-1-1-framework-confirmed')).toEqual(since);
    expect(due(later, 'code-s-7-6-six-monthly')).toMatchObject({ localDate: '2027-03-01' });
    const notified = [...later, about('2026-09-05T09:00:00Z', 'CommissionNotified', { withArguments: false })];
    expect(due(notified, 'code-s-1-1-framework-confirmed')).toMatchObject({ localDate: '2026-10-03' });
  });

  const incident = (at: string, type: string, data: object = {}): Entry =>
    about(at, type, { incidentId: 'i1', ...data });
  const risky = [...on('3e25'), placed('2025-10-15T09:00:00Z')];

  it('reports an incident that was open at the signature by its normal date, with a flag', () => {
    const open = [
      ...risky,
      incident('2026-10-10T09:00:00Z', 'IncidentObserved', {
        harms: ['seriousHarmToHealth'],
        modelInvolvement: 'established',
      }),
      signed('2026-10-20T09:00:00Z'),
    ];
    const assessment = assessCase(open, now);
    expect(rowOf(assessment, 'code-s-9-3-initial-report:i1')).toMatchObject({
      due: { kind: 'period', localDate: '2026-10-25' },
      flags: ['code-trigger-before-signature'],
    });
    expect(assessment.flags.map(({ id }) => id)).toContain('code-trigger-before-signature');
  });

  it('does not report one that was over by then', () => {
    const over = [
      ...risky,
      incident('2026-01-10T09:00:00Z', 'IncidentObserved', { harms: ['death'], modelInvolvement: 'established' }),
      incident('2026-02-10T09:00:00Z', 'IncidentResolved'),
      signed('2026-09-20T09:00:00Z'),
    ];
    const assessment = assessCase(over, now);
    expect(rowOf(assessment, 'code-s-9-3-initial-report:i1').status).toBe('notApplicable');
    expect(rowOf(assessment, 'code-s-9-3-final-report:i1').status).toBe('notApplicable');
  });
});

describe('the open-source exemption beside systemic risk', () => {
  const released = (at: string) => about(at, 'OpenSourced', openRelease);

  it('is not lost by who never had it', () => {
    const never = [
      ...on('6e24'),
      placed('2025-10-15T09:00:00Z'),
      compute('2026-03-01T09:00:00Z', '1.4e25'),
      released('2026-05-01T09:00:00Z'),
    ];
    expect(rowOf(assessCase(never, now), documentation).due).toEqual({ kind: 'atPlacing', at: '2025-10-15T09:00:00Z' });
  });

  it('is lost when systemic risk begins, whatever becomes of the release afterwards', () => {
    const lost = [
      ...on('6e24'),
      released('2025-10-01T09:00:00Z'),
      placed('2025-10-15T09:00:00Z'),
      about('2025-12-01T09:00:00Z', 'SystemicRiskDesignated', { basis: '52(4)', informedAt: '2025-12-01T09:00:00Z' }),
      about('2026-03-01T09:00:00Z', 'OpenSourceEnded', { reason: 'closed' }),
      about('2026-07-01T09:00:00Z', 'ReassessmentDecided', { maintained: false, informedAt: '2026-07-01T09:00:00Z' }),
    ];
    const assessment = assessCase(lost, now);
    expect(rowOf(assessment, documentation).due).toEqual({ kind: 'from', at: '2025-12-01T09:00:00Z' });
    expect(assessment.flags.map(({ id }) => id)).not.toContain('exemption-lost-no-express-rule');
  });
});

describe('a model from outside the Union', () => {
  const supplied = (suppliedTo: string, unionMarketExcluded: boolean): Entry =>
    about('2026-03-01T09:00:00Z', 'ModelSuppliedOutsideUnion', { suppliedTo, unionMarketExcluded });
  const system = about('2026-09-01T09:00:00Z', 'SystemPlacedOnMarket', { systemId: 's1', placedBy: 'd1' });

  it('makes the downstream actor answer from the day on which it becomes the provider', () => {
    const excluded = assessCase([...on('3e25', 'US'), supplied('d1', true), system], now);
    expect(rowOf(excluded, notification)).toMatchObject({ actor: 'd1', due: { localDate: '2026-09-15' } });
    expect(rowOf(excluded, evaluation).due).toEqual({ kind: 'from', at: '2026-09-01T09:00:00Z' });
    expect(excluded.classification.systemicRiskFrom).toBe('2025-09-01T09:00:00Z');
  });

  it('stays that of its upstream for whom it was not excluded for, and who only passes it on', () => {
    const providerOf = (...more: readonly Entry[]) =>
      assessCase([...on('3e24', 'US'), ...more], now).classification.providerOfRecord;
    expect(providerOf(supplied('d1', false), supplied('d2', true), system)).toBe('p1');
    expect(providerOf(supplied('d1', false), placed('2026-09-01T09:00:00Z', 'm1', 'd1'))).toBe('p1');
  });

  it('does not lend its open release to the downstream actor', () => {
    const open = about('2026-02-01T09:00:00Z', 'OpenSourced', openRelease);
    const assessment = assessCase([...on('3e24', 'US'), open, supplied('d1', true), system], now);
    expect(rowOf(assessment, documentation)).toMatchObject({ status: 'active', actor: 'd1' });
  });
});

describe('decisions of the Commission', () => {
  it('accepted arguments are watched for each further change', () => {
    const changed = (at: string) => about(at, 'FactsChangedSubstantially', { knownAt: at });
    const notified = (at: string) => about(at, 'CommissionNotified', { withArguments: true });
    const again = [
      ...on('1.4e25'),
      notified('2025-09-05T09:00:00Z'),
      about('2026-01-10T09:00:00Z', 'RebuttalDecided', { accepted: true, informedAt: '2026-01-10T09:00:00Z' }),
      changed('2026-06-01T09:00:00Z'),
      notified('2026-06-05T09:00:00Z'),
      changed('2026-09-01T09:00:00Z'),
    ];
    expect(rowOf(assessCase(again, now), 'art-52-2-renotify-on-change').status).toBe('active');
  });

  it('a lifted designation is not reassessed, though the compute brings systemic risk later', () => {
    const lifted = [
      ...on('6e24'),
      about('2025-11-01T09:00:00Z', 'SystemicRiskDesignated', { basis: '52(4)', informedAt: '2025-11-01T09:00:00Z' }),
      about('2026-06-01T09:00:00Z', 'ReassessmentDecided', { maintained: false, informedAt: '2026-06-01T09:00:00Z' }),
      compute('2026-09-01T09:00:00Z', '1.2e25'),
    ];
    expect(rowOf(assessCase(lifted, now), 'art-52-5-reassessment-request').status).toBe('notApplicable');
  });

  it('a designation for want of notification says that the threshold was met, and not since when', () => {
    const confirmed = [
      ...on('6e24'),
      about('2026-06-01T09:00:00Z', 'SystemicRiskDesignated', { basis: '52(1)', informedAt: '2026-06-01T09:00:00Z' }),
    ];
    expect(rowOf(assessCase(confirmed, now), notification)).toMatchObject({
      status: 'pendingReview',
      wouldChange: [{ fact: 'ComputeReported' }],
    });
  });

  it('a right is never overdue', () => {
    const plan = (at: string, type: string, expectedCumulativeTrainingFlop: string) =>
      about(at, type, { runId: 'r', expectedCumulativeTrainingFlop });
    const cut = [
      ...on('6e23'),
      plan('2026-09-01T09:00:00Z', 'TrainingPlanned', '2e25'),
      plan('2026-10-20T09:00:00Z', 'TrainingPlanRevised', '9e24'),
    ];
    expect(rowOf(assessCase(cut, now), notification).timeliness).toBe('overdue');
    expect(rowOf(assessCase(cut, now), 'art-52-2-rebuttal-arguments').timeliness).toBe('notDue');
  });

  it('a request is made under the article that it names first', () => {
    const asked = (legalBasis: string) =>
      assessCase(
        [
          ...on('5e23'),
          placed('2025-10-15T09:00:00Z'),
          about('2026-10-26T10:00:00Z', 'InformationRequested', {
            requestId: 'r1',
            authority: 'aiOffice',
            legalBasis,
            replyBy: '2026-11-15',
          }),
        ],
        now,
      );
    const information = 'art-91-respond-information-request:r1';
    expect(rowOf(asked('Art. 91(1), documentation under Art. 53(1)(a)'), information).status).toBe('active');
    expect(rowOf(asked('Art. 91(1); measures under Art. 93 are possible'), information).status).toBe('active');
  });

  it('the documentation can be asked for since Chapter V applies', () => {
    const early = [
      ...on('5e23'),
      placed('2025-10-15T09:00:00Z'),
      about('2025-12-01T09:00:00Z', 'InformationRequested', {
        requestId: 'r1',
        authority: 'aiOffice',
        legalBasis: 'Art. 53(1)(a)',
        replyBy: '2026-01-15',
      }),
    ];
    expect(rowOf(assessCase(early, now), 'art-53-1-a-provide-on-request:r1').status).toBe('active');
  });
});

describe('a mandate that is not accepted yet', () => {
  it('does not count before the day on which it is', () => {
    const entries: readonly Entry[] = [
      ...on('5e23', 'US'),
      placed('2026-10-01T09:00:00Z'),
      [
        '2026-09-20T09:00:00Z',
        'provider/p1',
        'AuthorisedRepresentativeAppointed',
        { name: 'Rep SA', establishedIn: 'BE', mandateAcceptedOn: '2026-12-10' },
      ],
    ];
    const id = 'art-54-1-appoint-authorised-representative';
    const assessment = assessCase(entries, now);
    expect(rowOf(assessment, id).timeliness).toBe('overdue');
    expect(assessment.holdsUntil).toBe('2026-12-09T23:00:00Z');
    expect(rowOf(assessCase(entries, '2026-12-10T12:00:00Z'), id).timeliness).toBe('metLate');
  });
});
