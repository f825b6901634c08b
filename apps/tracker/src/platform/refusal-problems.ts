import { formatInstant, type Refusal } from '#libs/domain';
import { type FieldError, foundInWords, Problem } from './problem.js';

/** The decider said no; nothing was recorded. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(readonly refusal: Refusal) {
    super(`refused: ${refusal.code}`);
  }
}

type RefusalOf<Code extends Refusal['code']> = Extract<Refusal, { code: Code }>;

type RefusalProblem<Code extends Refusal['code']> = {
  readonly status: number;
  readonly title: string;
  /** What to do next. */
  readonly todo: (refusal: RefusalOf<Code>) => string;
  /** The fields at fault, relative to the fact. */
  readonly errors: (refusal: RefusalOf<Code>) => readonly FieldError[];
};

/** A new refusal does not compile until it has its answer here. */
const problems: { readonly [Code in Refusal['code']]: RefusalProblem<Code> } = {
  'id-reused': {
    status: 409,
    title: 'The id stands for another fact',
    todo: () => 'Give a new fact a new id. To amend a recorded one, record a FactCorrected that names it.',
    errors: ({ id, recordedType }) => [
      {
        field: 'id',
        expected: `the ${recordedType} that was recorded under this id (event ${id})`,
        found: 'other content',
      },
    ],
  },
  'already-registered': {
    status: 409,
    title: 'Registered already, with other content',
    todo: ({ registeredBy }) =>
      `It was registered by event ${registeredBy}. Record what has changed: ModelDescribed for a model, FactCorrected for what was wrong.`,
    errors: ({ registeredBy }) => [
      { field: 'data', expected: `the content of event ${registeredBy}`, found: 'other content' },
    ],
  },
  'event-unknown': {
    status: 422,
    title: 'There is no such event in this history',
    todo: () => 'Name the event by the id that the history shows, on the provider or model that it was recorded on.',
    errors: ({ eventId }) => [
      { field: 'data.eventId', expected: 'the id of an event in this history', found: foundInWords(eventId) },
    ],
  },
  'correction-unreadable': {
    status: 422,
    title: 'The corrected data does not fit the fact',
    todo: ({ correctedType }) => `Send the whole corrected data in the form of ${correctedType}.`,
    errors: ({ problems }) => problems.map(({ path, expected, found }) => ({ field: `data.${path}`, expected, found })),
  },
  'parameter-unknown': {
    status: 422,
    title: 'The rulebook has no such parameter',
    todo: ({ nearest }) => `Did you mean ${nearest.join(', ')}? GET /v1/regulation lists all parameters.`,
    errors: ({ path, parameter, known }) => [
      { field: `${path}.parameter`, expected: `one of ${known.join(', ')}`, found: foundInWords(parameter) },
    ],
  },
  'parameter-value-unreadable': {
    status: 422,
    title: 'The value is not in the form of the parameter',
    todo: ({ parameter }) => `Send the value of ${parameter} in the form that GET /v1/regulation shows for it.`,
    errors: ({ path, expected, value }) => [{ field: `${path}.value`, expected, found: foundInWords(value) }],
  },
  'obligation-unknown': {
    status: 422,
    title: 'The rulebook has no such obligation',
    todo: ({ nearest }) => `Did you mean ${nearest.join(', ')}? GET /v1/regulation lists all obligations.`,
    errors: ({ path, obligationId, nearest }) => [
      {
        field: `${path}.obligationId`,
        expected: `the id of an obligation, such as ${nearest.join(', ')}`,
        found: foundInWords(obligationId),
      },
    ],
  },
  'merge-into-itself': {
    status: 422,
    title: 'A model cannot be merged into itself',
    todo: () => 'Record the merge on the model that is given up, and name the one that is kept.',
    errors: ({ path, modelId }) => [
      { field: `${path}.intoModelId`, expected: 'the id of another model', found: foundInWords(modelId) },
    ],
  },
  'merge-target-unknown': {
    status: 422,
    title: 'Nothing is recorded about the model to merge into',
    todo: ({ intoModelId }) => `Register it first: POST /v1/models/${intoModelId}/facts.`,
    errors: ({ path, intoModelId }) => [
      {
        field: `${path}.intoModelId`,
        expected: 'the id of a model that something is recorded about',
        found: foundInWords(intoModelId),
      },
    ],
  },
  'merge-target-given-up': {
    status: 409,
    title: 'The model to merge into was itself given up',
    todo: ({ givenUpFor }) => `It was merged into ${givenUpFor}. Merge into the model that is kept in the end.`,
    errors: ({ path, intoModelId, givenUpFor }) => [
      {
        field: `${path}.intoModelId`,
        expected: `a model that is not given up, such as ${givenUpFor}`,
        found: foundInWords(intoModelId),
      },
    ],
  },
  'merged-already': {
    status: 409,
    title: 'The model is merged into another one already',
    todo: ({ mergedBy }) => `If that was wrong, retract event ${mergedBy} first, then merge anew.`,
    errors: ({ intoModelId }) => [
      { field: 'data.intoModelId', expected: `${intoModelId}, as recorded`, found: 'another model' },
    ],
  },
  'merge-under-way': {
    status: 409,
    title: 'Another model is being merged into this one',
    todo: ({ modelId, fromModelId }) =>
      `The merge of ${fromModelId} into ${modelId} was begun and not completed: record it again first, then send this request again.`,
    errors: ({ fromModelId }) => [
      { field: 'type', expected: `the merge of ${fromModelId} to be complete`, found: 'ModelMerged' },
    ],
  },
  'merge-not-correctable': {
    status: 422,
    title: 'A merge cannot be corrected to another model',
    todo: ({ intoModelId }) => `Retract the merge into ${intoModelId} and record a new one.`,
    errors: ({ intoModelId }) => [{ field: 'data.data.intoModelId', expected: intoModelId, found: 'another model' }],
  },
  'occurred-in-future': {
    status: 422,
    title: 'The fact has not happened yet',
    todo: () => 'Record a fact when it has happened. What is planned has facts of its own, stated now.',
    errors: ({ occurredAt, now }) => [
      { field: 'occurredAt', expected: `a moment up to now, ${formatInstant(now)}`, found: formatInstant(occurredAt) },
    ],
  },
  'derived-fact': {
    status: 422,
    title: 'The tracker derives this fact itself',
    todo: ({ type }) => `${type} follows from what is reported: record or correct that.`,
    errors: ({ type }) => [{ field: 'type', expected: 'a fact that is stated', found: type }],
  },
};

/** The answer to a refusal; `prefix` leads to the offending fact in the request, such as `facts[3].`. */
export function problemOfRefusal(refusal: Refusal, prefix = `facts[${refusal.index}].`): Problem {
  const { status, title, todo, errors } = problems[refusal.code] as RefusalProblem<Refusal['code']>;
  return new Problem({
    code: refusal.code,
    status,
    title,
    detail: todo(refusal),
    errors: errors(refusal).map((error) => ({ ...error, field: prefix + error.field })),
  });
}
