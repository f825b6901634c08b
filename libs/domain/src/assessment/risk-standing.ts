import type { Law } from '../regulation/law.js';
import type { Instant } from '../time/instant.js';
import type { ComputeStanding } from './compute-standing.js';
import type { ModelFold } from './model-fold.js';
import type { Answer, CommissionRecord, Modification, NotificationTrigger, SystemicRisk, Span } from './situation.js';
import { holdsAt, merge, without } from './spans.js';
import * as risk from './systemic-risk.js';

/** When a model carried systemic risk, when that was expected, and why the Commission has to be told. */
export type RiskStanding = {
  readonly systemicRisk: SystemicRisk;
  readonly expected: readonly Span[];
  readonly trigger: NotificationTrigger | null;
};

export type RiskQuestion = {
  readonly fold: ModelFold;
  readonly compute: ComputeStanding;
  readonly gpai: Answer;
  readonly modification: Modification | null;
  readonly commission: CommissionRecord;
  readonly law: Law;
  readonly chapterVFrom: Instant;
  readonly at: Instant;
};

const PRESUMED = 'the cumulative training compute exceeds the threshold';
const FORESEEN = 'it is known that the threshold will be met';

export function riskStandingOf(question: RiskQuestion): RiskStanding {
  const { fold, compute, gpai, modification, commission, law, chapterVFrom, at } = question;
  const isModel = gpai.value === true && modification?.significant !== false;
  const byCompute = fold.computeAbove.of(compute.levels, law, at, PRESUMED, 'Art. 51(1)(a), 51(2)');
  const presumption = merge([...byCompute, ...riskOfModification(modification)]);
  const foreseen = fold.forecastAbove.of(fold.forecasts, law, at, FORESEEN, 'Art. 52(1)');
  const spans = risk.systemicRiskSpans(
    isModel ? presumption : [],
    gpai.value === false ? withoutDesignations(commission) : commission,
    chapterVFrom,
    at,
  );
  const current = spans.find((span) => holdsAt(span, at)) ?? null;
  const expected = isModel ? without(foreseen, [...byCompute, ...spans, ...risk.acceptances(commission)]) : [];
  const trigger = gpai.value === false ? null : risk.notificationTriggerOf(presumption, foreseen, chapterVFrom);
  const undecidable = isUndecidable(gpai, compute, current, trigger);
  return { systemicRisk: { spans, current, undecidable }, expected, trigger };
}

/** A significant modification of a model with systemic risk is presumed to carry it too (Guidelines s. 3.2). */
function riskOfModification(modification: Modification | null): readonly Span[] {
  if (modification?.significant !== true || !modification.originalSystemicRisk) return [];
  return [{ from: modification.since, until: null, because: [modification.because] }];
}

/** Only a GPAI model can be designated; a designation of another one is on record, but nothing follows from it. */
function withoutDesignations(commission: CommissionRecord): CommissionRecord {
  return { ...commission, designations: [] };
}

/** Systemic risk cannot be told where a GPAI model has no figure at all, or where much compute meets an open class. */
function isUndecidable(
  gpai: Answer,
  { largest }: ComputeStanding,
  current: Span | null,
  trigger: NotificationTrigger | null,
): boolean {
  if (current !== null || gpai.value === false) return false;
  return largest === null || (gpai.value === null && trigger !== null && trigger.until === null);
}
