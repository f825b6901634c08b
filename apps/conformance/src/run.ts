import {
  compareScenario,
  compareVector,
  type DeadlineVector,
  deadlineVectorSchema,
  type CaseDifference,
  eventsOf,
  questionsOf,
  readExpectation,
  type Scenario,
  scenarioSchema,
} from '#libs/domain';
import { type Examinee, NoAnswer, NotRun } from './examinee.js';
import type { Suite } from './suite.js';

/** What became of one case; `reason` where nothing could be compared. */
export type CaseResult = {
  readonly file: string;
  readonly id: string;
  readonly title: string;
  readonly outcome: 'passed' | 'failed' | 'notRun';
  readonly differences: readonly CaseDifference[];
  readonly reason?: string;
};

/** Runs every case and hands each result over in the order of the files; what amends the law comes last and alone. */
export async function runSuites(
  suites: readonly Suite[],
  examinee: Examinee,
  report: (result: CaseResult) => void,
): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  const underWay: Promise<CaseResult>[] = [];
  const settle = async (underWayMax: number): Promise<void> => {
    while (underWay.length > underWayMax) {
      const result = await (underWay.shift() as Promise<CaseResult>);
      results.push(result);
      report(result);
    }
  };
  for (const run of suites.flatMap(runsOf).sort(lastWhatAmendsTheLaw)) {
    await settle(run.amendsTheLaw ? 0 : examinee.casesAtOnceMax - 1);
    const result = resultOf(run, examinee);
    // It is awaited in its turn; until then another may have ended the whole run.
    result.catch(() => undefined);
    underWay.push(result);
  }
  await settle(0);
  return results;
}

async function resultOf({ file, id, title, differences }: Run, examinee: Examinee): Promise<CaseResult> {
  return { file, id, title, ...(await outcomeOf(() => differences(examinee))) };
}

type Run = Pick<CaseResult, 'file' | 'id' | 'title'> & {
  readonly amendsTheLaw: boolean;
  readonly differences: (examinee: Examinee) => Promise<readonly CaseDifference[]>;
};

function runsOf(suite: Suite): readonly Run[] {
  const { file, schema } = suite;
  switch (schema) {
    case scenarioSchema:
      return suite.cases.map((scenario) => ({
        file,
        id: scenario.id,
        title: scenario.title,
        amendsTheLaw: scenario.events.some(isAboutTheRegulation),
        differences: (examinee) => runScenario(scenario, examinee),
      }));
    case deadlineVectorSchema:
      return suite.cases.map((vector) => ({
        file,
        id: vector.id,
        title: vector.title,
        amendsTheLaw: false,
        differences: (examinee) => runVector(vector, examinee),
      }));
  }
}

/** On a tracker an amendment stays, and would change what is answered to the cases after it. */
function lastWhatAmendsTheLaw(a: Run, b: Run): number {
  return Number(a.amendsTheLaw) - Number(b.amendsTheLaw);
}

function isAboutTheRegulation(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'stream' in event && event.stream === 'regulation';
}

async function runScenario(scenario: Scenario, examinee: Examinee): Promise<readonly CaseDifference[]> {
  const expectation = readExpectation(scenario);
  eventsOf(scenario);
  return compareScenario(scenario, expectation, await examinee.answerScenario(scenario, expectation));
}

async function runVector(vector: DeadlineVector, examinee: Examinee): Promise<readonly CaseDifference[]> {
  const answers: Readonly<Record<string, unknown>>[] = [];
  for (const { input } of questionsOf(vector)) answers.push(await examinee.answerDeadline(input));
  return compareVector(vector, answers);
}

async function outcomeOf(
  run: () => Promise<readonly CaseDifference[]>,
): Promise<Pick<CaseResult, 'outcome' | 'differences' | 'reason'>> {
  try {
    const differences = await run();
    return { outcome: differences.length === 0 ? 'passed' : 'failed', differences };
  } catch (error) {
    if (error instanceof NotRun) return { outcome: 'notRun', differences: [], reason: error.message };
    // A RangeError says what of the case cannot be read.
    if (error instanceof NoAnswer || error instanceof RangeError) {
      return { outcome: 'failed', differences: [], reason: error.message };
    }
    throw error;
  }
}
