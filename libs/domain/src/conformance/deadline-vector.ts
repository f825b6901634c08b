import { answerDeadline } from './answer-deadline.js';
import { compareFields, unknownMembers, type CaseDifference } from './difference.js';
import { inJson, objectIn, textIn, type Json } from './document.js';

/** One expected due date: what is counted, and the answer in the field names of `deadline-vectors/1`. */
export type DeadlineVector = {
  readonly id: string;
  readonly title: string;
  readonly input: Json;
  readonly expected: Json;
  /** The answer that the same input would have under another regime. */
  readonly alternativeReading: Json | null;
};

/** One question of a vector with the answer that it expects. */
export type VectorQuestion = {
  /** Goes before the name of a field that differs. */
  readonly name: string;
  readonly input: Json;
  readonly expected: Json;
};

export const deadlineVectorSchema = 'deadline-vectors/1';

/** @throws RangeError when the document is not of the form `deadline-vectors/1` */
export function readDeadlineVectors(document: unknown): readonly DeadlineVector[] {
  const { schema, vectors } = objectIn(document, 'the document');
  if (schema !== deadlineVectorSchema || !Array.isArray(vectors)) {
    throw new RangeError(
      `expected a document with schema "${deadlineVectorSchema}" and vectors; found ${inJson(schema)}`,
    );
  }
  return vectors.map((vector: unknown, index) => {
    const name = `vectors[${index}]`;
    const { id, title, input, expected, alternativeReading } = objectIn(vector, name);
    return {
      id: textIn(id, `${name}.id`),
      title: textIn(title, `${name}.title`),
      input: objectIn(input, `${name}.input`),
      expected: objectIn(expected, `${name}.expected`),
      alternativeReading:
        alternativeReading === undefined ? null : objectIn(alternativeReading, `${name}.alternativeReading`),
    };
  });
}

/** What a vector asks: its input, and with an alternative reading the same under that regime. */
export function questionsOf({ input, expected, alternativeReading }: DeadlineVector): readonly VectorQuestion[] {
  const question = { name: '', input, expected };
  if (alternativeReading === null) return [question];
  const regime = textIn(alternativeReading['regime'], 'alternativeReading.regime');
  return [
    question,
    {
      name: `${regime} `,
      input: { ...input, regime },
      expected: objectIn(alternativeReading['expected'], 'alternativeReading.expected'),
    },
  ];
}

/** Compares the answers to `questionsOf`, in their order. @throws RangeError when nothing is expected */
export function compareVector(vector: DeadlineVector, answers: readonly Json[]): readonly CaseDifference[] {
  const { alternativeReading } = vector;
  return [
    ...(alternativeReading === null
      ? []
      : unknownMembers('alternativeReading.', alternativeReading, ['regime', 'expected'])),
    ...questionsOf(vector).flatMap(({ name, expected: { note: _note, ...expected } }, index) => {
      if (Object.keys(expected).length === 0) throw new RangeError('expected nothing, so nothing is shown');
      return compareFields('', expected, answers[index]).map(({ field, ...difference }) => ({
        field: name + field.slice(1),
        ...difference,
      }));
    }),
  ];
}

/** Runs a vector over the pure functions. @throws RangeError when its input cannot be read */
export function compareDeadlineVector(vector: DeadlineVector): readonly CaseDifference[] {
  const answers = questionsOf(vector).map(({ input }) => {
    const answered = answerDeadline(input);
    if (answered.ok) return answered.answer;
    throw new RangeError(
      answered.problems.map(({ path, expected, found }) => `${path}: expected ${expected}; found ${found}`).join('; '),
    );
  });
  return compareVector(vector, answers);
}
