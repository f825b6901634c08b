import type { Classification, ClassificationIntervals, ClassificationReasons, Reason } from './assessment.js';
import { reason } from './reason.js';
import type { Situation } from './situation.js';
import { without } from './spans.js';

/** What the model is in law. */
export function classificationOf(s: Situation): Classification {
  const { current, spans } = s.systemicRisk;
  const last = current ?? spans.at(-1) ?? null;
  const inLaw = s.gpai.value === true;
  return {
    gpai: s.gpai.value,
    systemicRisk: inLaw && current !== null,
    expectedSystemicRisk: s.expectedSystemicRisk,
    legacy: s.legacy,
    openSourceExemption: s.openSource.state === 'qualifies' && current === null,
    internalUseException: s.internalUseException,
    providerOfRecord: s.provider.id,
    placedOnMarketAt: s.placing?.at ?? null,
    withdrawnAt: s.withdrawal?.at ?? null,
    systemicRiskFrom: inLaw ? (last?.from ?? null) : null,
    systemicRiskUntil: inLaw ? (last?.until ?? null) : null,
    cumulativeTrainingFlop: s.compute.flop,
  };
}

/** What each part of it rests on. */
export function classificationReasons(s: Situation): ClassificationReasons {
  const { placing, modification, provider } = s;
  const risk = s.systemicRisk.current ?? s.systemicRisk.spans.at(-1);
  const foreseen = s.intervals.expectedSystemicRisk.at(-1)?.because ?? [];
  const noRisk = reason('Art. 51(1)-(2)', 'no presumption and no designation', ...s.compute.events);
  const noForecast = reason('Art. 52(1)', 'no plan in force exceeds the threshold', ...planOf(s));
  const placedAt =
    placing === null ? s.notPlacedBecause : reason('Art. 3(9), Guidelines s. 3.1.2', placing.how, placing.event);
  return withEvents(s, {
    gpai: [s.gpai.because],
    systemicRisk: risk?.because ?? [noRisk],
    expectedSystemicRisk: s.expectedSystemicRisk ? foreseen : [noForecast],
    legacy: [placing === null ? placedAt : reason('Art. 111(3)', legacyInWords(s), placing.event)],
    openSourceExemption: [s.openSource.because],
    placedOnMarketAt: [placedAt],
    providerOfRecord: [
      ...(modification === null ? [] : [modification.because]),
      reason(
        'Art. 3(3)',
        provider.id === null ? 'no provider is known' : `"${provider.id}" is the provider`,
        ...provider.events,
      ),
    ],
  });
}

function planOf({ forecast }: Situation): readonly string[] {
  return forecast === null ? [] : [forecast.event];
}

/** What is absent has no event; the registration shows which record was searched for it. */
function withEvents(s: Situation, reasons: ClassificationReasons): ClassificationReasons {
  const searched = (because: readonly Reason[]): readonly Reason[] =>
    because.map((each) => (each.events.length > 0 ? each : { ...each, events: s.registration }));
  return {
    gpai: searched(reasons.gpai),
    systemicRisk: searched(reasons.systemicRisk),
    expectedSystemicRisk: searched(reasons.expectedSystemicRisk),
    legacy: searched(reasons.legacy),
    openSourceExemption: searched(reasons.openSourceExemption),
    placedOnMarketAt: searched(reasons.placedOnMarketAt),
    providerOfRecord: searched(reasons.providerOfRecord),
  };
}

function legacyInWords({ legacy, modification }: Situation): string {
  if (legacy) return 'placed on the market before 2 August 2025';
  return modification === null
    ? 'placed on the market on or after 2 August 2025'
    : 'a modifier does not inherit the transition of the original';
}

/** When each part of it held, up to now. */
export function classificationIntervals(s: Situation): ClassificationIntervals {
  const inLaw = s.gpai.value === true;
  return {
    gpai: s.intervals.gpai,
    systemicRisk: inLaw ? s.systemicRisk.spans : [],
    expectedSystemicRisk: s.intervals.expectedSystemicRisk,
    openSourceExemption: without(s.openSource.intervals, s.systemicRisk.spans),
  };
}
