import type { Flop } from '../flop/flop.js';
import type { HolidayYear } from '../time/holiday-calendar.js';
import type { LocalDate } from '../time/instant.js';

/** An exact share, such as one third. */
export type Fraction = { readonly numerator: bigint; readonly denominator: bigint };

export type Length = {
  readonly n: number;
  readonly unit: 'hours' | 'days' | 'weeks' | 'months' | 'years' | 'businessDays';
};

/** The dated parameters of the law, and what each is measured in. */
export type ParameterValues = {
  /** Chapter V applies from this day. */
  chapterVAppliesFrom: LocalDate;
  /** Powers of the Commission and fines exist from this day. */
  enforcementFrom: LocalDate;
  /** Last day of the transition for models placed before Chapter V applied. */
  transitionEndsOn: LocalDate;
  gpaiThresholdFlop: Flop;
  systemicRiskThresholdFlop: Flop;
  /** A modifier becomes a provider above this share of the original model's compute. */
  modificationShare: Fraction;
  /** Stands in for the original model's compute where that is neither known nor estimable. */
  unknownOriginalFlop: Flop;
  unknownSystemicRiskOriginalFlop: Flop;
  estimateMarginPercent: number;
  notificationPeriod: Length;
  reassessmentWait: Length;
  representativeRetention: Length;
  summaryUpdateInterval: Length;
  /** Days on which the Commission in Brussels does not work, a value a year. */
  commissionHolidays: HolidayYear;
  fineTurnoverPercent: number;
  fineFloorEur: number;
  codeDownstreamReply: Length;
  codeDocumentationRetention: Length;
  codeFrameworkAfterNotification: Length;
  codeFrameworkBeforePlacing: Length;
  codeFrameworkAssessmentInterval: Length;
  codeAccessToUpdate: Length;
  codeModelReportDelay: Length;
  codeModelReportInterval: Length;
  codeIncidentCriticalInfrastructure: Length;
  codeIncidentCybersecurity: Length;
  codeIncidentDeath: Length;
  codeIncidentOtherHarm: Length;
  codeIntermediateReport: Length;
  codeFinalReport: Length;
  codeIncidentRetention: Length;
  codeEvaluationTime: Length;
  codeLostReference: Length;
  codeAccessReviewInterval: Length;
};
export type ParameterName = keyof ParameterValues;

/** One value of a parameter. Amending the law adds one; none is ever edited. */
export type DatedValue<Value> = {
  readonly value: Value;
  /** First day, in Brussels, on which the value applies. */
  readonly effectiveFrom: LocalDate;
  /** Day on which it could be known. */
  readonly publishedOn: LocalDate;
  /** Where a lawyer can check it. */
  readonly source: string;
  /** False where the primary text was not seen. */
  readonly confirmed: boolean;
};

export type Parameter<Value> = {
  readonly says: string;
  /** Reads the value of an amendment. @throws RangeError */
  readonly read: (text: string) => Value;
  readonly values: readonly DatedValue<Value>[];
};
export type Parameters = { readonly [Name in ParameterName]: Parameter<ParameterValues[Name]> };

/**
 * The value in force at `at`, of those published by `lawAsOf`: the latest that has taken effect. Before the first takes
 * effect it is the first, so that earlier facts are measured by the law that was to come. Undefined: none was published.
 */
export function valueInForce<Value>(
  values: readonly DatedValue<Value>[],
  at: LocalDate,
  lawAsOf: LocalDate,
): DatedValue<Value> | undefined {
  let found: DatedValue<Value> | undefined;
  for (const value of values) {
    if (value.publishedOn > lawAsOf) continue;
    if (found === undefined || (value.effectiveFrom <= at && supersedes(value, found, at))) found = value;
  }
  return found;
}

function supersedes(value: DatedValue<unknown>, found: DatedValue<unknown>, at: LocalDate): boolean {
  if (found.effectiveFrom > at) return true;
  if (value.effectiveFrom !== found.effectiveFrom) return value.effectiveFrom > found.effectiveFrom;
  return value.publishedOn >= found.publishedOn;
}
