export type * from './time/instant.js';
export type * from './flop/flop.js';
export type * from './history/fact-about-a-fact.js';
export type * from './history/recorded-fact.js';
export type * from './provider/provider-facts.js';
export type * from './model/model-facts.js';
export type * from './regulation/regulation-facts.js';
export type * from './assessment/assessment.js';
export { formatInstant, instantFromMilliseconds, readInstant, readLocalDate } from './time/instant.js';
export {
  addDays,
  addToDate,
  daysBetween,
  endOfLocalDay,
  formatInstantInBrussels,
  localDateOf,
  startOfLocalDay,
  weekdayOf,
  type CalendarUnit,
} from './time/brussels-day.js';
export { flop, formatFlop, formatFlopForNotification, readFlop, sumFlop } from './flop/flop.js';
export type {
  Decision,
  FactElsewhere,
  FactToDecide,
  FactToRecord,
  RecordCommand,
  Refusal,
} from './deciding/decision.js';
export { CLOCK_SKEW_MAX_MS } from './deciding/admit.js';
export { decideModel } from './model/decide-model.js';
export { modelsToDecideWith } from './model/decide-merge.js';
export { decideProvider } from './provider/decide-provider.js';
export { decideRegulation } from './regulation/decide-regulation.js';
export { describeObligation, describeRegulation, type RegulationQuestion } from './regulation/describe-regulation.js';
export { nearestNames } from './regulation/nearest-names.js';
export { amendedParameters } from './regulation/amended-parameters.js';
export { TrainingCompute, type CountsTowardsCompute, type TrainingComputeFigure } from './model/training-compute.js';
export {
  derivedFactTypes,
  factTypesAbout,
  readFact,
  writeFact,
  type FactReading,
  type FieldProblem,
} from './history/read-fact.js';
export { factsInForce } from './history/facts-in-force.js';
export { architectureFlop, hardwareFlop } from './flop/estimate.js';
export { accelerators, acceleratorTableSource, acceleratorTableVersion } from './flop/accelerators.js';
export { holidaysOf, type HolidayCalendar, type HolidayYear, type HolidayYearStatus } from './time/holiday-calendar.js';
export { commissionHolidays, easterSunday, expectedCommissionHolidays } from './time/commission-holidays.js';
export { addWorkingDays, isHoliday, isWorkingDay } from './time/working-days.js';
export { lengthInWords, type PeriodLength, type PeriodUnit } from './time/period-length.js';
export {
  countPeriod,
  type CountedPeriod,
  type LastMoment,
  type PeriodRegime,
  type PeriodToCount,
} from './time/period.js';
export {
  backwardPeriod,
  earlierOf,
  fixedDate,
  retention,
  waitingPeriod,
  type Earliest,
  type Retention,
} from './time/limits.js';
export {
  compareDeadlineVector,
  compareVector,
  deadlineVectorSchema,
  questionsOf,
  readDeadlineVectors,
  type DeadlineVector,
} from './conformance/deadline-vector.js';
export { answerDeadline, type DeadlineAnswer } from './conformance/answer-deadline.js';
export { differenceInWords, type CaseDifference } from './conformance/difference.js';
export {
  clocksOf,
  eventsOf,
  factsOf,
  readScenarios,
  scenarioSchema,
  type Scenario,
  type ScenarioEvent,
} from './conformance/scenario.js';
export { modelsToAsk, readExpectation, type Expectation } from './conformance/expectation.js';
export { compareScenario, type ScenarioAnswers } from './conformance/compare-scenario.js';
export { answerScenario, differencesOf } from './conformance/answer-scenario.js';
export { assess, assessDossier } from './assessment/assess.js';
export {
  assessmentToJson,
  classificationToJson,
  dueToJson,
  obligationToJson,
  type AssessmentJson,
  type ClassificationJson,
  type DueJson,
  type ObligationJson,
} from './assessment/assessment-json.js';
export { NamedSubjects, relatedSubjects } from './assessment/related-subjects.js';
export { Dossier } from './assessment/dossier.js';
export type { Difference, FieldChange, ObligationChange } from './assessment/difference.js';
export { differenceOf } from './assessment/difference.js';
export { whatIf, type HypotheticalFact, type WhatIf } from './assessment/what-if.js';
export {
  gate,
  gateActions,
  type GateAction,
  type GateAnswer,
  type GateItem,
  type GateQuestion,
} from './assessment/gate.js';
export { fineCeilingEur } from './regulation/fines.js';
export { isParameterName, parameterAt } from './regulation/law.js';
export { valueInForce, type DatedValue, type ParameterName, type Parameters } from './regulation/parameter.js';
export { regulation, type Regulation } from './regulation/regulation.js';
export type { ObligationRule, Terms } from './regulation/rule.js';
export { deadlineOf, openDuties, type OpenDuty } from './assessment/open-duty.js';
