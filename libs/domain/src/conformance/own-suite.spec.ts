import { readFileSync } from 'node:fs';
import { regulation } from '../regulation/regulation.js';
import { differencesOf } from './answer-scenario.js';
import { compareDeadlineVector, readDeadlineVectors } from './deadline-vector.js';
import { differenceInWords } from './difference.js';
import { readScenarios } from './scenario.js';

const read = (file: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../../docs/conformance/${file}`, import.meta.url), 'utf8'));
const scenarios = readScenarios(read('own-scenarios.json'));
const vectors = readDeadlineVectors(read('own-deadline-vectors.json'));

describe('our own scenarios', () => {
  it.each(scenarios.map((scenario) => [`${scenario.id} ${scenario.title}`, scenario] as const))('%s', (_, scenario) => {
    expect(differencesOf(scenario, regulation).map(differenceInWords)).toEqual([]);
  });
});

describe('our own due dates', () => {
  it.each(vectors.map((vector) => [`${vector.id} ${vector.title}`, vector] as const))('%s', (_, vector) => {
    expect(compareDeadlineVector(vector)).toEqual([]);
  });
});
