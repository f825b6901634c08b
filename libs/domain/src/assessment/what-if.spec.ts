import { historyOf, type FactLine } from '../../testing/facts.js';
import type { RecordedFact } from '../history/recorded-fact.js';
import { regulation } from '../regulation/regulation.js';
import { readInstant } from '../time/instant.js';
import { assess } from './assess.js';
import { whatIf, type HypotheticalFact, type WhatIf } from './what-if.js';

const provider: FactLine = {
  about: { kind: 'provider', id: 'p1' },
  id: 'provider',
  at: '2026-01-01T00:00:00Z',
  type: 'ProviderRegistered',
  data: { name: 'Acme', kind: 'legalPerson', establishedIn: 'US' },
};
const registered: FactLine = {
  id: 'registered',
  at: '2026-02-01T00:00:00Z',
  type: 'ModelRegistered',
  data: { name: 'Aurora', providerId: 'p1', outputModalities: ['text'] },
};
const compute = (flop: string, at = '2026-02-02T00:00:00Z'): FactLine => ({
  id: `compute ${flop}`,
  at,
  type: 'ComputeReported',
  data: { cumulativeTrainingFlop: flop },
});
const placed: FactLine = {
  id: 'placed',
  at: '2026-03-01T00:00:00Z',
  type: 'ModelPlacedOnMarket',
  data: { placedBy: 'p1', channel: 'api' },
};
const signed: FactLine = {
  about: { kind: 'provider', id: 'p1' },
  id: 'signed',
  at: '2026-12-01T00:00:00Z',
  type: 'CodeOfPracticeSigned',
  data: { chapters: ['safetySecurity'] },
};
const retraction = (eventId: string): FactLine => ({
  id: `retraction of ${eventId}`,
  at: '2026-06-02T00:00:00Z',
  type: 'FactRetracted',
  data: { eventId, reason: 'mistaken' },
});

const supposed = (...lines: readonly FactLine[]): HypotheticalFact[] =>
  historyOf(...lines).map(({ id, subject, occurredAt, ...fact }) => ({ id, about: subject, occurredAt, fact }));
const now = readInstant('2026-06-01T00:00:00Z');
const ask = (history: readonly RecordedFact[], at: string, ...lines: readonly FactLine[]): WhatIf =>
  whatIf(history, regulation, { modelId: 'm1', at: readInstant(at), knownAt: now, lawAsOf: now }, supposed(...lines));
const answered = (answer: WhatIf) => {
  if (answer.outcome === 'refused') throw new Error(answer.refusal.code);
  return answer;
};

const history = historyOf(provider, registered, compute('5e23'));

describe('what if', () => {
  it('more compute is reported: the assessment with and without it', () => {
    const { before, after, difference } = answered(
      ask(history, '2026-07-01T00:00:00Z', compute('2e25', '2026-06-15T00:00:00Z')),
    );
    const at = readInstant('2026-07-01T00:00:00Z');
    expect(before).toEqual(assess(history, regulation, { modelId: 'm1', at, knownAt: now, lawAsOf: now }));
    expect(after.classification).toMatchObject({
      systemicRisk: true,
      systemicRiskFrom: readInstant('2026-06-15T00:00:00Z'),
    });
    expect(after.position).toBe(before?.position);
    const notification = difference.obligations.appeared.find(({ id }) => id === 'art-52-1-notify-commission');
    expect(notification).toMatchObject({ due: { kind: 'period', localDate: '2026-06-29' } });
    expect(notification?.because.flatMap(({ events }) => events)).toContain('compute 2e25');
  });

  it('the provider signs the Code, some day', () => {
    const withRisk = historyOf(provider, registered, compute('2e25'), placed);
    const { difference } = answered(ask(withRisk, '2026-12-02T00:00:00Z', signed));
    expect(difference.obligations.appeared.map(({ id }) => id)).toContain('code-s-1-1-framework-confirmed');
    expect(difference.classification).toEqual([]);
  });

  it('a model is registered of which nothing is known yet', () => {
    const { before, after } = answered(ask(historyOf(provider), '2026-06-01T00:00:00Z', registered, compute('2e25')));
    expect(before).toBeNull();
    expect(after).toMatchObject({ name: 'Aurora', classification: { gpai: true, systemicRisk: true } });
  });

  it('a recorded fact is taken back, or one that is supposed along with it', () => {
    const { after } = answered(ask(history, '2026-07-01T00:00:00Z', retraction('compute 5e23')));
    expect(after.classification.cumulativeTrainingFlop).toBeNull();
    const both = answered(ask(history, '2026-07-01T00:00:00Z', compute('2e25'), retraction('compute 2e25')));
    expect(both.after.classification).toEqual(both.before?.classification);
  });

  it('is refused as the facts themselves would be, with their place among all of them', () => {
    const refusalOf = (...lines: readonly FactLine[]) => ask(history, '2026-12-31T00:00:00Z', ...lines);
    expect(refusalOf(signed, { ...registered, id: 'other', data: { name: 'Borealis', providerId: 'p1' } })).toEqual({
      outcome: 'refused',
      refusal: { code: 'already-registered', index: 1, registeredBy: 'registered' },
    });
    expect(refusalOf(compute('2e25'), signed, retraction('nothing'))).toMatchObject({
      refusal: { code: 'event-unknown', index: 2 },
    });
    expect(refusalOf({ ...compute('6e23'), id: 'compute 5e23' })).toMatchObject({ refusal: { code: 'id-reused' } });
  });

  it('changes nothing when the facts are recorded already', () => {
    const { before, after } = answered(ask(history, '2026-06-01T00:00:00Z', registered, compute('5e23')));
    expect(after).toEqual(before);
  });

  it('two models turn out to be one: the duties of the one given up are shown there no more', () => {
    const merged: FactLine = {
      id: 'merged',
      at: '2026-06-01T00:00:00Z',
      type: 'ModelMerged',
      data: { intoModelId: 'm2' },
    };
    const two = [...history, ...historyOf({ ...registered, about: { kind: 'model', id: 'm2' }, id: 'of m2' })];
    const { after } = answered(ask(two, '2026-07-01T00:00:00Z', merged));
    expect(new Set(after.obligations.map(({ status }) => status))).toEqual(new Set(['notApplicable']));
    expect(ask(history, '2026-07-01T00:00:00Z', merged)).toMatchObject({ refusal: { code: 'merge-target-unknown' } });
  });

  it('counts nothing that was recorded after what is known', () => {
    const late = historyOf(provider, registered, { ...compute('2e25'), recordedAt: '2026-06-05T00:00:00Z' });
    const { before } = answered(ask(late, '2026-07-01T00:00:00Z', compute('1e22')));
    expect(before?.classification.cumulativeTrainingFlop).toBeNull();
    expect(ask(late, '2026-07-01T00:00:00Z', retraction('compute 2e25'))).toMatchObject({ outcome: 'refused' });
  });
});
