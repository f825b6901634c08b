import { readFact } from '../history/read-fact.js';
import type { RecordedFact, Subject } from '../history/recorded-fact.js';
import { readInstant, type Instant } from '../time/instant.js';
import { inJson, listIn, objectIn, textIn, type Json } from './document.js';

/** One case of a `gpai-scenarios/2` document. Its events and expectations are read when it is run. */
export type Scenario = {
  readonly id: string;
  readonly title: string;
  readonly asOf: string;
  /** The other two clocks; `asOf` where they are not given. */
  readonly knownAt?: string;
  readonly lawAsOf?: string;
  readonly events: readonly unknown[];
  readonly expected: Json;
};

/** A fact of a scenario, in its form but not yet read. */
export type ScenarioEvent = {
  /** What a correction or retraction calls this event. */
  readonly id: string;
  readonly at: string;
  readonly recordedAt: string;
  readonly subject: Subject;
  readonly type: string;
  readonly data: unknown;
};

export const scenarioSchema = 'gpai-scenarios/2';

/** Takes the scenarios out of a parsed `gpai-scenarios/2` document. @throws RangeError when it is another document */
export function readScenarios(document: unknown): readonly Scenario[] {
  const { schema, scenarios } = objectIn(document, 'the document');
  if (schema !== scenarioSchema || !Array.isArray(scenarios)) {
    throw new RangeError(`expected a document with schema "${scenarioSchema}" and scenarios; found ${inJson(schema)}`);
  }
  return scenarios.map((scenario: unknown, index) => {
    const name = `scenarios[${index}]`;
    const { id, title, asOf, knownAt, lawAsOf, events, expected } = objectIn(scenario, name);
    return {
      id: textIn(id, `${name}.id`),
      title: textIn(title, `${name}.title`),
      asOf: textIn(asOf, `${name}.asOf`),
      ...(knownAt === undefined ? {} : { knownAt: textIn(knownAt, `${name}.knownAt`) }),
      ...(lawAsOf === undefined ? {} : { lawAsOf: textIn(lawAsOf, `${name}.lawAsOf`) }),
      events: listIn(events, `${name}.events`),
      expected: objectIn(expected, `${name}.expected`),
    };
  });
}

/** @throws RangeError when one of the clocks is no instant */
export function clocksOf({ asOf, knownAt = asOf, lawAsOf = asOf }: Scenario): {
  readonly at: Instant;
  readonly knownAt: Instant;
  readonly lawAsOf: Instant;
} {
  return { at: readInstant(asOf), knownAt: readInstant(knownAt), lawAsOf: readInstant(lawAsOf) };
}

/** @throws RangeError naming the first event that is not in the form of the format */
export function eventsOf({ id: scenario, events }: Scenario): readonly ScenarioEvent[] {
  return events.map((event, index) => {
    const name = `events[${index}]`;
    const { id = `${scenario}-event-${index}`, at, recordedAt = at, stream, type, data } = objectIn(event, name);
    return {
      id: textIn(id, `${name}.id`),
      at: textIn(at, `${name}.at`),
      recordedAt: textIn(recordedAt, `${name}.recordedAt`),
      subject: subjectOf(textIn(stream, `${name}.stream`), `${name}.stream`),
      type: textIn(type, `${name}.type`),
      data,
    };
  });
}

/**
 * The events of a scenario as recorded facts. Their place in the log follows the time of recording, and for those that
 * were recorded together the order of the document.
 * @throws RangeError naming the first event that is not in the form of its type
 */
export function factsOf(scenario: Scenario): readonly RecordedFact[] {
  const facts = eventsOf(scenario).map((event, index) => {
    const name = `events[${index}] (${event.type})`;
    const reading = readFact(event.subject.kind, event.type, event.data);
    if (!reading.ok) {
      const problems = reading.problems.map(
        ({ path, expected, found }) => `${path}: expected ${expected}; found ${found}`,
      );
      throw new RangeError(`${name}: ${problems.join('; ')}`);
    }
    const { id, subject } = event;
    const occurredAt = readInstant(event.at);
    return { ...reading.fact, id, subject, occurredAt, recordedAt: readInstant(event.recordedAt) };
  });
  return [...facts]
    .sort((a, b) => a.recordedAt - b.recordedAt)
    .map((fact, position) => ({ ...fact, position: BigInt(position) }));
}

function subjectOf(stream: string, name: string): Subject {
  if (stream === 'regulation') return { kind: 'regulation' };
  const [, kind, id] = /^(provider|model)[/-](.+)$/.exec(stream) ?? [];
  if (kind === undefined || id === undefined) {
    throw new RangeError(`expected ${name} such as model/m1, provider/p1 or regulation; found ${inJson(stream)}`);
  }
  return kind === 'provider' ? { kind, id } : { kind: 'model', id };
}
