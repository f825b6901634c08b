import { readFileSync } from 'node:fs';
import { regulation } from '../regulation/regulation.js';
import { differencesOf, readScenarios } from './scenario.js';

const scenarios = readScenarios(
  JSON.parse(
    readFileSync(new URL('../../../../test/fixtures/conformance/scenarios.json', import.meta.url), 'utf8'),
  ) as unknown,
);

/**
 * Scenarios whose expectations the facts do not bear out, with what is found instead. S15 lists the classification of
 * "m1", about which it records no fact at all; its expectations of "m2", the model that it is about, are met.
 */
const knownDifferences: Readonly<Record<string, readonly string[]>> = {
  S15: [
    'm1 classification.gpai: expected true; found null',
    'm1 classification.providerOfRecord: expected "p1"; found null',
  ],
};

describe('the scenarios', () => {
  it.each(scenarios.map((scenario) => [`${scenario.id} ${scenario.title}`, scenario] as const))('%s', (_, scenario) => {
    expect(differencesOf(scenario, regulation)).toEqual(knownDifferences[scenario.id] ?? []);
  });

  it('show a difference when an expectation is not met', () => {
    const scenario = scenarios.find(({ id }) => id === 'S01');
    if (scenario === undefined) throw new Error('S01 is missing');
    const wrong = {
      ...scenario,
      expected: { classification: { model: 'm1', legacy: true }, reviewFlags: ['no-such-flag'] },
    };
    expect(differencesOf(wrong, regulation)).toEqual([
      'm1 classification.legacy: expected true; found false',
      'flag no-such-flag: expected, not raised',
    ]);
  });

  it('are refused when the document has another schema', () => {
    expect(() => readScenarios({ schema: 'something/1' })).toThrow('gpai-scenarios/2');
  });
});
