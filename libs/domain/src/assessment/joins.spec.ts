import { about, assessCase, compute, model, placed, provider, rowOf, type Entry } from '../../testing/case-file.js';

const now = '2026-11-23T12:00:00Z';
const documentation = 'art-53-1-a-technical-documentation';
const two: readonly Entry[] = [
  provider('2026-01-01T09:00:00Z', 'FR'),
  model('2026-01-01T09:00:00Z', { name: 'Aurora' }),
  compute('2026-02-01T09:00:00Z', '5e23'),
  model('2026-03-01T09:00:00Z', { name: 'aurora-hub', parameters: 7_000_000_000 }, 'm2'),
  compute('2026-03-01T09:00:00Z', '3e25', 'm2'),
  placed('2026-04-01T09:00:00Z', 'm2'),
];
const joined = about('2026-06-01T09:00:00Z', 'ModelJoined', { fromModelId: 'm2', becauseOf: 'case-event-7' });
const merged = about('2026-06-01T09:00:00Z', 'ModelMerged', { intoModelId: 'm1' }, 'm2');

describe('two records that turn out to be of one model', () => {
  it('count together for the one that is kept, which keeps its own name', () => {
    const assessment = assessCase([...two, joined, merged], now);
    expect(assessment.name).toBe('Aurora');
    expect(assessment.classification).toMatchObject({
      cumulativeTrainingFlop: '3e25',
      systemicRisk: true,
      systemicRiskFrom: '2026-03-01T09:00:00Z',
      placedOnMarketAt: '2026-04-01T09:00:00Z',
    });
    expect(rowOf(assessment, documentation).status).toBe('active');
  });

  it('leave the one given up without duties, and say where they are', () => {
    const assessment = assessCase([...two, joined, merged], now, 'm2');
    expect(new Set(assessment.obligations.map(({ status }) => status))).toEqual(new Set(['notApplicable']));
    expect(rowOf(assessment, documentation).because[0]?.says).toContain('"m1"');
    expect(assessment.flags.map(({ id }) => id)).toContain('merged-into-another-model');
  });

  it('stay two while only one stream says so, and when the merge is retracted', () => {
    const statusOf = (entries: readonly Entry[]) => rowOf(assessCase(entries, now), documentation).status;
    expect(statusOf([...two, joined])).toBe('notApplicable');
    expect(statusOf([...two, merged])).toBe('notApplicable');
    expect(rowOf(assessCase([...two, merged], now, 'm2'), documentation).status).toBe('active');
    const retracted = about('2026-07-01T09:00:00Z', 'FactRetracted', { eventId: 'case-event-7', reason: 'two' }, 'm2');
    expect(statusOf([...two, joined, merged, retracted])).toBe('notApplicable');
  });
});
