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
const representative = 'art-54-1-appoint-authorised-representative';
const ofProvider = (at: string, type: string, data: Readonly<Record<string, unknown>>, id = 'p1'): Entry => [
  at,
  `provider/${id}`,
  type,
  data,
];
const evidence = (at: string, obligationId: string, more: Readonly<Record<string, unknown>> = {}): Entry =>
  about(at, 'EvidenceRecorded', { obligationId, title: 'Document', uri: 'https://example.org/a', ...more });
const placedModel = (flop: string, country = 'FR'): readonly Entry[] => [
  provider('2026-01-01T09:00:00Z', country),
  model('2026-01-01T09:00:00Z'),
  compute('2026-01-01T09:00:00Z', flop),
  placed('2026-02-02T09:00:00Z'),
];
const signedRisky: readonly Entry[] = [
  ...placedModel('3e25').slice(0, 3),
  about('2026-01-05T09:00:00Z', 'CommissionNotified', { withArguments: false }),
  ofProvider('2026-01-06T09:00:00Z', 'CodeOfPracticeSigned', { chapters: ['safetySecurity', 'transparency'] }),
  placed('2026-02-02T09:00:00Z'),
];

describe('the authorised representative', () => {
  const appointed = ofProvider('2026-01-15T09:00:00Z', 'AuthorisedRepresentativeAppointed', {
    name: 'Rep SA',
    establishedIn: 'BE',
    mandateAcceptedOn: '2026-01-15',
  });

  it('owes its own tasks, and keeps the file for ten years after placing', () => {
    const assessment = assessCase([...placedModel('5e23', 'US'), appointed], now);
    expect(rowOf(assessment, representative)).toMatchObject({ status: 'active', timeliness: 'met', actor: 'p1' });
    expect(rowOf(assessment, 'art-54-3-representative-tasks')).toMatchObject({
      status: 'active',
      actor: 'authorisedRepresentative',
      due: { kind: 'retention', retainUntil: '2036-02-02' },
    });
  });

  it('has to be replaced at once when the mandate ends', () => {
    const ended = ofProvider('2026-09-01T08:00:00Z', 'AuthorisedRepresentativeTerminated', { reason: 'breach' });
    const assessment = assessCase([...placedModel('5e23', 'US'), appointed, ended], now);
    expect(rowOf(assessment, representative)).toMatchObject({
      status: 'active',
      timeliness: 'overdue',
      due: { kind: 'from', at: '2026-09-01T08:00:00Z' },
    });
    expect(rowOf(assessment, 'art-54-3-representative-tasks').status).toBe('notApplicable');
  });

  it('was replaced late, or in time, when another mandate was accepted', () => {
    const ended = ofProvider('2026-09-01T08:00:00Z', 'AuthorisedRepresentativeTerminated', { reason: 'breach' });
    const another = (mandateAcceptedOn: string): Entry =>
      ofProvider(`${mandateAcceptedOn}T07:00:00Z`, 'AuthorisedRepresentativeAppointed', {
        name: 'Other SA',
        establishedIn: 'IE',
        mandateAcceptedOn,
      });
    const row = (mandateAcceptedOn: string) =>
      rowOf(
        assessCase([...placedModel('5e23', 'US'), appointed, another(mandateAcceptedOn), ended], now),
        representative,
      );
    expect(row('2026-09-06')).toMatchObject({ timeliness: 'metLate', due: { at: '2026-09-01T08:00:00Z' } });
    expect(row('2026-08-20')).toMatchObject({ timeliness: 'met', due: { kind: 'beforePlacing' } });
  });

  it('does not count when it is not in the Union', () => {
    const elsewhere = ofProvider('2026-01-15T09:00:00Z', 'AuthorisedRepresentativeAppointed', {
      name: 'Rep Inc',
      establishedIn: 'US',
      mandateAcceptedOn: '2026-01-15',
    });
    const assessment = assessCase([...placedModel('5e23', 'US'), elsewhere], now);
    expect(rowOf(assessment, representative)).toMatchObject({
      timeliness: 'overdue',
      flags: ['representative-outside-the-union'],
    });
    expect(assessment.flags.map(({ id }) => id)).toContain('representative-outside-the-union');
  });
});

describe('what recurs', () => {
  const update = 'art-53-1-d-summary-update';

  it('is owed six months after the last summary once training goes on', () => {
    const quiet = placedModel('5e23');
    expect(rowOf(assessCase(quiet, now), update).status).toBe('notApplicable');
    const trained = [...quiet, compute('2026-07-15T09:00:00Z', '6e23')];
    expect(rowOf(assessCase(trained, now), update)).toMatchObject({
      status: 'active',
      timeliness: 'overdue',
      due: { kind: 'period', localDate: '2026-08-02' },
    });
    const resumed = [...quiet, compute('2026-10-15T09:00:00Z', '6e23')];
    expect(rowOf(assessCase(resumed, now), update).due).toMatchObject({ localDate: '2027-04-15' });
    const updated = [...trained, evidence('2026-08-20T09:00:00Z', update), compute('2026-10-01T09:00:00Z', '7e23')];
    expect(rowOf(assessCase(updated, now), update)).toMatchObject({
      timeliness: 'onTime',
      due: { localDate: '2027-02-20' },
      fulfilledAt: '2026-08-20T09:00:00Z',
    });
  });

  it('produces the next instance from the last fulfilment', () => {
    const row = (entries: readonly Entry[], id: string) => rowOf(assessCase(entries, now), id);
    expect(row(signedRisky, 'code-s-7-6-six-monthly').due).toMatchObject({ localDate: '2026-08-02' });
    expect(
      row([...signedRisky, evidence('2026-07-20T09:00:00Z', 'code-s-7-6-six-monthly')], 'code-s-7-6-six-monthly'),
    ).toMatchObject({ due: { localDate: '2027-01-20' }, timeliness: 'onTime' });
    expect(row(signedRisky, 'code-s-1-3-framework-assessment').due).toMatchObject({ localDate: '2027-02-02' });
    expect(row(signedRisky, 'code-s-a4-3-access-review').due).toMatchObject({ localDate: '2026-07-06' });
  });

  it('is not owed every six months for a model that is not among the most capable', () => {
    const decided = about('2026-05-01T09:00:00Z', 'ReviewDecided', {
      flag: 'most-capable-model-assumed',
      decision: 'notMostCapable',
      justification: 'its successor is more capable',
    });
    expect(rowOf(assessCase([...signedRisky, decided], now), 'code-s-7-6-six-monthly').status).toBe('notApplicable');
  });

  it('goes on with intermediate reports, counted from the last one, until the resolution', () => {
    const incident = (at: string, type: string, data: object = {}): Entry =>
      about(at, type, { incidentId: 'i1', ...data });
    const open = [
      ...signedRisky,
      incident('2026-09-01T09:00:00Z', 'IncidentObserved', { harms: ['death'], modelInvolvement: 'established' }),
      incident('2026-09-05T09:00:00Z', 'IncidentReportSubmitted', { report: 'initial' }),
      incident('2026-10-01T09:00:00Z', 'IncidentReportSubmitted', { report: 'intermediate' }),
    ];
    expect(rowOf(assessCase(open, now), 'code-s-9-3-intermediate-report:i1')).toMatchObject({
      status: 'active',
      timeliness: 'overdue',
      due: { localDate: '2026-10-29', rule: '4 weeks, Code calendar count' },
    });
    const resolved = [...open, incident('2026-10-20T09:00:00Z', 'IncidentResolved')];
    expect(rowOf(assessCase(resolved, now), 'code-s-9-3-intermediate-report:i1').status).toBe('notApplicable');
    expect(rowOf(assessCase(resolved, now), 'code-s-9-3-final-report:i1').due).toMatchObject({
      localDate: '2026-12-19',
    });
  });
});

describe('the Framework of a signatory', () => {
  it('is confirmed by the earlier of the two limits', () => {
    const notified: readonly Entry[] = [
      provider('2026-10-01T09:00:00Z', 'FR'),
      model('2026-10-01T09:00:00Z'),
      compute('2026-10-01T09:00:00Z', '3e25'),
      ofProvider('2026-10-02T09:00:00Z', 'CodeOfPracticeSigned', { chapters: ['safetySecurity'] }),
      about('2026-10-05T09:12:00Z', 'CommissionNotified', { withArguments: false }),
    ];
    const due = (entries: readonly Entry[]) =>
      rowOf(assessCase(entries, '2026-10-10T09:00:00Z'), 'code-s-1-1-framework-confirmed').due;
    expect(due(notified)).toMatchObject({ localDate: '2026-11-02', rule: '4 weeks, Code calendar count' });
    const planned = about('2026-10-06T09:00:00Z', 'PlacementPlanned', { plannedFor: '2026-11-10' });
    expect(due([...notified, planned])).toMatchObject({ kind: 'period', localDate: '2026-10-27' });
  });

  it('is open to the AI Office five business days after its confirmation, and after each update', () => {
    const confirmed = [...signedRisky, evidence('2026-10-29T09:00:00Z', 'code-s-1-1-framework-confirmed')];
    const access = 'code-s-1-4-framework-access';
    expect(rowOf(assessCase(confirmed, now), access).due).toMatchObject({ localDate: '2026-11-06' });
    const given = [...confirmed, evidence('2026-11-02T09:00:00Z', access)];
    expect(rowOf(assessCase(given, now), access)).toMatchObject({ status: 'discharged', timeliness: 'met' });
    const updated = [...given, evidence('2026-11-16T09:00:00Z', 'code-s-1-3-framework-assessment')];
    expect(rowOf(assessCase(updated, now), access)).toMatchObject({
      status: 'active',
      due: { localDate: '2026-11-23' },
    });
  });
});

describe('a safe reference model', () => {
  it('that loses its status is replaced within six months', () => {
    const lost = about('2026-09-30T09:00:00Z', 'ReviewDecided', {
      flag: 'safe-reference-model',
      decision: 'lost',
      justification: 'a jailbreak was found',
    });
    expect(rowOf(assessCase([...signedRisky, lost], now), 'code-s-a2-2-lost-reference')).toMatchObject({
      status: 'active',
      due: { kind: 'period', localDate: '2027-03-30' },
    });
  });
});

describe('evidence', () => {
  const policy = 'art-53-1-c-copyright-policy';

  it('that lapsed leaves the duty owed from the lapse on', () => {
    const lapsing = [...placedModel('5e23'), evidence('2026-02-01T09:00:00Z', policy, { validUntil: '2026-10-31' })];
    const row = rowOf(assessCase(lapsing, now), policy);
    expect(row).toMatchObject({ timeliness: 'overdue', due: { kind: 'from', at: '2026-10-31T23:00:00Z' } });
    expect(row.because.at(-1)?.says).toContain('lapsed');
    const renewed = [...lapsing, evidence('2026-10-30T09:00:00Z', policy)];
    expect(rowOf(assessCase(renewed, now), policy)).toMatchObject({
      timeliness: 'met',
      due: { kind: 'atPlacing' },
      fulfilledAt: '2026-02-01T09:00:00Z',
    });
  });

  it('of the provider goes on where that of the model ends', () => {
    const both = [
      ...placedModel('5e23'),
      evidence('2026-02-01T09:00:00Z', policy, { validUntil: '2026-10-31' }),
      ofProvider('2026-10-15T09:00:00Z', 'EvidenceRecorded', {
        obligationId: policy,
        title: 'Policy for all models',
        uri: 'https://example.org/b',
      }),
    ];
    expect(rowOf(assessCase(both, now), policy)).toMatchObject({ timeliness: 'met' });
  });

  it('that was withdrawn is named', () => {
    const recorded = [...placedModel('5e23'), evidence('2026-02-01T09:00:00Z', policy)];
    const withdrawn = [
      ...recorded,
      about('2026-05-01T09:00:00Z', 'FactRetracted', { eventId: 'case-event-4', reason: 'a draft' }),
    ];
    const row = rowOf(assessCase(withdrawn, now), policy);
    expect(row.timeliness).toBe('overdue');
    expect(row.because.at(-1)).toMatchObject({ says: 'the evidence was withdrawn', events: ['case-event-5'] });
  });
});

describe('requests of an authority', () => {
  const asked = (legalBasis: string, at = '2026-10-26T10:00:00Z') =>
    about(at, 'InformationRequested', { requestId: 'r1', authority: 'aiOffice', legalBasis, replyBy: '2026-11-15' });

  it.each([
    ['Art. 91(1)', 'art-91-respond-information-request'],
    ['Art. 92(3)', 'art-92-provide-model-access'],
    ['Art. 93(1)', 'art-93-comply-with-measures'],
    ['Art. 53(1)(a)', 'art-53-1-a-provide-on-request'],
  ])('under %s are due by the date that they name', (legalBasis, id) => {
    expect(rowOf(assessCase([...placedModel('5e23'), asked(legalBasis)], now), `${id}:r1`)).toMatchObject({
      status: 'active',
      due: { kind: 'fixedDate', localDate: '2026-11-15' },
    });
  });

  it('make commitments binding only for a model with systemic risk', () => {
    const id = 'art-93-3-binding-commitments';
    expect(rowOf(assessCase(placedModel('3e25'), now), id).status).toBe('notApplicable');
    expect(rowOf(assessCase([...placedModel('3e25'), asked('Art. 93(3)')], now), `${id}:r1`).status).toBe('active');
  });

  it('from before 2 August 2026 bind nobody', () => {
    const early = [...placedModel('5e23'), asked('Art. 91(1)', '2026-07-30T10:00:00Z')];
    expect(rowOf(assessCase(early, now), 'art-91-respond-information-request:r1').status).toBe('notApplicable');
  });
});

describe('lineage', () => {
  it('counts training of the same provider under another name as the same model', () => {
    const continued = [
      provider('2025-03-01T09:00:00Z', 'FR'),
      model('2025-03-01T09:00:00Z'),
      compute('2025-03-01T09:00:00Z', '9e24'),
      placed('2025-04-01T09:00:00Z'),
      model('2026-03-01T09:00:00Z', {}, 'm2'),
      about(
        '2026-03-01T09:00:00Z',
        'FineTuned',
        { modifierId: 'p1', modificationFlop: '2e24', base: { modelId: 'm1' } },
        'm2',
      ),
      placed('2026-04-01T09:00:00Z', 'm2'),
    ];
    expect(assessCase(continued, now, 'm2').classification).toMatchObject({
      cumulativeTrainingFlop: '1.1e25',
      systemicRisk: true,
      legacy: true,
      placedOnMarketAt: '2025-04-01T09:00:00Z',
      providerOfRecord: 'p1',
    });
  });

  it('measures a modification by what updated parameters, while no systemic risk is at issue', () => {
    const modified = (modificationFlop: string): readonly Entry[] => [
      provider('2026-01-01T09:00:00Z', 'FR'),
      model('2026-01-01T09:00:00Z'),
      about('2026-01-01T09:00:00Z', 'ComputeReported', {
        components: [
          { kind: 'preTraining', flop: '3e23' },
          { kind: 'syntheticDataGeneration', flop: '6e23' },
        ],
      }),
      model('2026-03-01T09:00:00Z', {}, 'm2', 'd1'),
      about('2026-03-01T09:00:00Z', 'FineTuned', { modifierId: 'd1', modificationFlop, base: { modelId: 'm1' } }, 'm2'),
    ];
    expect(assessCase(modified('1.1e23'), now, 'm2').classification.providerOfRecord).toBe('d1');
    expect(assessCase(modified('1e23'), now, 'm2').classification.providerOfRecord).toBe('p1');
  });
});

describe('an open release', () => {
  const released = (more: Readonly<Record<string, unknown>>) =>
    assessCase([...placedModel('5e23'), about('2026-01-20T09:00:00Z', 'OpenSourced', { ...openRelease, ...more })], now)
      .classification.openSourceExemption;

  it('may offer what one can do without, and ask for safety', () => {
    expect(released({ monetised: true, monetisation: 'optionalPaidSupport' })).toBe(true);
    expect(released({ restrictions: ['attribution', 'proportionateSafetyTerms'] })).toBe(true);
    expect(released({ restrictions: ['disproportionateSafetyTerms'] })).toBe(false);
    expect(released({ restrictions: ['researchOnly'] })).toBe(false);
  });

  it('that contradicts itself is left to a person', () => {
    const assessment = assessCase(
      [
        ...placedModel('5e23'),
        about('2026-01-20T09:00:00Z', 'OpenSourced', { ...openRelease, monetisation: 'dualLicensing' }),
      ],
      now,
    );
    expect(rowOf(assessment, 'art-53-1-a-technical-documentation')).toMatchObject({
      status: 'pendingReview',
      wouldChange: [{ fact: 'OpenSourced' }],
    });
  });

  it('exempts again when it qualifies again', () => {
    const lostAndRegained = [
      ...placedModel('5e23'),
      about('2026-01-20T09:00:00Z', 'OpenSourced', openRelease),
      about('2026-05-01T09:00:00Z', 'OpenSourceEnded', { reason: 'closed' }),
      about('2026-09-01T09:00:00Z', 'OpenSourced', openRelease),
    ];
    const row = (at: string) => rowOf(assessCase(lostAndRegained, at), 'art-53-1-a-technical-documentation');
    expect(row('2026-06-01T09:00:00Z')).toMatchObject({ status: 'active', due: { at: '2026-05-01T09:00:00Z' } });
    expect(row(now).status).toBe('exempt');
  });
});
