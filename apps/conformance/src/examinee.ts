import {
  answerDeadline,
  answerScenario,
  type Expectation,
  regulation,
  type Scenario,
  type ScenarioAnswers,
} from '#libs/domain';

/** Who is asked: the pure functions, or a tracker. */
export type Examinee = {
  readonly casesAtOnceMax: number;
  /** @throws NoAnswer, NotRun */
  answerScenario(scenario: Scenario, expectation: Expectation): Promise<ScenarioAnswers>;
  /** Counts the input of a vector. @throws NoAnswer */
  answerDeadline(input: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>;
};

/** The case got no answer that could be compared, so that it has failed. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** The case cannot be put to this examinee; it has neither passed nor failed. */
export class NotRun extends Error {
  override readonly name = 'NotRun';
}

/** One problem of a field in a sentence. */
export function problemInWords({ path, expected, found }: { path: string; expected: string; found: string }): string {
  return `${path}: expected ${expected}; found ${found}`;
}

export const pureFunctions: Examinee = {
  casesAtOnceMax: 1,
  answerScenario: async (scenario, expectation) => answerScenario(scenario, expectation, regulation),
  answerDeadline: async (input) => {
    const answered = answerDeadline(input);
    if (answered.ok) return answered.answer;
    throw new NoAnswer(answered.problems.map(problemInWords).join('; '));
  },
};
