import type { Due, Reason } from '../assessment/assessment.js';
import { reason } from '../assessment/reason.js';
import type { Fulfilment, Situation } from '../assessment/situation.js';
import type { Exemption, Matter, Trigger } from './rule.js';

export const no = (...because: readonly Reason[]): Trigger => ({ answer: 'no', because });
export const unclear = (...because: readonly Reason[]): Trigger => ({ answer: 'unclear', because });

const PLACING = 'Art. 3(9)';

/** GPAI model placed on the market, or planned to be. */
export function placed(s: Situation): Trigger {
  if (s.gpai.value === false) return no(s.gpai.because);
  if (s.placing !== null) {
    const because = [reason(PLACING, s.placing.how, s.placing.event), s.gpai.because];
    return s.gpai.value === null ? unclear(...because) : { answer: 'met', since: s.placing.at, because };
  }
  if (s.plannedPlacing === null) return no(s.notPlacedBecause);
  const because = [
    reason(PLACING, `placing is planned for ${s.plannedPlacing.on}`, s.plannedPlacing.event),
    s.gpai.because,
  ];
  return s.gpai.value === null ? unclear(...because) : { answer: 'expected', because };
}

/** GPAI model, placed or not. */
export function gpaiModel(s: Situation): Trigger {
  if (s.gpai.value === false) return no(s.gpai.because);
  if (s.gpai.value === null) return unclear(s.gpai.because);
  return { answer: 'met', since: s.placing?.at ?? s.chapterVFrom, because: [s.gpai.because] };
}

/** GPAI model with systemic risk. */
export function systemicRisk(s: Situation): Trigger {
  const { current, undecidable, spans } = s.systemicRisk;
  if (s.gpai.value === false) return no(s.gpai.because);
  if (current !== null) {
    if (s.gpai.value === null) return unclear(s.gpai.because, ...current.because);
    return { answer: 'met', since: current.from, because: current.because };
  }
  if (undecidable) return unclear(riskUnknown(s));
  const ended = spans.at(-1);
  return no(
    ...(ended?.because ?? []),
    reason(
      'Art. 51(1)-(2)',
      ended ? 'the model no longer carries systemic risk' : notAboveThreshold(s),
      ...s.compute.events,
    ),
  );
}

export function riskUnknown(s: Situation): Reason {
  const says =
    s.gpai.value === null
      ? 'whether it is a GPAI model is open, and its compute exceeds the threshold'
      : 'no training compute is reported or planned, so that systemic risk cannot be told; report the compute';
  return reason('Art. 51(2)', says, ...s.registration);
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
    return no(reason('Art. 54(1)', `the provider is established in the Union (${country ?? ''})`, ...events));
  }
  if (established === 'unknown') {
    const says = 'where the provider is established is not known; register the provider with its country';
    return unclear(reason('Art. 54(1)', says, ...s.registration), ...base.because);
  }
  const outside = reason('Art. 54(1)', `the provider is established outside the Union (${country ?? ''})`, ...events);
  return { ...base, because: [outside, ...base.because] };
}

/** Art. 53(2) and 54(6): void while the model carries systemic risk. */
export function openSourceExemption(s: Situation): Exemption | null {
  if (s.systemicRisk.current !== null) return null;
  if (s.openSource.state === 'qualifies') return { holds: true, because: s.openSource.because };
  if (s.openSource.state === 'unknown') return { holds: 'unclear', because: s.openSource.because };
  return null;
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
function exemptionLostAt(s: Situation) {
  if (s.placing === null) return null;
  const { state, lost } = s.openSource;
  const risk = s.systemicRisk.current;
  const instant = state === 'qualifies' ? (risk?.from ?? null) : (lost?.at ?? null);
  const first = risk !== null && instant !== null && risk.from < instant ? risk.from : instant;
  return first !== null && first > s.placing.at ? first : null;
}

/** From the instant at which the obligation arose. */
export function fromTrigger(_s: Situation, _matter: Matter, trigger: Trigger): Due | null {
  return trigger.answer === 'met' ? { kind: 'from', at: trigger.since } : null;
}

const arises = ({ answer }: Trigger): boolean => answer === 'met' || answer === 'unclear' || answer === 'expected';

export const continuous = (_s: Situation, _matter: Matter, trigger: Trigger): Due | null =>
  arises(trigger) ? { kind: 'continuous' } : null;
export const onRequest = (_s: Situation, _matter: Matter, trigger: Trigger): Due | null =>
  arises(trigger) ? { kind: 'onRequest' } : null;

export function answered({ request }: Pick<Matter, 'request'>): Fulfilment | null {
  return request?.answered ?? null;
}
