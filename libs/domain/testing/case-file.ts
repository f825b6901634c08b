import {
  assess,
  assessmentToJson,
  readInstant,
  regulation,
  type AssessmentJson,
  type RecordedFact,
} from '../src/index.js';
import { factsOf } from '../src/conformance/scenario.js';

/** `[when, stream, type, data]`, as a lawyer would note it. */
export type Entry = readonly [at: string, stream: string, type: string, data: Readonly<Record<string, unknown>>];

export function historyOf(entries: readonly Entry[]): readonly RecordedFact[] {
  const events = entries.map(([at, stream, type, data]) => ({ at, stream, type, data }));
  return factsOf({ id: 'case', title: '', asOf: '', events, expected: {} });
}

/** The assessment of `m1`, or of another model, with all three clocks at one instant. */
export function assessCase(entries: readonly Entry[], at: string, modelId = 'm1'): AssessmentJson {
  const instant = readInstant(at);
  const question = { modelId, at: instant, knownAt: instant, lawAsOf: instant };
  return assessmentToJson(assess(historyOf(entries), regulation, question));
}

/** The one row with this id (or key). */
export function rowOf(assessment: AssessmentJson, key: string) {
  const rows = assessment.obligations.filter((row) => row.key === key);
  if (rows.length !== 1 || rows[0] === undefined) throw new Error(`expected one row ${key}; found ${rows.length}`);
  return rows[0];
}

export const provider = (at: string, establishedIn: string, id = 'p1'): Entry => [
  at,
  `provider/${id}`,
  'ProviderRegistered',
  { name: id.toUpperCase(), kind: 'legalPerson', establishedIn },
];
export const model = (
  at: string,
  data: Readonly<Record<string, unknown>> = {},
  id = 'm1',
  providerId = 'p1',
): Entry => [
  at,
  `model/${id}`,
  'ModelRegistered',
  { name: id, providerId, outputModalities: ['text'], displaysSignificantGenerality: true, ...data },
];
export const compute = (at: string, flop: string, id = 'm1'): Entry => [
  at,
  `model/${id}`,
  'ComputeReported',
  { cumulativeTrainingFlop: flop },
];
export const placed = (at: string, id = 'm1', placedBy = 'p1'): Entry => [
  at,
  `model/${id}`,
  'ModelPlacedOnMarket',
  { placedBy, channel: 'api' },
];
export const about = (at: string, type: string, data: Readonly<Record<string, unknown>>, id = 'm1'): Entry => [
  at,
  `model/${id}`,
  type,
  data,
];
export const openRelease = {
  rights: ['access', 'use', 'modify', 'distribute'],
  restrictions: ['attribution'],
  weightsPublic: true,
  architecturePublic: true,
  usageInformationPublic: true,
  monetised: false,
} as const;
