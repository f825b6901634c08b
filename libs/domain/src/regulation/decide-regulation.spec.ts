import { historyOf, type FactLine } from '../../testing/facts.js';
import type { Decision } from '../deciding/decision.js';
import type { RecordedRegulationFact } from '../history/recorded-fact.js';
import { readInstant, readLocalDate } from '../time/instant.js';
import { amendedParameters } from './amended-parameters.js';
import { decideRegulation } from './decide-regulation.js';
import { valueInForce } from './parameter.js';
import { parameters } from './parameters.js';
import { regulation } from './regulation.js';

const about = { kind: 'regulation' } as const;
const amended = (id: string, data: object = {}): FactLine => ({
  about,
  id,
  at: '2026-10-01T09:00:00Z',
  type: 'ParameterAmended',
  data: {
    parameter: 'systemicRiskThresholdFlop',
    value: '1e26',
    effectiveFrom: '2027-01-01',
    publishedOn: '2026-09-30',
    source: 'Delegated Regulation (EU) 2026/9999',
    ...data,
  },
});
const mended = (type: 'FactRetracted' | 'FactCorrected', data: object): FactLine => ({
  about,
  id: 'mend',
  at: '2026-10-02T09:00:00Z',
  type,
  data: { eventId: 'first', reason: 'typing error', ...data },
});
const historyWith = (...lines: readonly FactLine[]) => historyOf(...lines) as RecordedRegulationFact[];

const decide = (history: readonly RecordedRegulationFact[], ...lines: readonly FactLine[]): Decision =>
  decideRegulation(history, {
    subject: about,
    facts: historyOf(...lines).map(({ id, occurredAt, ...fact }) => ({ id, occurredAt, fact })),
    now: readInstant('2026-11-23T12:00:00Z'),
    regulation,
  });
const recordedBy = (decision: Decision) =>
  decision.outcome === 'accepted' ? decision.facts.map(({ id }) => id) : decision.refusal;

describe('recording facts about the regulation', () => {
  it('records an amendment, also one that takes effect before it was published', () => {
    expect(recordedBy(decide([], amended('first')))).toEqual(['first']);
    expect(recordedBy(decide([], amended('first', { effectiveFrom: '2026-01-01' })))).toEqual(['first']);
  });

  it('records nothing when the same amendment is in force already, under whatever id and way of writing', () => {
    expect(recordedBy(decide(historyWith(amended('first')), amended('again')))).toEqual([]);
    const digits = amended('again', { value: `1${'0'.repeat(26)}` });
    expect(recordedBy(decide(historyWith(amended('first')), digits))).toEqual([]);
    expect(recordedBy(decide([], amended('first'), amended('again')))).toEqual(['first']);
  });

  it('records it again after a retraction, and another value always', () => {
    const retracted = historyWith(amended('first'), mended('FactRetracted', {}));
    expect(recordedBy(decide(retracted, amended('again')))).toEqual(['again']);
    expect(recordedBy(decide(historyWith(amended('first')), amended('other', { value: '2e26' })))).toEqual(['other']);
  });

  it('refuses a parameter that the rulebook does not have, and names those that it has', () => {
    expect(recordedBy(decide([], amended('first', { parameter: 'systemicRiskThreshold' })))).toMatchObject({
      code: 'parameter-unknown',
      index: 0,
      path: 'data',
      nearest: expect.arrayContaining(['systemicRiskThresholdFlop']) as unknown,
      known: Object.keys(parameters),
    });
    expect(recordedBy(decide([], amended('first', { parameter: '__proto__' })))).toMatchObject({
      code: 'parameter-unknown',
    });
  });

  it.each(Object.keys(parameters) as (keyof typeof parameters)[])(
    'says what %s expects instead of nonsense',
    (name) => {
      expect(recordedBy(decide([], amended('first', { parameter: name, value: 'a lot' })))).toMatchObject({
        code: 'parameter-value-unreadable',
        parameter: name,
        value: 'a lot',
        expected: expect.stringMatching(/^(?!.*found).{5,}$/) as unknown,
      });
    },
  );

  it('holds a correction to the same rules', () => {
    const history = historyWith(amended('first'));
    const corrected = (data: object) =>
      mended('FactCorrected', { data: { ...(amended('x').data as object), ...data } });
    expect(recordedBy(decide(history, corrected({ value: '2e26' })))).toEqual(['mend']);
    expect(recordedBy(decide(history, corrected({ value: 'much' })))).toMatchObject({
      code: 'parameter-value-unreadable',
      path: 'data.data',
    });
    expect(recordedBy(decide(history, corrected({ parameter: 'none' })))).toMatchObject({ code: 'parameter-unknown' });
    expect(recordedBy(decide(history, mended('FactRetracted', { eventId: 'nothing' })))).toMatchObject({
      code: 'event-unknown',
    });
  });
});

describe('amended parameters', () => {
  const thresholdOn = (history: readonly RecordedRegulationFact[], day: string) =>
    valueInForce(
      amendedParameters(parameters, history).systemicRiskThresholdFlop.values,
      readLocalDate(day),
      readLocalDate('2026-11-23'),
    )?.value;

  it('have the value from the day on which it takes effect', () => {
    const history = historyWith(amended('first'));
    expect(thresholdOn(history, '2026-12-31')).toBe(10n ** 25n);
    expect(thresholdOn(history, '2027-01-01')).toBe(10n ** 26n);
  });

  it('leave out what was retracted and what cannot be read', () => {
    expect(thresholdOn(historyWith(amended('first'), mended('FactRetracted', {})), '2027-01-01')).toBe(10n ** 25n);
    expect(amendedParameters(parameters, historyWith(amended('first', { value: 'much' })))).toEqual(parameters);
  });
});
