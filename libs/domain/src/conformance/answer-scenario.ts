import { assess } from '../assessment/assess.js';
import { assessmentToJson } from '../assessment/assessment-json.js';
import { amendedParameters } from '../regulation/amended-parameters.js';
import { fineCeilingEur } from '../regulation/fines.js';
import type { Regulation } from '../regulation/regulation.js';
import { compareScenario, type ScenarioAnswers } from './compare-scenario.js';
import type { CaseDifference } from './difference.js';
import { modelsToAsk, readExpectation, type Expectation } from './expectation.js';
import { clocksOf, factsOf, type Scenario } from './scenario.js';

/**
 * What the pure functions answer to a scenario.
 * @throws RangeError when the scenario cannot be read
 */
export function answerScenario(scenario: Scenario, expectation: Expectation, regulation: Regulation): ScenarioAnswers {
  const facts = factsOf(scenario);
  const question = clocksOf(scenario);
  const known = facts.filter(({ recordedAt }) => recordedAt <= question.knownAt);
  const parameters = amendedParameters(regulation.parameters, known);
  return {
    assessments: new Map(
      modelsToAsk(scenario, expectation).map((modelId) => [
        modelId,
        assessmentToJson(assess(facts, regulation, { modelId, ...question })),
      ]),
    ),
    fineCeilings: new Map(
      expectation.fineCeilings.map(({ turnoverEur }) => [
        turnoverEur,
        fineCeilingEur(turnoverEur, { parameters }, question.at),
      ]),
    ),
  };
}

/** Runs a scenario over the pure functions. @throws RangeError when it cannot be read */
export function differencesOf(scenario: Scenario, regulation: Regulation): readonly CaseDifference[] {
  const expectation = readExpectation(scenario);
  return compareScenario(scenario, expectation, answerScenario(scenario, expectation, regulation));
}
