import type { Flop } from '../flop/flop.js';
import type { RecordedFact } from '../history/recorded-fact.js';
import type { Law } from '../regulation/law.js';
import type { Instant } from '../time/instant.js';
import type { Reason } from './assessment.js';
import { reason } from './reason.js';
import type { Span } from './situation.js';

/** Cumulative compute from one moment on, and the events that it rests on. */
export type Level = { readonly from: Instant; readonly flop: Flop; readonly events: () => readonly string[] };

/** What is expected of the training from one moment on: the largest plan in force. */
export type Forecast = Level & { readonly event: string };

type Plan = Extract<RecordedFact, { type: 'TrainingPlanned' | 'TrainingPlanRevised' }>;

/** A revision replaces the plan of its run; the largest of the runs' plans is what is expected from then on. */
export function forecastAfter(plans: Map<string, Forecast>, { id, occurredAt: from, data }: Plan): Forecast {
  const events = [id] as const;
  plans.set(data.runId, { from, flop: data.expectedCumulativeTrainingFlop, event: id, events: () => events });
  let largest: Forecast | undefined;
  for (const plan of plans.values()) if (largest === undefined || plan.flop > largest.flop) largest = plan;
  // A plan that fell is what moved the expectation, though another one is the largest now.
  const flop = largest?.flop ?? data.expectedCumulativeTrainingFlop;
  return { from, flop, event: id, events: () => events };
}

type Open = { readonly from: Instant; readonly because: Reason };

/**
 * The spans in which a level lies above the threshold of Art. 51(2) in force. It remembers how far it has read levels
 * that are only ever added to, so that one more costs no second reading of the others.
 */
export class SpansAbove {
  #levels: readonly Level[] | undefined;
  #threshold: Flop | undefined;
  #read = 0;
  #open: Open | null = null;
  #spans: Span[] = [];

  /** @param levels in order; the same list each time, at most longer, or another one */
  of(levels: readonly Level[], law: Law, at: Instant, says: string, provision: string): readonly Span[] {
    const because = (level: Level): Reason => reason(provision, says, ...level.events());
    const thresholds = law.changesOf('systemicRiskThresholdFlop');
    if (thresholds.length > 1) return spansAbove(levels, law, at, because);
    const threshold = law.find('systemicRiskThresholdFlop', at)?.value;
    if (levels !== this.#levels || threshold !== this.#threshold) {
      this.#levels = levels;
      this.#threshold = threshold;
      this.#read = 0;
      this.#open = null;
      this.#spans = [];
    }
    for (; this.#read < levels.length; this.#read += 1) {
      const level = levels[this.#read];
      if (level !== undefined) this.#take(level.from, isAbove(level, threshold), () => because(level));
    }
    return this.#open === null ? [...this.#spans] : [...this.#spans, spanOf(this.#open, null)];
  }

  #take(from: Instant, above: boolean, because: () => Reason): void {
    if (above) this.#open ??= { from, because: because() };
    else if (this.#open !== null) {
      this.#spans.push(spanOf(this.#open, from));
      this.#open = null;
    }
  }
}

/** Where the threshold itself changes, each of its days is looked at too. */
function spansAbove(levels: readonly Level[], law: Law, at: Instant, because: (level: Level) => Reason): Span[] {
  const first = levels[0]?.from;
  if (first === undefined) return [];
  const amended = law.changesOf('systemicRiskThresholdFlop').filter((from) => from > first && from <= at);
  const instants = [...new Set([...levels.map(({ from }) => from), ...amended])].sort((a, b) => a - b);
  const spans: Span[] = [];
  let open: Open | null = null;
  let next = 0;
  for (const instant of instants) {
    while ((levels[next]?.from ?? Infinity) <= instant) next += 1;
    const level = levels[next - 1];
    const threshold = law.find('systemicRiskThresholdFlop', instant)?.value;
    if (level !== undefined && isAbove(level, threshold)) open ??= { from: instant, because: because(level) };
    else if (open !== null) {
      spans.push(spanOf(open, instant));
      open = null;
    }
  }
  return open === null ? spans : [...spans, spanOf(open, null)];
}

const isAbove = ({ flop }: Level, threshold: Flop | undefined): boolean => threshold !== undefined && flop > threshold;

const spanOf = ({ from, because }: Open, until: Instant | null): Span => ({ from, until, because: [because] });
