import { formatInstant, type HypotheticalFact, type Instant, type Subject } from '#libs/domain';
import { eventIdOf, streamOf } from '#libs/event-store';
import { IsArray, IsOptional, validateSync } from 'class-validator';
import { type FieldError, fieldErrorsOf, foundInWords, invalidFields } from '../platform/problem.js';
import { IsInstantText, latestQuestion } from '../platform/query-fields.js';
import { slugInWords, slugPattern } from '../platform/slug.js';
import {
  collectOrThrow,
  type FactRules,
  isErrors,
  type Reading,
  readStatedFact,
  repeatedIds,
} from '../recording/facts-body.js';
import type { Clocks } from './assess-model.js';
import { clocksOf } from './clocks-query.js';

export const whatIfFactsMax = 100;
const someFacts = `1 to ${whatIfFactsMax} facts`;

class WhatIfBody {
  @IsArray({ message: someFacts })
  facts!: unknown[];

  @IsOptional()
  @IsInstantText()
  at?: string;

  @IsOptional()
  @IsInstantText()
  knownAt?: string;

  @IsOptional()
  @IsInstantText()
  lawAsOf?: string;
}

export type StatedWhatIf = { readonly facts: readonly HypotheticalFact[]; readonly clocks: Clocks };

/**
 * Reads what is supposed about a model, or about providers where a fact says so. Facts may lie in the future, up to `at`.
 * @throws Problem 422 with an entry for every wrong field
 */
export function readWhatIfBody(body: unknown, modelId: string): StatedWhatIf {
  const { facts, ...texts } = readEnvelope(body);
  const clocks = clocksOf(texts);
  const readings = facts.map((item, index) => readSupposedFact(item, index, modelId, clocks.at));
  return { facts: collectOrThrow([...readings, repeatedIds(facts)]), clocks };
}

function readEnvelope(body: unknown): WhatIfBody {
  if (!isObject(body))
    throw invalidFields([
      { field: 'body', expected: 'an object with facts and, where wanted, at', found: foundInWords(body) },
    ]);
  const envelope = Object.assign(new WhatIfBody(), body);
  const errors = fieldErrorsOf(validateSync(envelope, { whitelist: true, forbidNonWhitelisted: true }));
  if (errors.length > 0) throw invalidFields(errors);
  const { length } = envelope.facts;
  if (length === 0 || length > whatIfFactsMax)
    throw invalidFields([{ field: 'facts', expected: someFacts, found: foundInWords(envelope.facts) }]);
  return envelope;
}

function readSupposedFact(
  item: unknown,
  index: number,
  modelId: string,
  at: Instant | undefined,
): Reading<HypotheticalFact> {
  const prefix = `facts[${index}].`;
  const { about: stated, ...fact } = isObject(item) ? item : { about: undefined };
  const about = readAbout(stated, `${prefix}about`, modelId);
  const kind = 'kind' in about ? about.kind : 'model';
  const reading = readStatedFact(isObject(item) ? fact : item, prefix, rulesFor(kind, at));
  if (isErrors(reading) || !('kind' in about))
    return [...('kind' in about ? [] : [about]), ...(isErrors(reading) ? reading : [])];
  const stream = streamOf(about);
  const { id } = reading;
  // As for a fact that is recorded, so that a known id is seen to be known.
  return {
    ...reading,
    about,
    id: id === undefined ? eventIdOf('what-if', stream, String(index)) : eventIdOf('fact', stream, id),
  };
}

function readAbout(about: unknown, field: string, modelId: string): Subject | FieldError {
  if (about === undefined) return { kind: 'model', id: modelId };
  const id = isObject(about) && Object.keys(about).length === 1 ? about['provider'] : undefined;
  if (typeof id === 'string' && slugPattern.test(id)) return { kind: 'provider', id };
  return {
    field,
    expected: `{"provider": …} with ${slugInWords}, or nothing for the model itself`,
    found: foundInWords(isObject(about) ? (about['provider'] ?? about) : about),
  };
}

/** Without `at`, the latest fact says when the question is asked of; that leaves room for the dates that follow. */
function rulesFor(kind: Subject['kind'], at: Instant | undefined): FactRules {
  return at === undefined
    ? { kind, latest: latestQuestion, latestInWords: `a moment up to ${formatInstant(latestQuestion)}` }
    : { kind, latest: at, latestInWords: `a moment up to \`at\`, ${formatInstant(at)}` };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
