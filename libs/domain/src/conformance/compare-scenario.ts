import type { AssessmentJson, ObligationJson } from '../assessment/assessment-json.js';
import { compareFields, type CaseDifference } from './difference.js';
import type { Json } from './document.js';
import { modificationsOf, type Expectation, type ExpectedObligation } from './expectation.js';
import type { Scenario } from './scenario.js';

/** What was answered: from the pure functions or from a running tracker. */
export type ScenarioAnswers = {
  /** By model. A model that nothing is known of is not in it. */
  readonly assessments: ReadonlyMap<string, AssessmentJson>;
  /** Fine ceilings by turnover, both in euro. */
  readonly fineCeilings: ReadonlyMap<number, number>;
};

/** Every difference between what is expected and what was answered; empty: as expected. */
export function compareScenario(
  scenario: Scenario,
  expectation: Expectation,
  { assessments, fineCeilings }: ScenarioAnswers,
): readonly CaseDifference[] {
  const { classification, obligations, unknown } = expectation;
  const differences: CaseDifference[] = [...unknown];
  const named = new Set(
    [...(classification === null ? [] : [classification]), ...obligations].map(({ model }) => model),
  );
  for (const model of named) {
    const assessment = assessments.get(model);
    if (assessment === undefined) {
      differences.push({ field: model, expected: 'an assessment', found: undefined });
      continue;
    }
    if (classification?.model === model) {
      differences.push(...compareFields(`${model} classification`, classification.fields, assessment.classification));
    }
    const ofModel = obligations.filter((obligation) => obligation.model === model);
    differences.push(...compareObligations(ofModel, assessment.obligations));
  }
  return [
    ...differences,
    ...compareFlags(expectation, [...assessments.values()]),
    ...compareFineExposure(expectation, [...assessments.values()]),
    ...compareModifiers(scenario, expectation, assessments),
    ...expectation.fineCeilings.flatMap(({ turnoverEur, ceilingEur }) => {
      const found = fineCeilings.get(turnoverEur);
      return found === ceilingEur ? [] : [{ field: `fineCeilingEur of ${turnoverEur}`, expected: ceilingEur, found }];
    }),
  ];
}

/** Those with more listed fields choose first, so that a vague one does not take the row of a precise one. */
function compareObligations(
  expected: readonly ExpectedObligation[],
  rows: readonly ObligationJson[],
): readonly CaseDifference[] {
  const taken = new Set<string>();
  const precision = ({ fields }: ExpectedObligation): number => Object.keys(fields).length;
  return [...expected]
    .sort((a, b) => precision(b) - precision(a))
    .flatMap((obligation) => compareObligation(obligation, rows, taken));
}

/**
 * Several rows may bear one id (incidents, requests, instances). The expectation is about the row of its incident where
 * it names one; of those left an open one counts; of several open ones, one that no other expectation stands for.
 */
function compareObligation(
  { model, id, fields: { fulfilment, ...fields } }: ExpectedObligation,
  rows: readonly ObligationJson[],
  taken: Set<string>,
): readonly CaseDifference[] {
  const expected = fulfilment === undefined ? fields : { ...fields, timeliness: fulfilment };
  const candidates = seenBy(
    fields['actor'],
    rows.filter((row) => row.id === id && (fields['incident'] === undefined || fields['incident'] === row.incident)),
  );
  const open = candidates.filter(isOpen);
  const eligible = open.length > 0 ? open : candidates;
  if (eligible.length === 0) {
    const incident = typeof fields['incident'] === 'string' ? ` for incident ${fields['incident']}` : '';
    return [{ field: `${model} ${id}`, expected: `a row${incident}`, found: undefined }];
  }
  const compared = eligible.map((row) => ({ row, differences: compareRow(model, expected, row) }));
  const met = compared.filter(({ differences }) => differences.length === 0);
  if (met.length === 0) return compared.reduce(closer).differences;
  const free = eligible.length === 1 ? met[0] : met.find(({ row }) => !taken.has(row.key));
  if (free === undefined) return [{ field: `${model} ${id}`, expected: 'a further row like it', found: undefined }];
  taken.add(free.row.key);
  return [];
}

/** The rows as they are for one actor: what somebody else owes is not applicable to them. */
function seenBy(actor: unknown, rows: readonly ObligationJson[]): readonly ObligationJson[] {
  if (typeof actor !== 'string' || rows.some((row) => row.actor === actor)) return rows;
  return rows.map((row) => ({ ...row, actor, status: 'notApplicable', timeliness: 'notDue', due: null }));
}

type ComparedRow = { readonly row: ObligationJson; readonly differences: readonly CaseDifference[] };

const closer = (one: ComparedRow, other: ComparedRow): ComparedRow =>
  other.differences.length < one.differences.length ? other : one;

function compareRow(model: string, expected: Json, row: ObligationJson): readonly CaseDifference[] {
  return compareFields(`${model} ${row.key}`, expected, row);
}

const CLOSED_STATUSES: ReadonlySet<string> = new Set(['discharged', 'exempt', 'notApplicable']);
const CLOSED_TIMELINESSES: ReadonlySet<string> = new Set(['met', 'metLate']);

function isOpen({ status, timeliness }: ObligationJson): boolean {
  return !CLOSED_STATUSES.has(status) && !CLOSED_TIMELINESSES.has(timeliness);
}

function compareFlags({ reviewFlags }: Expectation, assessments: readonly AssessmentJson[]): readonly CaseDifference[] {
  const raised = new Set(assessments.flatMap(({ flags }) => flags.map(({ id }) => id)));
  return reviewFlags
    .filter((flag) => !raised.has(flag))
    .map((flag) => ({ field: 'reviewFlags', expected: flag, found: [...raised] }));
}

function compareFineExposure(
  { classification, fineExposureFrom }: Expectation,
  assessments: readonly AssessmentJson[],
): readonly CaseDifference[] {
  if (fineExposureFrom === undefined) return [];
  const ofModel = assessments.filter(({ model }) => classification === null || classification.model === model);
  const found = ofModel.map((assessment) => assessment.fineExposureFrom);
  if (found.some((day) => day === fineExposureFrom)) return [];
  return [{ field: 'fineExposureFrom', expected: fineExposureFrom, found: found.length === 1 ? found[0] : found }];
}

function compareModifiers(
  scenario: Scenario,
  { modifierIsProvider }: Expectation,
  assessments: ScenarioAnswers['assessments'],
): readonly CaseDifference[] {
  if (modifierIsProvider === undefined) return [];
  const modifications = modificationsOf(scenario);
  if (modifications.length === 0) {
    return [{ field: 'modifierIsProvider', expected: 'a modification among the events', found: undefined }];
  }
  return modifications.flatMap(({ model, modifier }) => {
    const provider = assessments.get(model)?.classification.providerOfRecord;
    if ((provider === modifier) === modifierIsProvider) return [];
    return [
      {
        field: 'modifierIsProvider',
        expected: modifierIsProvider,
        found: `provider of record of ${model}: ${provider ?? 'none'}`,
      },
    ];
  });
}
