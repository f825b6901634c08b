import type { Instant } from '../time/instant.js';

/**
 * Collects, while an answer is computed, when it may change next by the passing of time alone. A certain instant changes
 * the answer for sure; a possible one has to be tried.
 */
export class Horizon {
  readonly #at: Instant;
  #certain: Instant | null = null;
  #possible: Instant | null = null;

  constructor(at: Instant) {
    this.#at = at;
  }

  certainAt(instant: Instant): void {
    if (instant > this.#at && (this.#certain === null || instant < this.#certain)) this.#certain = instant;
  }

  possibleAt(instant: Instant): void {
    if (instant > this.#at && (this.#possible === null || instant < this.#possible)) this.#possible = instant;
  }

  /** The first of them; null: the answer holds for ever. */
  get next(): { readonly at: Instant; readonly isCertain: boolean } | null {
    const [certain, possible] = [this.#certain, this.#possible];
    if (certain !== null && (possible === null || certain <= possible)) return { at: certain, isCertain: true };
    return possible === null ? null : { at: possible, isCertain: false };
  }
}
