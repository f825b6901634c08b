import {
  CLOCK_SKEW_MAX_MS,
  derivedFactTypes,
  type Fact,
  instantFromMilliseconds,
  type Instant,
  readFact,
  readInstant,
  type Subject,
} from '#libs/domain';
import { IsDefined, IsNotEmpty, IsOptional, IsString, MaxLength, validateSync } from 'class-validator';
import { type FieldError, fieldErrorsOf, foundInWords, invalidFields } from '../platform/problem.js';

export const factsMax = 500;
export const callerIdLengthMax = 256;

/** A fact as a caller states it; `id` is the caller's own, for sending it again safely. */
export type StatedFact = { readonly id: string | undefined; readonly fact: Fact; readonly occurredAt: Instant };

class FactEnvelope {
  @IsOptional()
  @IsString({ message: `a text of 1 to ${callerIdLengthMax} characters` })
  @IsNotEmpty({ message: `a text of 1 to ${callerIdLengthMax} characters` })
  @MaxLength(callerIdLengthMax, { message: `a text of 1 to ${callerIdLengthMax} characters` })
  id?: string;

  @IsString({ message: 'the name of a fact, such as ModelPlacedOnMarket' })
  type!: string;

  @IsString({ message: 'a moment with its offset, such as 2026-10-19T14:00:00Z' })
  occurredAt!: string;

  @IsDefined({ message: 'an object with the content of the fact' })
  data: unknown;
}

/** What the facts of a request may be about, and up to when they may have happened. */
export type FactRules = {
  readonly kind: Subject['kind'];
  readonly latest: Instant;
  /** What a fact that is later is told. */
  readonly latestInWords: string;
};

/** Reads one fact or a list of them. @throws Problem 422 with an entry for every wrong field of every fact */
export function readFactsBody(body: unknown, kind: Subject['kind'], now: Instant): StatedFact[] {
  const rules: FactRules = {
    kind,
    latest: instantFromMilliseconds(now + CLOCK_SKEW_MAX_MS),
    latestInWords: 'a moment that is not in the future: record a fact when it has happened',
  };
  if (!Array.isArray(body)) return collectOrThrow([readStatedFact(body, '', rules)]);
  if (body.length === 0 || body.length > factsMax)
    throw invalidFields([{ field: 'facts', expected: `1 to ${factsMax} facts`, found: foundInWords(body) }]);
  const readings = body.map((item: unknown, index) => readStatedFact(item, `facts[${index}].`, rules));
  return collectOrThrow([...readings, repeatedIds(body)]);
}

/** What was read, or all that is wrong with it. */
export type Reading<Value> = Value | readonly FieldError[];

/** @throws Problem 422 with the errors of all readings */
export function collectOrThrow<Value extends object>(readings: readonly Reading<Value>[]): Value[] {
  const errors = readings.flatMap((reading) => (isErrors(reading) ? reading : []));
  if (errors.length > 0) throw invalidFields(errors);
  return readings.filter((reading): reading is Value => !isErrors(reading));
}

export function isErrors(reading: object): reading is readonly FieldError[] {
  return Array.isArray(reading);
}

/** @param prefix leads to the fact in the request, such as `facts[3].` */
export function readStatedFact(item: unknown, prefix: string, rules: FactRules): Reading<StatedFact> {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    const field = prefix === '' ? 'body' : prefix.slice(0, -1);
    return [{ field, expected: 'an object with type, occurredAt, data and, best, an id', found: foundInWords(item) }];
  }
  const envelope = Object.assign(new FactEnvelope(), item);
  const shape = validateSync(envelope, { whitelist: true, forbidNonWhitelisted: true });
  const errors: FieldError[] = fieldErrorsOf(shape).map((error) => ({ ...error, field: prefix + error.field }));
  const wrong = new Set(shape.map(({ property }) => property));

  const occurredAt = wrong.has('occurredAt') ? undefined : readOccurredAt(envelope.occurredAt, prefix, rules, errors);
  const fact = wrong.has('type') || wrong.has('data') ? undefined : readContent(envelope, prefix, rules.kind, errors);
  if (errors.length > 0 || fact === undefined || occurredAt === undefined) return errors;
  return { id: envelope.id ?? undefined, fact, occurredAt };
}

function readOccurredAt(
  text: string,
  prefix: string,
  { latest, latestInWords }: FactRules,
  errors: FieldError[],
): Instant | undefined {
  const field = `${prefix}occurredAt`;
  const found = foundInWords(text);
  try {
    const occurredAt = readInstant(text);
    if (occurredAt <= latest) return occurredAt;
    errors.push({ field, expected: latestInWords, found });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    errors.push({ field, expected: 'a moment with its offset, such as 2026-10-19T14:00:00Z', found });
  }
  return undefined;
}

function readContent(
  { type, data }: FactEnvelope,
  prefix: string,
  kind: Subject['kind'],
  errors: FieldError[],
): Fact | undefined {
  const reading = readFact(kind, type, data);
  if (!reading.ok) {
    errors.push(...reading.problems.map(({ path, expected, found }) => ({ field: prefix + path, expected, found })));
    return undefined;
  }
  if (derivedFactTypes.has(reading.fact.type)) {
    errors.push({
      field: `${prefix}type`,
      expected: 'a fact that is stated: this one the tracker derives itself',
      found: type,
    });
    return undefined;
  }
  return reading.fact;
}

/** An id stands for one fact of a request. */
export function repeatedIds(items: readonly unknown[]): FieldError[] {
  const seen = new Set<string>();
  return items.flatMap((item, index) => {
    const id = typeof item === 'object' && item !== null && 'id' in item ? item.id : undefined;
    if (typeof id !== 'string') return [];
    if (seen.has(id))
      return [
        {
          field: `facts[${index}].id`,
          expected: 'an id that no other fact of the request has',
          found: foundInWords(id),
        },
      ];
    seen.add(id);
    return [];
  });
}
