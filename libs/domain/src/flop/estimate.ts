import type { ArchitectureUse, HardwareUse } from '../model/model-facts.js';
import { peakGflopsOf } from './accelerators.js';
import { flop, type Flop } from './flop.js';

/** A number as a quotient of integers, exact for its shortest decimal form. */
type Quotient = { readonly numerator: bigint; readonly denominator: bigint };

const GIGA = 1_000_000_000n;
const SECONDS_PER_HOUR = 3600n;
const FLOP_PER_PARAMETER_AND_TOKEN = 6n;

/**
 * Hardware method, `C = N × L × H × U` (Guidelines, Annex A.2): devices, seconds, peak throughput, average utilisation.
 * Exact for the decimals given, cut to a whole number. Undefined where the peak throughput is not known.
 */
export function hardwareFlop(use: HardwareUse): Flop | undefined {
  const peakGflops = peakGflopsOf(use.accelerator, use.precision);
  if (peakGflops === undefined) return undefined;
  const hours = quotientOf(use.hours);
  const utilisation = quotientOf(use.utilisation);
  const numerator =
    wholeOf(use.count) * hours.numerator * SECONDS_PER_HOUR * BigInt(peakGflops) * GIGA * utilisation.numerator;
  return flop(numerator / (hours.denominator * utilisation.denominator));
}

/**
 * Architecture method for dense transformers, `C ≈ 6 × P × D` (Guidelines, Annex A.2). For a mixture of experts `P` is
 * the parameters used per token.
 */
export function architectureFlop(use: ArchitectureUse): Flop {
  return flop(FLOP_PER_PARAMETER_AND_TOKEN * wholeOf(use.parameters) * wholeOf(use.tokens));
}

function wholeOf(value: number): bigint {
  const { numerator, denominator } = quotientOf(value);
  return numerator / denominator;
}

function quotientOf(value: number): Quotient {
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = BigInt(whole + fraction);
  const power = Number(exponent) - fraction.length;
  return power >= 0
    ? { numerator: digits * 10n ** BigInt(power), denominator: 1n }
    : { numerator: digits, denominator: 10n ** BigInt(-power) };
}
