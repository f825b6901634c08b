import { historyOf, type FactLine } from '../../testing/facts.js';
import { regulation } from '../regulation/regulation.js';
import { readInstant } from '../time/instant.js';
import { assess } from './assess.js';
import { assessmentToJson, type AssessmentJson } from './assessment-json.js';
import { differenceOf } from './difference.js';

const registered: FactLine = {
  id: 'registered',
  at: '2026-02-01T00:00:00Z',
  type: 'ModelRegistered',
  data: { name: 'Aurora', providerId: 'p1', outputModalities: ['text'] },
};
const compute = (flop: string): FactLine => ({
  id: 'compute',
  at: '2026-02-02T00:00:00Z',
  type: 'ComputeReported',
  data: { cumulativeTrainingFlop: flop },
});
const placed: FactLine = {
  id: 'placed',
  at: '2026-03-01T00:00:00Z',
  type: 'ModelPlacedOnMarket',
  data: { placedBy: 'p1', channel: 'api' },
};
const policy: FactLine = {
  id: 'policy',
  at: '2026-02-20T00:00:00Z',
  type: 'EvidenceRecorded',
  data: { obligationId: 'art-53-1-c-copyright-policy', title: 'Policy', uri: 'https://example.com/policy' },
};
const assessed = (...lines: readonly FactLine[]): AssessmentJson => {
  const at = readInstant('2026-06-01T00:00:00Z');
  return assessmentToJson(assess(historyOf(...lines), regulation, { modelId: 'm1', at, knownAt: at, lawAsOf: at }));
};
const keys = (obligations: readonly { key: string }[]) => obligations.map(({ key }) => key);

const small = assessed(registered, compute('5e23'), placed);

describe('the difference between two assessments', () => {
  it('of the same answer is empty', () => {
    expect(differenceOf(small, small)).toEqual({
      classification: [],
      obligations: { appeared: [], disappeared: [], changed: [] },
      flags: { raised: [], cleared: [], changed: [] },
      fineExposureFrom: null,
    });
  });

  it('names what was classified otherwise, and what is owed because of it', () => {
    const { classification, obligations } = differenceOf(small, assessed(registered, compute('2e25'), placed));
    expect(classification).toEqual(
      expect.arrayContaining([
        { field: 'systemicRisk', before: false, after: true },
        { field: 'cumulativeTrainingFlop', before: '5e23', after: '2e25' },
      ]),
    );
    expect(classification.map(({ field }) => field)).not.toContain('gpai');
    expect(keys(obligations.appeared)).toEqual(
      expect.arrayContaining(['art-52-1-notify-commission', 'art-55-1-a-model-evaluation']),
    );
    expect(obligations.disappeared).toEqual([]);
  });

  it('turned round has what appeared as what disappeared', () => {
    const large = assessed(registered, compute('2e25'), placed);
    const there = differenceOf(small, large);
    const back = differenceOf(large, small);
    expect(back.obligations.disappeared).toEqual(there.obligations.appeared);
    expect(back.classification).toEqual(
      there.classification.map(({ field, before, after }) => ({ field, before: after, after: before })),
    );
  });

  it('names each field of an obligation that changed', () => {
    const { obligations } = differenceOf(small, assessed(registered, compute('5e23'), policy, placed));
    const change = obligations.changed.find(({ key }) => key === 'art-53-1-c-copyright-policy');
    expect(change?.changes).toEqual(
      expect.arrayContaining([
        { field: 'timeliness', before: 'overdue', after: 'met' },
        { field: 'fulfilledAt', before: null, after: '2026-02-20T00:00:00Z' },
      ]),
    );
    expect(change?.changes.map(({ field }) => field)).not.toContain('title');
  });

  it('names flags that are raised, cleared and decided, and the fine exposure', () => {
    const open = assessed(registered, placed);
    expect(differenceOf(open, small).flags.cleared.map(({ id }) => id)).toContain('gpai-classification');
    const { flags, fineExposureFrom } = differenceOf(small, assessed(registered, compute('9.9e24'), placed));
    expect(flags.raised.map(({ id }) => id)).toEqual(['estimate-within-margin-of-threshold']);
    expect(fineExposureFrom).toBeNull();
    const unplaced = assessed(registered, compute('5e23'));
    expect(differenceOf(unplaced, small).fineExposureFrom).toEqual({ before: null, after: '2026-08-02' });
    const [flag] = open.flags;
    if (flag === undefined) throw new Error('a flag is missing');
    const decided = { ...open, flags: [{ ...flag, decision: 'gpai' }] };
    expect(differenceOf(open, decided).flags.changed).toEqual([
      { id: flag.id, changes: [{ field: 'decision', before: null, after: 'gpai' }] },
    ]);
  });

  it('from nothing is everything that applies', () => {
    const { classification, obligations } = differenceOf(null, small);
    expect(classification).toContainEqual({ field: 'gpai', before: null, after: true });
    expect(keys(obligations.appeared)).toEqual(
      keys(small.obligations.filter(({ status }) => status !== 'notApplicable')),
    );
  });
});
