import type { Change, Due, Reason } from '../assessment/assessment.js';
import { change, reason } from '../assessment/reason.js';
import type { Fulfilment } from '../assessment/evidence.js';
import { without } from '../assessment/spans.js';
import type { Situation } from '../assessment/situation.js';
import type { Instant } from '../time/instant.js';
import type { Exemption, Matter, Trigger } from './rule.js';

/** It does not arise; `wouldChange` are the facts that would make it arise. */
export function no(because: Reason | readonly Reason[], ...wouldChange: readonly Change[]): Trigger {
  return { answer: 'no', because: listOf(because), wouldChange };
}

/** It cannot be told; `wouldChange` are the facts that settle it. */
export function unclear(because: Reason | readonly Reason[], ...wouldChange: readonly Change[]): Trigger {
  return { answer: 'unclear', because: listOf(because), wouldChange };
}

function listOf(because: Reason | readonly Reason[]): readonly Reason[] {
  return 'says' in because ? [because] : because;
}

const PLACING = 'Art. 3(9)';

const wouldPlace = [
  change('ModelPlacedOnMarket', 'the model is made available on the Union market'),
  change('SystemPlacedOnMarket', 'a system with the model is placed on the Union market'),
  change('InternalUseDeclared', 'internal use that is essential for third parties or affects rights of persons'),
] as const;
export const moreCompute = change('ComputeReported', 'cumulative training compute above the threshold of Art. 51(2)');
const designation = change('SystemicRiskDesignated', 'the Commission designates the model');
export const plannedAbove = change('TrainingPlanned', 'a plan whose cumulative compute exceeds the threshold');
export const reportCompute = change('ComputeReported', 'report the cumulative training compute');

/** GPAI model placed on the market, or planned to be. */
export function placed(s: Situation): Trigger {
  if (s.gpai.value === false) return no(s.gpai.because, ...s.gpai.wouldChange);
  if (s.placing !== null) {
    const because = [reason(PLACING, s.placing.how, s.placing.event), s.gpai.because];
    return s.gpai.value === null
      ? unclear(because, ...s.gpai.wouldChange)
      : { answer: 'met', since: s.placing.at, because };
  }
  if (s.plannedPlacing === null) return no(s.notPlacedBecause, ...wouldPlace);
  const planned = reason(PLACING, `placing is planned for ${s.plannedPlacing.on}`, s.plannedPlacing.event);
  const because = [planned, s.gpai.because];
  return s.gpai.value === null ? unclear(because, ...s.gpai.wouldChange) : { answer: 'expected', because };
}

/** GPAI model, placed or not. */
export function gpaiModel(s: Situation): Trigger {
  if (s.gpai.value === false) return no(s.gpai.because, ...s.gpai.wouldChange);
  if (s.gpai.value === null) return unclear(s.gpai.because, ...s.gpai.wouldChange);
  return { answer: 'met', since: s.placing?.at ?? s.chapterVFrom, because: [s.gpai.because] };
}

/** GPAI model with systemic risk; one that is going to carry it is expected to. */
export function systemicRisk(s: Situation): Trigger {
  const { current, undecidable, spans } = s.systemicRisk;
  if (s.gpai.value === false) return no(s.gpai.because, ...s.gpai.wouldChange);
  if (current !== null) {
    if (s.gpai.value === null) return unclear([s.gpai.because, ...current.because], ...s.gpai.wouldChange);
    const { providerSince } = s;
    const since = providerSince !== null && providerSince > current.from ? providerSince : current.from;
    return { answer: 'met', since, because: current.because };
  }
  if (undecidable) return unclear(riskUnknown(s), ...settlesRisk(s));
  if (s.expectedSystemicRisk) {
    const because = s.notificationTrigger?.because ?? [];
    return { answer: 'expected', because: [...because, reason('Art. 51(1)', 'systemic risk is expected by forecast')] };
  }
  const ended = spans.at(-1);
  const says = ended ? 'the model no longer carries systemic risk' : notAboveThreshold(s);
  return no([...(ended?.because ?? []), reason('Art. 51(1)-(2)', says, ...s.compute.events)], moreCompute, designation);
}

export function riskUnknown(s: Situation): Reason {
  const says =
    s.compute.flop !== null || s.forecast !== null
      ? 'whether it is a GPAI model is open, and its compute exceeds the threshold'
      : 'no training compute is reported or planned, so that systemic risk cannot be told; report the compute';
  return reason('Art. 51(2)', says, ...s.registration);
}

/** The facts that tell whether it carries systemic risk. */
export function settlesRisk(s: Situation): readonly Change[] {
  return s.gpai.value === null ? s.gpai.wouldChange : [reportCompute];
}

export function notAboveThreshold(s: Situation): string {
  return s.compute.flop === null
    ? 'no plan exceeds the threshold and the Commission has not designated the model'
    : 'the cumulative training compute does not exceed the threshold and the Commission has not designated the model';
}

/** Provider established outside the Union of a GPAI model that is placed or about to be. */
export function thirdCountryProvider(s: Situation): Trigger {
  const base = placed(s);
  if (base.answer === 'no') return base;
  const { established, country, events } = s.provider;
  if (established === 'union') {
    const says = `the provider is established in the Union (${country ?? ''})`;
    return no(reason('Art. 54(1)', says, ...events), change('ProviderRegistered', 'a provider from a third country'));
  }
  if (established === 'unknown') {
    const says = 'where the provider is established is not known; register the provider with its country';
    return unclear(
      [reason('Art. 54(1)', says, ...s.registration), ...base.because],
      change('ProviderRegistered', 'register the provider with the country in which it is established'),
    );
  }
  const outside = reason('Art. 54(1)', `the provider is established outside the Union (${country ?? ''})`, ...events);
  return { ...base, because: [outside, ...base.because] };
}

/** Art. 53(2) and 54(6): void while the model carries systemic risk. */
export function openSourceExemption(s: Situation): Exemption | null {
  if (s.systemicRisk.current !== null) return null;
  const { state, because } = s.openSource;
  if (state === 'qualifies') {
    return {
      holds: true,
      because,
      wouldChange: [
        change('OpenSourceEnded', 'the release ceases to be free and open source'),
        change('OpenSourced', 'a release that fails one of the conditions, monetisation among them'),
        moreCompute,
        designation,
      ],
    };
  }
  if (state !== 'unknown') return null;
  const unstated = s.openSource.conditions.map((condition) => change('OpenSourced', condition));
  return { holds: 'unclear', because, wouldChange: unstated };
}

/**
 * Complete at placing; where an exemption held then and was lost since, from that instant, for the text gives no grace
 * period.
 */
export function atPlacing(s: Situation): Due | null {
  return placingDue(s, 'atPlacing');
}

/** As `atPlacing`, for what the exemption never covered. */
export function atPlacingAlways(s: Situation): Due | null {
  return dueOfPlacing(s, 'atPlacing');
}

export function beforePlacing(s: Situation): Due | null {
  return placingDue(s, 'beforePlacing');
}

function placingDue(s: Situation, kind: 'atPlacing' | 'beforePlacing'): Due | null {
  const lost = exemptionLostAt(s);
  return lost === null ? dueOfPlacing(s, kind) : { kind: 'from', at: lost };
}

function dueOfPlacing(s: Situation, kind: 'atPlacing' | 'beforePlacing'): Due | null {
  if (s.placing !== null) {
    return s.placing.at < s.chapterVFrom && !s.legacy
      ? { kind: 'from', at: s.chapterVFrom }
      : { kind, at: s.placing.at };
  }
  return s.plannedPlacing === null ? null : { kind, at: s.plannedPlacing.at };
}

/** When an exemption that held while the model was on the market was lost, by the release itself or by systemic risk. */
export function exemptionLostAt(s: Pick<Situation, 'placing' | 'openSource' | 'systemicRisk'>): Instant | null {
  const lost = without(s.openSource.intervals, s.systemicRisk.spans).at(-1)?.until ?? null;
  return s.placing !== null && lost !== null && lost > s.placing.at ? lost : null;
}

/** From the instant at which the obligation arose or, where that is open, the earliest at which it can have arisen. */
export function fromTrigger(s: Situation, _matter: Matter, trigger: Trigger): Due | null {
  if (trigger.answer === 'met') return { kind: 'from', at: trigger.since };
  const conceivable = trigger.answer === 'unclear' ? earliestConceivable(s) : null;
  return conceivable === null ? null : { kind: 'from', at: conceivable };
}

/** Nothing about a model binds before Chapter V, nor before anything about it is known. */
export function earliestConceivable(s: Situation): Instant | null {
  const known = s.systemicRisk.current?.from ?? s.undecidedRiskSince ?? s.firstHeardOfAt;
  return known === null || known > s.chapterVFrom ? known : s.chapterVFrom;
}

const arises = ({ answer }: Trigger): boolean => answer === 'met' || answer === 'unclear' || answer === 'expected';

export const continuous = (_s: Situation, _matter: Matter, trigger: Trigger): Due | null =>
  arises(trigger) ? { kind: 'continuous' } : null;
export const onRequest = (_s: Situation, _matter: Matter, trigger: Trigger): Due | null =>
  arises(trigger) ? { kind: 'onRequest' } : null;

export function answered({ request }: Pick<Matter, 'request'>): Fulfilment | null {
  return request?.answered ?? null;
}
