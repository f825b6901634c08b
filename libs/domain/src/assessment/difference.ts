import type { Flag } from './assessment.js';
import type { AssessmentJson, ObligationJson } from './assessment-json.js';
import { sameAnswer } from './same-answer.js';

export type FieldChange = { readonly field: string; readonly before: unknown; readonly after: unknown };

export type ObligationChange = Pick<ObligationJson, 'key' | 'id' | 'title'> & {
  readonly changes: readonly FieldChange[];
};

/** What is another answer in one assessment than in the other, as plain JSON. */
export type Difference = {
  readonly classification: readonly FieldChange[];
  readonly obligations: {
    /** There was no such row, or it did not apply. */
    readonly appeared: readonly ObligationJson[];
    /** There is no such row any more, or it does not apply any more. */
    readonly disappeared: readonly ObligationJson[];
    readonly changed: readonly ObligationChange[];
  };
  readonly flags: {
    readonly raised: readonly Flag[];
    readonly cleared: readonly Flag[];
    readonly changed: readonly { readonly id: string; readonly changes: readonly FieldChange[] }[];
  };
  /** `null`: the same. */
  readonly fineExposureFrom: { readonly before: string | null; readonly after: string | null } | null;
};

/**
 * Compares two assessments of one model, obligations by their key. An obligation that does not apply counts as absent,
 * since every entry of the rulebook has its row in every assessment.
 *
 * @param before `null`: nothing was known of the model
 */
export function differenceOf(before: AssessmentJson | null, after: AssessmentJson): Difference {
  const [fineBefore, fineAfter] = [before?.fineExposureFrom ?? null, after.fineExposureFrom];
  return {
    classification: changesOf(before?.classification ?? {}, after.classification),
    obligations: obligationsBetween(before?.obligations ?? [], after.obligations),
    flags: flagsBetween(before?.flags ?? [], after.flags),
    fineExposureFrom: fineBefore === fineAfter ? null : { before: fineBefore, after: fineAfter },
  };
}

function obligationsBetween(
  before: readonly ObligationJson[],
  after: readonly ObligationJson[],
): Difference['obligations'] {
  const earlier = applying(before);
  const later = applying(after);
  return {
    appeared: [...later.values()].filter(({ key }) => !earlier.has(key)),
    disappeared: [...earlier.values()].filter(({ key }) => !later.has(key)),
    changed: [...later.values()].flatMap((obligation) => {
      const changes = changesOf(earlier.get(obligation.key) ?? obligation, obligation);
      const { key, id, title } = obligation;
      return changes.length === 0 ? [] : [{ key, id, title, changes }];
    }),
  };
}

function applying(obligations: readonly ObligationJson[]): ReadonlyMap<string, ObligationJson> {
  return new Map(
    obligations.filter(({ status }) => status !== 'notApplicable').map((obligation) => [obligation.key, obligation]),
  );
}

function flagsBetween(before: readonly Flag[], after: readonly Flag[]): Difference['flags'] {
  const earlier = new Map(before.map((flag) => [flag.id, flag]));
  const later = new Map(after.map((flag) => [flag.id, flag]));
  return {
    raised: [...later.values()].filter(({ id }) => !earlier.has(id)),
    cleared: [...earlier.values()].filter(({ id }) => !later.has(id)),
    changed: [...later.values()].flatMap((flag) => {
      const changes = changesOf(earlier.get(flag.id) ?? flag, flag);
      return changes.length === 0 ? [] : [{ id: flag.id, changes }];
    }),
  };
}

/** A field that is absent on one side stands as null there. */
function changesOf(before: object, after: object): readonly FieldChange[] {
  const [earlier, later] = [fieldsOf(before), fieldsOf(after)];
  const fields = new Set([...earlier.keys(), ...later.keys()]);
  return [...fields]
    .map((field) => ({ field, before: earlier.get(field) ?? null, after: later.get(field) ?? null }))
    .filter((change) => !sameAnswer(change.before, change.after));
}

function fieldsOf(value: object): ReadonlyMap<string, unknown> {
  return new Map<string, unknown>(Object.entries(value));
}
