import { assess } from '../assessment/assess.js';
import { assessmentToJson, type AssessmentJson, type ObligationJson } from '../assessment/assessment-json.js';
import { readFact } from '../history/read-fact.js';
import type { RecordedFact, Subject } from '../history/recorded-fact.js';
import { fineCeilingEur } from '../regulation/fines.js';
import type { Regulation } from '../regulation/regulation.js';
import { readInstant, type Instant } from '../time/instant.js';

type Json = Readonly<Record<string, unknown>>;
type ScenarioEvent = { readonly at: string; readonly stream: string; readonly type: string; readonly data: Json };

/** What a scenario expects; only what is listed is compared. */
export type Expectation = {
  readonly classification?: Json & { readonly model: string };
  readonly obligations?: readonly (Json & { readonly model: string; readonly id: string })[];
  readonly reviewFlags?: readonly string[];
  readonly fineExposureFrom?: string;
  readonly modifierIsProvider?: boolean;
  readonly fineCeilingEur?: readonly { readonly turnover: number; readonly ceiling: number }[];
};

/** One case of a `gpai-scenarios/2` document. */
export type Scenario = {
  readonly id: string;
  readonly title: string;
  readonly asOf: string;
  readonly events: readonly ScenarioEvent[];
  readonly expected: Expectation;
};

/** Takes the scenarios out of a parsed `gpai-scenarios/2` document. @throws RangeError when it is another document */
export function readScenarios(document: unknown): readonly Scenario[] {
  const { schema, scenarios } = (document ?? {}) as { readonly schema?: unknown; readonly scenarios?: unknown };
  if (schema !== 'gpai-scenarios/2' || !Array.isArray(scenarios)) {
    throw new RangeError(`expected a document with schema "gpai-scenarios/2"; found ${JSON.stringify(schema)}`);
  }
  return scenarios as readonly Scenario[];
}

/** The events of a scenario as recorded facts. @throws RangeError when an event is not in the form of its type */
export function factsOf(scenario: Scenario): readonly RecordedFact[] {
  return scenario.events.map((event, index) => {
    const subject = subjectOf(event.stream);
    const reading = readFact(subject.kind, event.type, event.data);
    if (!reading.ok) {
      const problems = reading.problems.map(
        ({ path, expected, found }) => `${path}: expected ${expected}; found ${found}`,
      );
      throw new RangeError(`${scenario.id}, event ${index} (${event.type}): ${problems.join('; ')}`);
    }
    const occurredAt = readInstant(event.at);
    const id = `${scenario.id}-event-${index}`;
    return { ...reading.fact, id, subject, occurredAt, recordedAt: occurredAt, position: BigInt(index) };
  });
}

function subjectOf(stream: string): Subject {
  const [, kind, id] = /^(provider|model)[/-](.+)$/.exec(stream) ?? [];
  if (kind === undefined || id === undefined) return { kind: 'regulation' };
  return kind === 'provider' ? { kind, id } : { kind: 'model', id };
}

/** What an answer is taken from: a model's assessment as JSON. Swapped for HTTP to test a running tracker. */
export type AssessmentSource = (modelId: string) => AssessmentJson;

/** Assesses the models that a scenario names and lists each difference in a sentence; empty: as expected. */
export function differencesOf(scenario: Scenario, regulation: Regulation): readonly string[] {
  const facts = factsOf(scenario);
  const asOf = readInstant(scenario.asOf);
  const question = { at: asOf, knownAt: asOf, lawAsOf: asOf };
  const assessments = new Map<string, AssessmentJson>();
  const assessmentOf: AssessmentSource = (modelId) => {
    const found = assessments.get(modelId) ?? assessmentToJson(assess(facts, regulation, { modelId, ...question }));
    assessments.set(modelId, found);
    return found;
  };
  return [...compare(scenario, assessmentOf), ...compareFines(scenario, regulation, asOf)];
}

/** Compares answers with expectations, wherever the answers come from. */
export function compare({ expected, events }: Scenario, assessmentOf: AssessmentSource): readonly string[] {
  const differences: string[] = [];
  const { classification, obligations = [], reviewFlags, fineExposureFrom, modifierIsProvider } = expected;
  if (classification !== undefined) {
    const { model, ...fields } = classification;
    differences.push(...compareFields(`${model} classification`, fields, assessmentOf(model).classification));
  }
  for (const { model, id, note: _note, ...fields } of obligations) {
    differences.push(...compareObligation(model, id, fields, assessmentOf(model).obligations));
  }
  const models = new Set([...(classification ? [classification.model] : []), ...obligations.map(({ model }) => model)]);
  const assessments = [...models].map(assessmentOf);
  const flags = new Set(assessments.flatMap(({ flags: raised }) => raised.map(({ id }) => id)));
  for (const flag of reviewFlags ?? []) if (!flags.has(flag)) differences.push(`flag ${flag}: expected, not raised`);
  if (fineExposureFrom !== undefined) {
    const found = assessments.map((assessment) => assessment.fineExposureFrom);
    if (!found.some((day) => day === fineExposureFrom)) {
      differences.push(`fineExposureFrom: expected ${fineExposureFrom}; found ${found.join(', ')}`);
    }
  }
  if (modifierIsProvider !== undefined) {
    for (const event of events.filter(({ type }) => type === 'FineTuned')) {
      const modelId = event.stream.replace(/^model[/-]/, '');
      const { providerOfRecord } = assessmentOf(modelId).classification;
      if ((providerOfRecord === event.data['modifierId']) !== modifierIsProvider) {
        differences.push(
          `modifierIsProvider: expected ${modifierIsProvider}; provider of record is ${providerOfRecord}`,
        );
      }
    }
  }
  return differences;
}

function compareFines({ expected }: Scenario, regulation: Regulation, asOf: Instant): readonly string[] {
  return (expected.fineCeilingEur ?? []).flatMap(({ turnover, ceiling }) => {
    const found = fineCeilingEur(turnover, regulation, asOf);
    return found === ceiling ? [] : [`fine ceiling for ${turnover}: expected ${ceiling}; found ${found}`];
  });
}

/** Several rows may bear one id (incidents, requests); the expectation is met by any of them. */
function compareObligation(
  model: string,
  id: string,
  { fulfilment, ...fields }: Json,
  rows: readonly ObligationJson[],
): readonly string[] {
  const expected = fulfilment === undefined ? fields : { ...fields, timeliness: fulfilment };
  const candidates = rows.filter((row) => row.id === id && (fields['incident'] ?? row.incident) === row.incident);
  if (candidates.length === 0) return [`${model} ${id}: expected, not found`];
  const differences = candidates.map((row) => compareFields(`${model} ${row.key}`, expected, row));
  return differences.find(({ length }) => length === 0) ?? differences[0] ?? [];
}

function compareFields(where: string, expected: Json, found: unknown): readonly string[] {
  return Object.entries(expected).flatMap(([field, value]) => {
    const actual = (found as Json | null)?.[field];
    if (typeof value === 'object' && value !== null) return compareFields(`${where}.${field}`, value as Json, actual);
    if (sameValue(value, actual)) return [];
    return [`${where}.${field}: expected ${JSON.stringify(value)}; found ${JSON.stringify(actual)}`];
  });
}

/** FLOP is a number in the document and an exact string in our answers. */
function sameValue(expected: unknown, found: unknown): boolean {
  if (typeof expected === 'number' && typeof found === 'string') return Number(found) === expected;
  return Object.is(expected, found);
}
