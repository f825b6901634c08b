import { sumFlop, type Flop } from '../flop/flop.js';
import type { RecordedFact } from '../history/recorded-fact.js';
import type { Law } from '../regulation/law.js';
import type { Instant } from '../time/instant.js';
import { reason } from './reason.js';
import type { Continuation, Modification } from './situation.js';

/** What has to be known of the original model at the moment of the modification. */
export type Original = {
  /** Cumulative training compute. */
  readonly flop: Flop | null;
  /** The compute that directly updated parameters: what counts where the original carries no systemic risk. */
  readonly parameterUpdateFlop: Flop | null;
  readonly gpai: boolean | null;
  readonly systemicRisk: boolean;
  readonly provider: string | null;
  readonly placedAt: Instant | null;
};

export type Lineage = {
  readonly modification: Modification | null;
  /** A model of the same provider that this one continues. */
  readonly continuation: Continuation | null;
};

/** How a person settled whether the modifier is a provider, where the Guidelines do not say. */
export type ModifierReview = { readonly isProvider: boolean; readonly event: string };

const CRITERION = 'Recitals 97 and 109, Guidelines s. 3.2';

/**
 * Whether the model is somebody else's model modified, and whether that made its modifier a provider: above one third
 * of the original's compute, strictly. Training by the original's own provider continues the same model.
 *
 * @param lookUp the original as it stood at an instant; undefined where its history is not at hand
 */
export function lineageOf(
  facts: readonly RecordedFact[],
  modelId: string,
  law: Law,
  lookUp: (baseId: string, at: Instant) => Original | undefined,
  override: ModifierReview | null,
): Lineage {
  const spent: Flop[] = [];
  const events: string[] = [];
  let modification = null as Modification | null;
  let continuation = null as Continuation | null;
  for (const fact of facts) {
    if (fact.type !== 'FineTuned' || fact.data.base.modelId === modelId) continue;
    const { base, modifierId, modificationFlop } = fact.data;
    const original = base.modelId === undefined ? undefined : lookUp(base.modelId, fact.occurredAt);
    if (original !== undefined && original.provider === modifierId) {
      continuation = continued(continuation, fact, original);
      continue;
    }
    spent.push(modificationFlop);
    events.push(fact.id);
    if (modification?.significant === true) {
      modification = { ...modification, flop: sumFlop(spent), events: [...events] };
      continue;
    }
    modification = weigh(fact, sumFlop(spent), [...events], original, law, override);
  }
  return { modification, continuation };
}

/** Guidelines s. 2.2: all development by or for the same provider is of the same model, whatever it is called. */
function continued(
  before: Continuation | null,
  { id, occurredAt, data }: Extract<RecordedFact, { type: 'FineTuned' }>,
  original: Original,
): Continuation {
  return {
    provider: data.modifierId,
    since: before?.since ?? occurredAt,
    originalFlop: larger(before?.originalFlop ?? null, original.flop),
    flop: sumFlop([...(before === null ? [] : [before.flop]), data.modificationFlop]),
    events: [...(before?.events ?? []), id],
    placedAt: before?.placedAt ?? original.placedAt,
  };
}

function larger(one: Flop | null, other: Flop | null): Flop | null {
  if (one === null || other === null) return one ?? other;
  return one > other ? one : other;
}

function weigh(
  fact: Extract<RecordedFact, { type: 'FineTuned' }>,
  flop: Flop,
  events: readonly string[],
  original: Original | undefined,
  law: Law,
  override: ModifierReview | null,
): Modification {
  const { base, modifierId } = fact.data;
  const at = fact.occurredAt;
  const fallback = (risk: boolean): Flop =>
    law.value(risk ? 'unknownSystemicRiskOriginalFlop' : 'unknownOriginalFlop', at);
  // A figure on record is an estimate, whatever the one who modified it could estimate.
  const originalFlop = base.trainingFlop ?? original?.flop ?? null;
  const threshold = law.value('systemicRiskThresholdFlop', at);
  const isAbove = originalFlop !== null && originalFlop > threshold;
  // Its own record knows of rebuttals; without a figure of its own, what is stated here counts.
  const onRecord = original !== undefined && (original.flop !== null || original.systemicRisk);
  const originalSystemicRisk = base.systemicRisk ?? (onRecord ? original.systemicRisk : isAbove);
  const gpaiThreshold = law.value('gpaiThresholdFlop', at);
  const originalGpai =
    originalSystemicRisk || (original?.gpai ?? (originalFlop !== null && originalFlop > gpaiThreshold));
  const common = {
    since: at,
    modifierId,
    flop,
    events,
    originalFlop,
    yardstickFlop: null,
    isSettled: override !== null,
    originalProvider: original?.provider ?? null,
    originalGpai,
    originalSystemicRisk,
  };
  const stated = base.trainingFlop === null || originalFlop !== null;
  if (override !== null) {
    const says = override.isProvider ? 'a review found the modifier to be a provider' : 'a review found it to be none';
    const because = reason(CRITERION, says, ...events, override.event);
    return { ...common, yardstickFlop: originalFlop, significant: override.isProvider, because };
  }
  if (!stated) {
    const says = "the original model's training compute is not stated; state it, or state that it cannot be estimated";
    return { ...common, significant: null, because: reason(CRITERION, says, ...events) };
  }
  if (originalFlop !== null && !originalGpai && originalFlop <= gpaiThreshold && originalFlop + flop > gpaiThreshold) {
    const says =
      'original and modification exceed the criterion together: the modifier may have developed a GPAI model';
    return { ...common, yardstickFlop: originalFlop, significant: null, because: reason(CRITERION, says, ...events) };
  }
  const isRiskKnown = originalFlop !== null || base.systemicRisk !== undefined || original !== undefined;
  const yardsticks = isRiskKnown
    ? [measuredBy(base.trainingFlop, original, originalSystemicRisk) ?? originalFlop ?? fallback(originalSystemicRisk)]
    : [fallback(false), fallback(true)];
  const share = law.value('modificationShare', at);
  const answers = new Set(yardsticks.map((each) => share.denominator * flop > share.numerator * each));
  const [significant] = answers.size === 1 ? answers : [null];
  const measured =
    originalFlop === null ? ' (the original is neither known nor estimable: the fallback stands in)' : '';
  return {
    ...common,
    yardstickFlop: yardsticks[0] ?? null,
    significant: significant ?? null,
    because: reason(CRITERION, inWords(significant ?? null) + measured, ...events),
  };
}

function inWords(significant: boolean | null): string {
  if (significant === null) {
    return 'whether the original carries systemic risk decides which fallback counts, and is not stated; state it';
  }
  return significant
    ? "the modification took more than one third of the original's compute, so the modifier is a provider"
    : "the modification took no more than one third of the original's compute, so the modifier is no provider";
}

/** Guidelines s. 3.2: the original's parameter updates count, or all its compute where it carries systemic risk. */
function measuredBy(
  stated: Flop | null | undefined,
  original: Original | undefined,
  originalSystemicRisk: boolean,
): Flop | null {
  if (stated !== undefined) return stated;
  return originalSystemicRisk ? (original?.flop ?? null) : (original?.parameterUpdateFlop ?? null);
}
