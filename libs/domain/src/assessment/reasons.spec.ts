import { about, assessCase, compute, model, openRelease, placed, provider, rowOf } from '../../testing/case-file.js';
import type { Entry } from '../../testing/case-file.js';

const now = '2026-11-23T12:00:00Z';
const documentation = 'art-53-1-a-technical-documentation';
const notification = 'art-52-1-notify-commission';
const evaluation = 'art-55-1-a-model-evaluation';
const representative = 'art-54-1-appoint-authorised-representative';
const on = (flop: string, country = 'FR'): readonly Entry[] => [
  provider('2026-01-01T09:00:00Z', country),
  model('2026-01-01T09:00:00Z'),
  compute('2026-01-01T09:00:00Z', flop),
  placed('2026-02-02T09:00:00Z'),
];
const factsOf = (changes: readonly { readonly fact: string }[]) => changes.map(({ fact }) => fact);

describe('what would change an answer', () => {
  it('names the facts that would make a duty bind', () => {
    const assessment = assessCase(on('5e23'), now);
    expect(factsOf(rowOf(assessment, notification).wouldChange)).toEqual(['ComputeReported', 'TrainingPlanned']);
    expect(factsOf(rowOf(assessment, evaluation).wouldChange)).toEqual(['ComputeReported', 'SystemicRiskDesignated']);
    expect(factsOf(rowOf(assessment, representative).wouldChange)).toEqual(['ProviderRegistered']);
    expect(factsOf(rowOf(assessment, 'code-t-1-2-contact').wouldChange)).toEqual(['CodeOfPracticeSigned']);
    expect(rowOf(assessment, documentation).wouldChange).toEqual([]);
  });

  it('names the facts that would end an exemption', () => {
    const open = about('2026-01-20T09:00:00Z', 'OpenSourced', openRelease);
    const row = rowOf(assessCase([...on('5e23', 'US'), open], now), documentation);
    expect(row.status).toBe('exempt');
    expect(factsOf(row.wouldChange)).toEqual([
      'OpenSourceEnded',
      'OpenSourced',
      'ComputeReported',
      'SystemicRiskDesignated',
    ]);
  });

  it('names the facts that settle what is open, with the earliest date that could apply', () => {
    const unknown = [provider('2026-01-01T09:00:00Z', 'FR'), model('2026-01-01T09:00:00Z')];
    const assessment = assessCase(unknown, now);
    expect(rowOf(assessment, notification)).toMatchObject({
      status: 'pendingReview',
      due: { kind: 'period', localDate: '2026-01-15' },
      wouldChange: [{ fact: 'ComputeReported' }],
    });
    expect(rowOf(assessment, evaluation)).toMatchObject({
      status: 'pendingReview',
      due: { kind: 'from', at: '2026-01-01T09:00:00Z' },
      wouldChange: [{ fact: 'ComputeReported' }],
    });
  });

  it('states the estimate of a notification with two significant figures', () => {
    const planned = [
      provider('2026-10-05T09:12:00Z', 'FR'),
      model('2026-10-05T09:12:00Z'),
      about('2026-10-05T09:12:00Z', 'TrainingPlanned', { runId: 'r', expectedCumulativeTrainingFlop: '2.34e25' }),
    ];
    const says = rowOf(assessCase(planned, now), notification).because.map((reason) => reason.says);
    expect(says).toContain('state 2.3e25 FLOP (two significant figures) and the estimation method');
  });
});

describe('the smallest change that would turn the classification over', () => {
  const flipOf = (entries: readonly Entry[], part: string, modelId = 'm1') =>
    assessCase(entries, now, modelId).wouldFlip.find((flip) => flip.part === part);

  it('is the compute that is still missing to a threshold, exactly', () => {
    expect(flipOf(on('9e24'), 'systemicRisk')).toMatchObject({
      to: true,
      flopMissing: '1000000000000000000000001',
    });
    expect(flipOf(on('1e25'), 'systemicRisk')).toMatchObject({ flopMissing: '1' });
    expect(flipOf(on('5e22'), 'gpai')).toMatchObject({ flopMissing: '50000000000000000000001' });
    expect(flipOf(on('2e25'), 'systemicRisk')).toBeUndefined();
  });

  it('is what a plan would have to be cut by', () => {
    const plan = { runId: 'r', expectedCumulativeTrainingFlop: '1.2e25' };
    const planned = [...on('5e23'), about('2026-10-05T09:12:00Z', 'TrainingPlanned', plan)];
    expect(flipOf(planned, 'expectedSystemicRisk')).toMatchObject({ to: false, flopTooMuch: '2e24' });
  });

  it('is the modification that is still missing to one third, strictly', () => {
    const modified = [
      ...on('9e23'),
      model('2026-03-01T09:00:00Z', {}, 'm2', 'd1'),
      about(
        '2026-03-01T09:00:00Z',
        'FineTuned',
        { modifierId: 'd1', modificationFlop: '2.9e23', base: { modelId: 'm1' } },
        'm2',
      ),
    ];
    expect(flipOf(modified, 'modifierIsProvider', 'm2')).toMatchObject({ flopMissing: '10000000000000000000001' });
  });

  it('names every open-source condition that fails', () => {
    const closed = about('2026-01-20T09:00:00Z', 'OpenSourced', {
      ...openRelease,
      rights: ['access', 'use'],
      restrictions: ['nonCommercial'],
      architecturePublic: false,
      monetised: true,
      monetisation: 'dualLicensing',
    });
    expect(flipOf([...on('5e23'), closed], 'openSourceExemption')?.conditions).toEqual([
      'the information on the architecture is not public',
      'the model is monetised: dualLicensing',
      'the licence does not grant everyone: modify, distribute',
      'the licence restricts: nonCommercial',
    ]);
  });
});

describe('the classification', () => {
  it('gives its reasons, each with events', () => {
    const { because } = assessCase(on('2e25'), now);
    expect(because.gpai[0]?.events).toContain('case-event-2');
    expect(because.systemicRisk[0]).toMatchObject({ provision: 'Art. 51(1)(a), 51(2)', events: ['case-event-2'] });
    expect(because.placedOnMarketAt[0]?.events).toEqual(['case-event-3']);
    expect(because.providerOfRecord[0]?.events).toEqual(['case-event-0']);
  });

  it('rests on an event in every part, also where nothing is recorded', () => {
    const { because } = assessCase([provider('2026-01-01T09:00:00Z', 'FR'), model('2026-01-01T09:00:00Z')], now);
    for (const [part, reasons] of Object.entries(because)) {
      expect([part, reasons.length > 0]).toEqual([part, true]);
      for (const { events } of reasons) expect([part, events.length > 0]).toEqual([part, true]);
    }
  });

  it('shows when each part held', () => {
    const { intervals } = assessCase(
      [
        provider('2025-12-01T09:00:00Z', 'US'),
        model('2025-12-01T09:00:00Z'),
        compute('2025-12-01T09:00:00Z', '6e24'),
        about('2026-01-10T09:00:00Z', 'OpenSourced', openRelease),
        placed('2026-01-15T09:00:00Z'),
        about('2026-09-01T09:00:00Z', 'TrainingPlanned', { runId: 'r', expectedCumulativeTrainingFlop: '1.4e25' }),
        compute('2026-10-01T09:00:00Z', '1.4e25'),
        about('2026-10-05T09:00:00Z', 'CommissionNotified', { withArguments: true }),
        about('2026-11-01T09:00:00Z', 'RebuttalDecided', { accepted: true, informedAt: '2026-11-01T09:00:00Z' }),
      ],
      now,
    );
    const bounds = (list: readonly { from: string; until: string | null }[]) => list.map((i) => [i.from, i.until]);
    expect(bounds(intervals.gpai)).toEqual([['2025-12-01T09:00:00Z', null]]);
    expect(bounds(intervals.systemicRisk)).toEqual([['2026-10-01T09:00:00Z', '2026-11-01T09:00:00Z']]);
    expect(bounds(intervals.openSourceExemption)).toEqual([
      ['2026-01-10T09:00:00Z', '2026-10-01T09:00:00Z'],
      ['2026-11-01T09:00:00Z', null],
    ]);
    expect(bounds(intervals.expectedSystemicRisk)).toEqual([['2026-09-01T09:00:00Z', '2026-10-01T09:00:00Z']]);
  });

  it('shows the highest fine where the turnover is known', () => {
    const rich: Entry = [
      '2026-01-01T09:00:00Z',
      'provider/p1',
      'ProviderRegistered',
      { name: 'P1', kind: 'legalPerson', establishedIn: 'FR', annualTurnoverEur: 2_000_000_000 },
    ];
    expect(assessCase([...on('5e23').slice(1), rich], now).fineCeilingEur).toBe(60_000_000);
    expect(assessCase(on('5e23'), now).fineCeilingEur).toBeNull();
  });
});
