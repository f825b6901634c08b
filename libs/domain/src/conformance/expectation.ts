import { unknownMembers, type CaseDifference } from './difference.js';
import { listIn, numberIn, objectIn, textIn, type Json } from './document.js';
import { eventsOf, type Scenario } from './scenario.js';

/** What a scenario expects of one model: the fields that are listed, and only those, are compared. */
export type ExpectedOfModel = { readonly model: string; readonly fields: Json };
export type ExpectedObligation = ExpectedOfModel & { readonly id: string };
export type ExpectedCeiling = { readonly turnoverEur: number; readonly ceilingEur: number };

export type Expectation = {
  readonly classification: ExpectedOfModel | null;
  readonly obligations: readonly ExpectedObligation[];
  readonly reviewFlags: readonly string[];
  readonly fineExposureFrom: string | null | undefined;
  readonly modifierIsProvider: boolean | undefined;
  readonly fineCeilings: readonly ExpectedCeiling[];
  /** Members that the format does not have. */
  readonly unknown: readonly CaseDifference[];
};

const members = [
  'classification',
  'obligations',
  'reviewFlags',
  'fineExposureFrom',
  'modifierIsProvider',
  'fineCeilingEur',
];

/** @throws RangeError when an expectation is not in the form of the format, or expects nothing at all */
export function readExpectation({ expected }: Scenario): Expectation {
  const { classification, obligations = [], reviewFlags = [], fineCeilingEur = [] } = expected;
  const { fineExposureFrom, modifierIsProvider } = expected;
  const ceilings = listIn(fineCeilingEur, 'fineCeilingEur').map((ceiling) => objectIn(ceiling, 'fineCeilingEur'));
  const expectation: Expectation = {
    classification: classification === undefined ? null : ofModel(classification, 'classification'),
    obligations: listIn(obligations, 'obligations').map((obligation, index) => {
      const { model, fields } = ofModel(obligation, `obligations[${index}]`);
      const { id, ...rest } = fields;
      return { model, id: textIn(id, `obligations[${index}].id`), fields: rest };
    }),
    reviewFlags: listIn(reviewFlags, 'reviewFlags').map((flag) => textIn(flag, 'reviewFlags')),
    fineExposureFrom:
      fineExposureFrom === undefined || fineExposureFrom === null
        ? fineExposureFrom
        : textIn(fineExposureFrom, 'fineExposureFrom'),
    modifierIsProvider: modifierIsProvider === undefined ? undefined : yesOrNo(modifierIsProvider),
    fineCeilings: ceilings.map(({ turnover, ceiling }) => ({
      turnoverEur: numberIn(turnover, 'fineCeilingEur.turnover'),
      ceilingEur: numberIn(ceiling, 'fineCeilingEur.ceiling'),
    })),
    unknown: [
      ...unknownMembers('expected.', expected, members),
      ...ceilings.flatMap((ceiling) => unknownMembers('fineCeilingEur.', ceiling, ['turnover', 'ceiling'])),
    ],
  };
  if (!Object.keys(expected).some((name) => name !== 'note'))
    throw new RangeError('expected nothing, so nothing is shown');
  return expectation;
}

/** The models whose assessments tell whether the expectation is met. */
export function modelsToAsk(scenario: Scenario, expectation: Expectation): readonly string[] {
  const { classification, obligations, reviewFlags, fineExposureFrom, modifierIsProvider } = expectation;
  const models = new Set(
    [...(classification === null ? [] : [classification]), ...obligations].map(({ model }) => model),
  );
  if (modifierIsProvider !== undefined) for (const { model } of modificationsOf(scenario)) models.add(model);
  if (models.size === 0 && (reviewFlags.length > 0 || fineExposureFrom !== undefined)) {
    for (const { subject } of eventsOf(scenario)) if (subject.kind === 'model') models.add(subject.id);
  }
  return [...models];
}

/** Who modified which model. */
export function modificationsOf(scenario: Scenario): readonly { readonly model: string; readonly modifier: unknown }[] {
  return eventsOf(scenario).flatMap(({ subject, type, data }) =>
    type === 'FineTuned' && subject.kind === 'model'
      ? [{ model: subject.id, modifier: objectIn(data, 'the data of FineTuned')['modifierId'] }]
      : [],
  );
}

function ofModel(value: unknown, name: string): ExpectedOfModel {
  const { model, note: _note, ...fields } = objectIn(value, name);
  return { model: textIn(model, `${name}.model`), fields };
}

function yesOrNo(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new RangeError(`expected modifierIsProvider as true or false; found ${JSON.stringify(value)}`);
}
