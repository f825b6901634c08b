import { formatInstant, type Instant } from '#libs/domain';
import type { Refusal } from '../reasons.js';
import { isObject } from '../read-json.js';
import type { OpenedDelivery, SourceEvent } from '../source.js';
import type { ContractEvent } from './contract-event.js';
import { type ContractType, type FieldProblem, isContractType, readContractData } from './contract-types.js';
import { foundIn, reference } from './read-field.js';
import { type Circumstances, type Mapping, mappers } from './to-source-event.js';

/** References of both envelopes are one family: the same model by the same name, whichever way it is told. */
const system = 'generic';
/** How far a sender's clock may be ahead: as much as a signature may be. Further ahead is a wrong statement. */
const clockSkewMsMax = 300_000;

type Translated = ReturnType<OpenedDelivery['translate']>;

/** Maps one event of our own contract. Types outside of it are acknowledged and give nothing. */
export function translateContractEvent(event: ContractEvent): Translated {
  const { type } = event;
  if (!isContractType(type)) return { outcome: 'acknowledged', reason: 'event_type_unknown' };
  if (!isObject(event.data)) return dataInvalid([{ field: 'data', expected: 'an object', found: foundIn(event.data) }]);
  const model = reference(event.data['model'] ?? event.subject);
  const reading = readContractData(type, event.data);
  const problems: FieldProblem[] = [
    ...(model.ok
      ? []
      : [
          {
            field: 'data.model',
            expected: `${model.expected}, the name of the model`,
            found: foundIn(event.data['model']),
          },
        ]),
    ...(reading.ok ? [] : reading.problems),
    ...checkStatedAt(event),
  ];
  if (!model.ok || !reading.ok || problems.length > 0) return dataInvalid(problems);
  const circumstances = {
    key: event.key,
    model: model.value,
    statedAt: Math.min(event.statedAt ?? event.receivedAt, event.receivedAt) as Instant,
    receivedAt: event.receivedAt,
  };
  // The table pairs each type with the mapper of its own data; the compiler cannot follow that pairing through `type`.
  const map = mappers[type] as (data: unknown, circumstances: Circumstances) => Mapping;
  const mapping = map(reading.data, circumstances);
  switch (mapping.outcome) {
    case 'refused':
      return dataInvalid(mapping.problems);
    case 'parked':
      return mapping;
    case 'mapped':
      return { outcome: 'translated', events: [sourceEvent(type, circumstances, reading.data, mapping)] };
  }
}

function sourceEvent(
  type: ContractType,
  { key, model }: Circumstances,
  data: Readonly<Record<string, unknown>>,
  { type: happened, occurredAt, toFact, baseRef }: Mapping & { outcome: 'mapped' },
): SourceEvent {
  const { version, name, ...rest } = data as { version?: string; name?: string };
  return {
    key,
    type: happened,
    certainty: 'fact',
    model: {
      system,
      ref: model,
      ...(version === undefined ? {} : { version }),
      ...(name === undefined ? {} : { name }),
    },
    data: inWords(type, rest),
    occurredAt,
    toFact,
    ...(baseRef === undefined ? {} : { baseRef }),
  };
}

/** The data as the sender wrote them, instants in one form. */
function inWords(type: ContractType, data: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const words = Object.entries(data).map(([name, value]) => [
    name,
    typeof value === 'number' && instantFields.has(name) ? formatInstant(value as Instant) : value,
  ]);
  const cumulative = type === 'gpai.compute.reported' && data['cumulative'] === undefined ? { cumulative: true } : {};
  return { ...(Object.fromEntries(words) as Record<string, unknown>), ...cumulative };
}

const instantFields = new Set(['as_of', 'started_at']);

function checkStatedAt({ statedAt, receivedAt }: ContractEvent): FieldProblem[] {
  if (statedAt === undefined || statedAt - receivedAt <= clockSkewMsMax) return [];
  return [{ field: 'timestamp', expected: 'an instant that has passed', found: formatInstant(statedAt) }];
}

function dataInvalid(problems: readonly FieldProblem[]): Translated {
  const [first] = problems;
  const detail =
    first === undefined
      ? 'The data cannot be read.'
      : `${first.field}: expected ${first.expected}; found ${first.found}.`;
  return { outcome: 'refused', refusal: { reason: 'data_invalid', detail, errors: problems } satisfies Refusal };
}
