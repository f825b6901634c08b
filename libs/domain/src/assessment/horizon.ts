import type { Instant } from '../time/instant.js';

/**
 * Collects the instants at which an answer may change by the passing of time alone, while it is computed. A certain one
 * changes the answer for sure; a possible one has to be tried.
 */
export class Horizon {
  readonly #at: Instant;
  #certain: Instant | null = null;
  readonly #possible = new Set<Instant>();

  constructor(at: Instant) {
    this.#at = at;
  }

  certainAt(instant: Instant): void {
    if (instant > this.#at && (this.#certain === null || instant < this.#certain)) this.#certain = instant;
  }

  possibleAt(instant: Instant): void {
    if (instant > this.#at) this.#possible.add(instant);
  }

  /** The first of them, in order, at which the answer really is another one. */
  firstChange(differsAt: (instant: Instant) => boolean): Instant | null {
    const certain = this.#certain;
    const earlier = [...this.#possible].filter((instant) => certain === null || instant < certain);
    return earlier.sort((a, b) => a - b).find(differsAt) ?? certain;
  }
}
