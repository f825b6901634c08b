import { readFileSync } from 'node:fs';
import { regulation } from '../regulation/regulation.js';
import { differencesOf } from './answer-scenario.js';
import { differenceInWords } from './difference.js';
import { eventsOf, factsOf, readScenarios, type Scenario } from './scenario.js';

const read = (file: string): readonly Scenario[] =>
  readScenarios(JSON.parse(readFileSync(new URL(`../../../../docs/conformance/${file}`, import.meta.url), 'utf8')));
const scenarios = read('scenarios.json');
const runs = (scenario: Scenario): readonly string[] => differencesOf(scenario, regulation).map(differenceInWords);
const titled = (each: readonly Scenario[]) =>
  each.map((scenario) => [`${scenario.id} ${scenario.title}`, scenario] as const);

describe('the scenarios', () => {
  it('are all there', () => expect(scenarios).toHaveLength(32));

  it.each(titled(scenarios))('%s', (_, scenario) => {
    expect(runs(scenario)).toEqual([]);
  });
});

const first = scenarios[0] as Scenario;
const expecting = (expected: Scenario['expected'], scenario = first): Scenario => ({ ...scenario, expected });

describe('an expectation', () => {
  it('shows each field that comes out differently', () => {
    const due = { kind: 'atPlacing', at: '2025-08-02T08:00:01Z' };
    const wrong = expecting({
      classification: { model: 'm1', legacy: true, gpai: true },
      obligations: [{ model: 'm1', id: 'art-53-1-c-copyright-policy', status: 'active', due }],
      reviewFlags: ['no-such-flag'],
      fineExposureFrom: '2027-01-01',
      fineCeilingEur: [{ turnover: 1, ceiling: 2 }],
    });
    expect(runs(wrong)).toEqual([
      'm1 classification.legacy: expected true; found false',
      'm1 art-53-1-c-copyright-policy.due.at: expected "2025-08-02T08:00:01Z"; found "2025-08-02T08:00:00Z"',
      'reviewFlags: expected "no-such-flag"; found []',
      'fineExposureFrom: expected "2027-01-01"; found "2026-08-02"',
      'fineCeilingEur of 1: expected 2; found 15000000',
    ]);
  });

  it('is met by what it lists, written in another way', () => {
    expect(runs(expecting({ classification: { model: 'm1', cumulativeTrainingFlop: 500e21 } }))).toEqual([]);
    expect(runs(expecting({ classification: { model: 'm1', cumulativeTrainingFlop: '50e22' } }))).toEqual([]);
    const inBrussels = { model: 'm1', placedOnMarketAt: '2025-08-02T10:00:00+02:00' };
    expect(runs(expecting({ classification: inBrussels }))).toEqual([]);
  });

  it('compares FLOP to the last digit', () => {
    const classification = { model: 'm1', cumulativeTrainingFlop: '500000000000000000000001' };
    expect(runs(expecting({ classification }))).toEqual([
      'm1 classification.cumulativeTrainingFlop: expected "500000000000000000000001"; found "5e23"',
    ]);
  });

  it.each<[string, Scenario['expected'], RegExp]>([
    ['at the top', { clasification: { model: 'm1' } }, /^expected.clasification: expected "a member of the format/],
    ['of the classification', { classification: { model: 'm1', gpia: true } }, /gpia: expected true; found nothing/],
    [
      'of an obligation',
      { obligations: [{ model: 'm1', id: 'art-53-3-cooperation', state: 'active' }] },
      /state: expected "active"; found nothing/,
    ],
    [
      'of a due date',
      { obligations: [{ model: 'm1', id: 'art-53-3-cooperation', due: { kind: 'onRequest', when: 1 } }] },
      /due.when: expected 1; found nothing/,
    ],
    ['of a fine', { fineCeilingEur: [{ turnover: 1, ceiling: 15e6, currency: 'EUR' }] }, /^fineCeilingEur.currency/],
  ])('with a misspelt member %s is not met', (_, expected, message) => {
    expect(runs(expecting(expected))).toEqual([expect.stringMatching(message)]);
  });

  it('may carry notes', () => {
    const note = 'as the text says';
    const obligations = [{ model: 'm1', id: 'art-53-3-cooperation', status: 'active', note }];
    expect(runs(expecting({ note, classification: { model: 'm1', gpai: true, note }, obligations }))).toEqual([]);
  });

  it.each<[string, Scenario['expected'], string]>([
    ['lists nothing', { note: 'nothing' }, 'expected nothing'],
    ['has no list of obligations', { obligations: {} }, 'expected obligations as a list'],
    ['names no model', { classification: { gpai: true } }, 'expected classification.model as text'],
    ['answers yes or no with a word', { modifierIsProvider: 'yes' }, 'expected modifierIsProvider as true or false'],
  ])('that %s cannot be read', (_, expected, message) => {
    expect(() => runs(expecting(expected))).toThrow(message);
  });

  it('of an obligation that does not exist shows it', () => {
    expect(runs(expecting({ obligations: [{ model: 'm1', id: 'art-99', status: 'active' }] }))).toEqual([
      'm1 art-99: expected "a row"; found nothing',
    ]);
  });

  it('of an actor takes what somebody else owes for not applicable', () => {
    const of = (actor: string, status: string) =>
      runs(expecting({ obligations: [{ model: 'm1', id: 'art-53-1-c-copyright-policy', actor, status }] }));
    expect(of('p1', 'active')).toEqual([]);
    expect(of('d1', 'notApplicable')).toEqual([]);
    expect(of('d1', 'active')).toHaveLength(1);
  });

  it('of flags alone asks every model', () => {
    const lost = scenarios.find(({ id }) => id === 'S08') as Scenario;
    expect(runs(expecting({ reviewFlags: ['exemption-lost-no-express-rule'] }, lost))).toEqual([]);
  });

  it('of a modifier needs a modification', () => {
    expect(runs(expecting({ modifierIsProvider: true }))).toEqual([
      'modifierIsProvider: expected "a modification among the events"; found nothing',
    ]);
    const third = scenarios.find(({ id }) => id === 'S13') as Scenario;
    expect(runs(expecting({ modifierIsProvider: true }, third))).toHaveLength(1);
  });
});

describe('an obligation with several rows', () => {
  const request = (requestId: string, at: string, replyBy: string) => ({
    at,
    stream: 'model/m1',
    type: 'InformationRequested',
    data: { requestId, authority: 'aiOffice', replyBy },
  });
  const answered = {
    at: '2026-09-20T09:00:00Z',
    stream: 'model/m1',
    type: 'InformationProvided',
    data: { requestId: 'r1' },
  };
  const events = [
    ...first.events,
    request('r1', '2026-09-01T09:00:00Z', '2026-09-30'),
    answered,
    request('r2', '2026-10-01T09:00:00Z', '2026-10-30'),
  ];
  const row = (fields: object) => ({ model: 'm1', id: 'art-91-respond-information-request', ...fields });
  const obligations = (...rows: object[]) => runs({ ...first, events, expected: { obligations: rows } });

  it('is met by the open one, and not by one that is closed', () => {
    expect(obligations(row({ status: 'active', due: { kind: 'fixedDate', localDate: '2026-10-30' } }))).toEqual([]);
    expect(obligations(row({ status: 'discharged' }))).toEqual([
      'm1 art-91-respond-information-request:r2.status: expected "discharged"; found "active"',
    ]);
  });

  it('needs a row for each expectation', () => {
    const third = [...events, request('r3', '2026-10-02T09:00:00Z', '2026-10-30')];
    const due = { kind: 'fixedDate', localDate: '2026-10-30' };
    const expected = (count: number) => ({ obligations: Array.from({ length: count }, () => row({ due })) });
    expect(runs({ ...first, events: third, expected: expected(2) })).toEqual([]);
    expect(runs({ ...first, events: third, expected: expected(3) })).toEqual([
      'm1 art-91-respond-information-request: expected "a further row like it"; found nothing',
    ]);
  });
});

describe('the events of a scenario', () => {
  const withEvent = (event: unknown): Scenario => ({ ...first, events: [...first.events, event] });
  const withdrawn = { at: '2026-09-01T09:00:00Z', stream: 'model/m1', type: 'ModelWithdrawn', data: {} };

  it('are known from when they were recorded', () => {
    const late = withEvent({ ...withdrawn, recordedAt: '2026-11-01T09:00:00Z' });
    const classification = (withdrawnAt: string | null) => ({ classification: { model: 'm1', withdrawnAt } });
    expect(runs({ ...late, expected: classification('2026-09-01T09:00:00Z') })).toEqual([]);
    const before = { ...late, knownAt: '2026-10-01T00:00:00Z' };
    expect(runs({ ...before, expected: classification(null) })).toEqual([]);
  });

  it('of one instant keep their order', () => {
    const at = '2026-09-01T09:00:00Z';
    const flop = (value: string) => ({
      ...withdrawn,
      at,
      type: 'ComputeReported',
      data: { cumulativeTrainingFlop: value },
    });
    const both = { ...first, events: [...first.events, flop('7e23'), flop('6e23')] };
    const facts = factsOf(both).filter(({ occurredAt }) => occurredAt === Date.parse(at));
    expect(facts.map(({ data }) => data)).toEqual([
      { cumulativeTrainingFlop: 7n * 10n ** 23n },
      { cumulativeTrainingFlop: 6n * 10n ** 23n },
    ]);
  });

  it('can be retracted by their id', () => {
    const retraction = {
      ...withdrawn,
      at: '2026-09-02T09:00:00Z',
      type: 'FactRetracted',
      data: { eventId: 'w', reason: 'wrong model' },
    };
    const events = [...first.events, { ...withdrawn, id: 'w' }, retraction];
    expect(runs({ ...first, events, expected: { classification: { model: 'm1', withdrawnAt: null } } })).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['about nobody', { ...withdrawn, stream: 'modle/m1' }, 'events[4].stream'],
    ['of an unknown type', { ...withdrawn, type: 'ModelPraised' }, 'events[4] (ModelPraised)'],
    ['with an unknown field', { ...withdrawn, data: { why: 1 } }, 'data.why'],
    ['without a time', { ...withdrawn, at: undefined }, 'events[4].at'],
    ['at no time', { ...withdrawn, at: 'yesterday' }, 'expected an instant'],
    ['that is no object', 'withdrawn', 'expected events[4] as an object'],
  ])('%s are refused with the place', (_, event, message) => {
    expect(() => runs(withEvent(event))).toThrow(message);
  });

  it('say whom they are about', () => {
    const subjects = eventsOf(withEvent({ ...withdrawn, stream: 'regulation' })).map(({ subject }) => subject);
    expect(subjects[0]).toEqual({ kind: 'provider', id: 'p1' });
    expect(subjects[1]).toEqual({ kind: 'model', id: 'm1' });
    expect(subjects.at(-1)).toEqual({ kind: 'regulation' });
  });
});

describe('a document of scenarios', () => {
  const document = (...each: unknown[]) => ({ schema: 'gpai-scenarios/2', scenarios: each });

  it.each<[string, unknown, string]>([
    ['has another schema', { schema: 'something/1', scenarios: [] }, 'gpai-scenarios/2'],
    ['is a list', [], 'expected the document as an object'],
    ['has a scenario without id', document({ title: 't' }), 'scenarios[0].id'],
    [
      'has a scenario without events',
      document({ id: 'a', title: 't', asOf: 'x', expected: {} }),
      'scenarios[0].events',
    ],
  ])('is refused when it %s', (_, value, message) => {
    expect(() => readScenarios(value)).toThrow(message);
  });
});

/**
 * S15 as it was first written expects the classification of "m1", about which it records no fact. The published copy
 * expects that of "m2", the model that it is about.
 */
describe('the first form of S15', () => {
  it('is met in what it says of the model that it is about, and of m1 nothing is known', () => {
    const corrected = scenarios.find(({ id }) => id === 'S15') as Scenario;
    const classification = {
      model: 'm1',
      gpai: true,
      systemicRisk: false,
      legacy: false,
      providerOfRecord: 'p1',
      placedOnMarketAt: null,
    };
    expect(runs({ ...corrected, expected: { ...corrected.expected, classification } })).toEqual([
      'm1 classification.gpai: expected true; found null',
      'm1 classification.providerOfRecord: expected "p1"; found null',
    ]);
  });
});
