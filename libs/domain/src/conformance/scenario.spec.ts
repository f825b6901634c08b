import { readFileSync } from 'node:fs';
import { regulation } from '../regulation/regulation.js';
import { differencesOf, readScenarios } from './scenario.js';

const document: unknown = JSON.parse(
  readFileSync(new URL('../../../../test/fixtures/conformance/scenarios.json', import.meta.url), 'utf8'),
);
const scenarios = readScenarios(document);

describe('the scenarios', () => {
  it.each(scenarios.map((scenario) => [`${scenario.id} ${scenario.title}`, scenario] as const))('%s', (_, scenario) => {
    expect(differencesOf(scenario, regulation)).toEqual([]);
  });
});
