import { formatInstantInBrussels } from '../time/brussels-day.js';
import { formatInstant, readInstant, readLocalDate } from '../time/instant.js';
import { backwardPeriod, earlierOf, fixedDate, retention, waitingPeriod } from '../time/limits.js';
import { countPeriod, type LastMoment, type PeriodRegime } from '../time/period.js';
import type { PeriodLength, PeriodUnit } from '../time/period-length.js';

/** One expected due date: what is counted, and the answer in the field names of `deadline-vectors/1`. */
export type DeadlineVector = {
  readonly id: string;
  readonly title: string;
  readonly input: VectorInput;
  readonly expected: Answer;
  /** The answer that the same input would have under another regime. */
  readonly alternativeReading?: { readonly regime: string; readonly expected: Answer };
};

type VectorInput = Readonly<Record<string, unknown>>;
type Answer = Readonly<Record<string, string>>;

export type VectorDifference = {
  readonly field: string;
  readonly expected: string;
  readonly found: string | undefined;
};

/** @throws RangeError when the document is not of the form `deadline-vectors/1` */
export function readDeadlineVectors(document: unknown): readonly DeadlineVector[] {
  const { schema, vectors } = recordIn(document, 'the document');
  if (schema !== 'deadline-vectors/1' || !Array.isArray(vectors)) {
    throw new RangeError(`expected a document with schema "deadline-vectors/1" and vectors; found ${inJson(schema)}`);
  }
  return vectors.map((vector: unknown) => {
    const { id, title, input, expected, alternativeReading } = recordIn(vector, 'a vector');
    return {
      id: textIn(id, 'id'),
      title: textIn(title, 'title'),
      input: recordIn(input, 'input'),
      expected: answerIn(expected),
      ...(alternativeReading === undefined ? {} : { alternativeReading: readAlternative(alternativeReading) }),
    };
  });
}

/** The fields of the expected answer (and of the alternative reading) that come out differently; none when all is right. */
export function compareDeadlineVector({
  input,
  expected,
  alternativeReading,
}: DeadlineVector): readonly VectorDifference[] {
  const differences = compare(expected, answer(input), '');
  if (alternativeReading === undefined) return differences;
  const { regime } = alternativeReading;
  return [...differences, ...compare(alternativeReading.expected, answer({ ...input, regime }), `${regime} `)];
}

function compare(expected: Answer, found: Answer, prefix: string): readonly VectorDifference[] {
  return Object.entries(expected)
    .filter(([field, value]) => found[field] !== value)
    .map(([field, value]) => ({ field: prefix + field, expected: value, found: found[field] }));
}

function answer(input: VectorInput): Answer {
  switch (input.kind) {
    case 'waiting_period': {
      const { localDate, earliest } = waitingPeriod(dateIn(input, 'decisionLocalDate'), lengthIn(input));
      return {
        earliestLocalDate: localDate,
        earliestBrussels: formatInstantInBrussels(earliest),
        earliestUtc: formatInstant(earliest),
      };
    }
    case 'retention': {
      const { retainUntil, deletableFrom } = retention(dateIn(input, 'startLocalDate'), lengthIn(input));
      return { retainUntilLocalDate: retainUntil, deletableFromLocalDate: deletableFrom };
    }
    default: {
      const { localDate, lastMoment, expiredFrom } = limitOf(input);
      return {
        deadlineLocalDate: localDate,
        lastMomentBrussels: formatInstantInBrussels(lastMoment),
        lastMomentUtc: formatInstant(lastMoment),
        expiredFromUtc: formatInstant(expiredFrom),
      };
    }
  }
}

function limitOf(input: VectorInput): LastMoment {
  switch (input.kind) {
    case 'forward_period': {
      const from = readInstant(textIn(input.eventUtc ?? input.eventBrussels, 'eventUtc'));
      return countPeriod({ from, length: lengthIn(input), regime: oneOf(regimes, input.regime, 'regime') });
    }
    case 'backward_period':
      return backwardPeriod(dateIn(input, 'anchorLocalDate'), lengthIn(input));
    case 'fixed_date':
      return fixedDate(dateIn(input, 'date'));
    case 'min_of': {
      const limits: readonly unknown[] = Array.isArray(input.of) ? input.of : [];
      const [first, ...rest] = limits;
      return earlierOf(limitOf(recordIn(first, 'of')), ...rest.map((limit) => limitOf(recordIn(limit, 'of'))));
    }
    default:
      throw new RangeError(`expected a kind of period that is known; found ${inJson(input.kind)}`);
  }
}

const regimes: ReadonlyMap<string, PeriodRegime> = new Map([
  ['REG_1182_71', 'regulation1182'],
  ['CODE_CALENDAR', 'codeCalendar'],
  ['CODE_BUSINESS_DAYS', 'codeBusinessDays'],
  ['CALENDAR_ONLY', 'calendarOnly'],
]);

const units: ReadonlyMap<string, PeriodUnit> = new Map([
  ['hours', 'hours'],
  ['days', 'days'],
  ['weeks', 'weeks'],
  ['months', 'months'],
  ['years', 'years'],
  ['business_days', 'businessDays'],
]);

function lengthIn(input: VectorInput): PeriodLength {
  const { n, unit } = recordIn(input.period, 'period');
  return { n: Number(n), unit: oneOf(units, unit, 'unit') };
}

function readAlternative(value: unknown): NonNullable<DeadlineVector['alternativeReading']> {
  const { regime, expected } = recordIn(value, 'alternativeReading');
  return { regime: textIn(regime, 'regime'), expected: answerIn(expected) };
}

function answerIn(value: unknown): Answer {
  return Object.fromEntries(
    Object.entries(recordIn(value, 'expected')).map(([field, text]) => [field, textIn(text, field)]),
  );
}

function dateIn(input: VectorInput, field: string) {
  return readLocalDate(textIn(input[field], field));
}

function oneOf<Value>(known: ReadonlyMap<string, Value>, value: unknown, field: string): Value {
  const found = known.get(String(value));
  if (found === undefined)
    throw new RangeError(`expected ${field} one of ${[...known.keys()].join(', ')}; found ${inJson(value)}`);
  return found;
}

function textIn(value: unknown, field: string): string {
  if (typeof value !== 'string') throw new RangeError(`expected ${field} as text; found ${inJson(value)}`);
  return value;
}

function recordIn(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new RangeError(`expected ${name} as an object; found ${inJson(value)}`);
  }
  return value as Readonly<Record<string, unknown>>;
}

function inJson(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing';
}
