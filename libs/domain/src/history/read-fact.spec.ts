import { readFileSync } from 'node:fs';
import { factTypesAbout, readFact, writeFact } from './read-fact.js';
import type { Subject } from './recorded-fact.js';

type Scenarios = { scenarios: { id: string; events: { stream: string; type: string; data: unknown }[] }[] };

const problemsOf = (kind: Subject['kind'], type: string, data: unknown) => {
  const reading = readFact(kind, type, data);
  return reading.ok ? [] : reading.problems;
};

describe('reading a fact', () => {
  const { scenarios } = JSON.parse(readFileSync('docs/conformance/scenarios.json', 'utf8')) as Scenarios;
  it.each(scenarios.map((scenario) => [scenario.id, scenario] as const))(
    'reads every fact of scenario %s',
    (_, scenario) => {
      for (const { stream, type, data } of scenario.events) {
        expect(problemsOf(stream.split('/')[0] as Subject['kind'], type, data)).toEqual([]);
      }
    },
  );

  it('names every wrong field at once, with what was expected and found', () => {
    expect(
      problemsOf('provider', 'ProviderRegistered', { name: '', kind: 'company', establishedIn: 'France' }),
    ).toEqual([
      { path: 'data.name', expected: 'text of 1 to 500 characters', found: '""' },
      { path: 'data.kind', expected: 'one of legalPerson, naturalPerson, publicBody', found: '"company"' },
      {
        path: 'data.establishedIn',
        expected: 'an ISO 3166-1 alpha-2 country code such as "FR"',
        found: '"France"',
      },
    ]);
  });

  it('says that a missing field is missing', () => {
    expect(problemsOf('model', 'ModelPlacedOnMarket', { placedBy: 'p1' })).toEqual([
      { path: 'data.channel', expected: 'text of 1 to 500 characters', found: 'nothing' },
    ]);
  });

  it.each([[-1], ['-1'], ['1.5'], [Number.NaN], ['1e999'], [null], ['6,3e24']])('refuses %p as FLOP', (flop) => {
    expect(problemsOf('model', 'ComputeReported', { cumulativeTrainingFlop: flop })).toMatchObject([
      { path: 'data.cumulativeTrainingFlop' },
    ]);
  });

  it('refuses two ways to state compute in one statement', () => {
    expect(problemsOf('model', 'ComputeReported', { cumulativeTrainingFlop: '1', runId: 'r', flop: '1' })).toHaveLength(
      1,
    );
    expect(problemsOf('model', 'ComputeReported', {})).toHaveLength(1);
  });

  it('refuses fields that the fact does not have, also those that name a prototype', () => {
    const data: unknown = JSON.parse('{"reason": "gone", "__proto__": {"polluted": true}, "colour": "red"}');
    expect(problemsOf('model', 'ModelWithdrawn', data).map(({ path }) => path)).toEqual([
      'data.__proto__',
      'data.colour',
    ]);
  });

  it.each(['gone\0', '\ud800', '   '])('refuses text that cannot be stored: %j', (reason) => {
    expect(problemsOf('model', 'ModelWithdrawn', { reason })).toMatchObject([{ path: 'data.reason' }]);
    expect(
      problemsOf('model', 'FactCorrected', { eventId: 'e', reason: 'r', data: { deep: [`x${reason}`] } }),
    ).toHaveLength(reason.trim() === '' ? 0 : 1);
  });

  it('takes a backslash for a backslash', () => {
    const data = { path: 'C:\\u0000', smile: '\u{1f600}' };
    expect(problemsOf('model', 'FactCorrected', { eventId: 'e', reason: 'r', data })).toEqual([]);
  });

  it('refuses a kind of fact that is not about this kind of subject', () => {
    expect(problemsOf('provider', 'ModelWithdrawn', {})).toMatchObject([{ path: 'type', found: '"ModelWithdrawn"' }]);
    expect(problemsOf('model', 'toString', {})).toMatchObject([{ path: 'type' }]);
  });

  it('knows every kind of fact as one about somebody', () => {
    const all = [...factTypesAbout('provider'), ...factTypesAbout('model'), ...factTypesAbout('regulation')];
    expect(new Set(all).size).toBe(49);
  });
});

describe('writing a fact', () => {
  it('keeps figures exact and is read back to the same fact', () => {
    const reading = readFact('model', 'RebuttalDecided', { accepted: true, informedAt: '2026-10-05T11:12:00+02:00' });
    if (!reading.ok) throw new Error('expected a fact');
    expect(writeFact(reading.fact)).toEqual({ accepted: true, informedAt: '2026-10-05T09:12:00Z' });
    const compute = readFact('model', 'ComputeReported', { cumulativeTrainingFlop: 1.1e25, basis: 'measured' });
    if (!compute.ok) throw new Error('expected a fact');
    expect(compute.fact.data).toEqual({ cumulativeTrainingFlop: 11n * 10n ** 24n, basis: 'measured' });
    expect(writeFact(compute.fact)).toEqual({ cumulativeTrainingFlop: '1.1e25', basis: 'measured' });
  });
});
