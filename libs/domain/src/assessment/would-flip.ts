import { flop, formatFlop, type Flop } from '../flop/flop.js';
import type { Flip } from './assessment.js';
import type { Situation } from './situation.js';

/** The smallest change that would turn each part of the classification over, where one such change can be named. */
export function flipsOf(s: Situation): readonly Flip[] {
  return [...gpai(s), ...systemicRisk(s), ...modifierIsProvider(s), ...openSource(s)];
}

const ONE = 1n;

/** The least that has to come on top so that a strict threshold is exceeded. */
function missingTo(threshold: Flop, spent: Flop | null): Flop {
  return flop(threshold + ONE - (spent ?? 0n));
}

function gpai(s: Situation): readonly Flip[] {
  const threshold = s.law.find('gpaiThresholdFlop', s.at)?.value;
  const { criterionFlop } = s;
  if (s.gpai.value !== false || threshold === undefined || criterionFlop === null || criterionFlop > threshold)
    return [];
  const flopMissing = missingTo(threshold, criterionFlop);
  const says = `${formatFlop(flopMissing)} FLOP more would exceed the indicative criterion (Guidelines s. 2.1), if the model generates language, images or video and is not narrow.`;
  return [{ part: 'gpai', to: true, says, flopMissing, flopTooMuch: null, conditions: [] }];
}

function systemicRisk(s: Situation): readonly Flip[] {
  const threshold = s.law.find('systemicRiskThresholdFlop', s.at)?.value;
  if (threshold === undefined || s.gpai.value === false || s.systemicRisk.current !== null) return [];
  const flips: Flip[] = [];
  const spent = s.compute.flop;
  if (spent !== null && spent <= threshold) {
    const flopMissing = missingTo(threshold, spent);
    const says = `${formatFlop(flopMissing)} FLOP more would exceed the threshold of Art. 51(2).`;
    flips.push({ part: 'systemicRisk', to: true, says, flopMissing, flopTooMuch: null, conditions: [] });
  }
  const planned = s.forecast?.flop ?? null;
  if (planned !== null && planned > threshold && s.expectedSystemicRisk) {
    const flopTooMuch = flop(planned - threshold);
    const says = `A plan of ${formatFlop(flopTooMuch)} FLOP less would no longer exceed the threshold; whether the notification is still owed is then under review.`;
    flips.push({ part: 'expectedSystemicRisk', to: false, says, flopMissing: null, flopTooMuch, conditions: [] });
  }
  if (planned !== null && planned <= threshold) {
    const flopMissing = missingTo(threshold, planned);
    const says = `A plan of ${formatFlop(flopMissing)} FLOP more would make it known that the threshold will be met (Art. 52(1)).`;
    flips.push({ part: 'expectedSystemicRisk', to: true, says, flopMissing, flopTooMuch: null, conditions: [] });
  }
  return flips;
}

function modifierIsProvider({ modification, law }: Situation): readonly Flip[] {
  if (modification?.significant !== false || modification.yardstickFlop === null) return [];
  const { numerator, denominator } = law.value('modificationShare', modification.since);
  const enough = (numerator * modification.yardstickFlop) / denominator + ONE;
  const flopMissing = flop(enough - modification.flop);
  const says = `${formatFlop(flopMissing)} FLOP more of modification would exceed one third of the original's compute (Guidelines s. 3.2).`;
  return [{ part: 'modifierIsProvider', to: true, says, flopMissing, flopTooMuch: null, conditions: [] }];
}

function openSource({ openSource: release, systemicRisk: risk }: Situation): readonly Flip[] {
  if (release.state === 'none' || release.state === 'qualifies') return [];
  const voided = risk.current === null ? [] : ['the model carries systemic risk, which voids the exemption'];
  const conditions = [...release.conditions, ...voided];
  const says = release.state === 'unknown' ? 'It takes what nobody has stated:' : 'It takes that these no longer hold:';
  return [
    {
      part: 'openSourceExemption',
      to: true,
      says: `${says} ${conditions.join('; ')}.`,
      flopMissing: null,
      flopTooMuch: null,
      conditions,
    },
  ];
}
