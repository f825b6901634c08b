import type { CallOff, Pacing } from '../src/eventstoredb/pacing.js';

type Timer = { readonly dueMs: number; readonly action: () => void };

/**
 * Time that passes only when nothing else is left to do, and then at once: hours take milliseconds, and the same
 * program runs in the same order each time.
 */
export class VirtualTime {
  #nowMs = 0;
  /** By due time; those due at once in the order in which they were set. */
  readonly #timers: Timer[] = [];

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Timers that are still to come. */
  get pending(): number {
    return this.#timers.length;
  }

  pacing(random: () => number): Pacing {
    return { now: () => this.#nowMs, after: (delayMs, action) => this.after(delayMs, action), random };
  }

  after(delayMs: number, action: () => void): CallOff {
    const timer: Timer = { dueMs: this.#nowMs + Math.max(delayMs, 0), action };
    let place = this.#timers.length;
    while (place > 0 && this.#timers[place - 1]!.dueMs > timer.dueMs) place -= 1;
    this.#timers.splice(place, 0, timer);
    return () => {
      const at = this.#timers.indexOf(timer);
      if (at >= 0) this.#timers.splice(at, 1);
    };
  }

  pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }

  /** Lets everything happen that needs no time. */
  async settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Lets time pass until the condition holds. False: it does not within so much time, or nothing is left to happen. */
  async passUntil(isTrue: () => boolean, forMs = 3_600_000): Promise<boolean> {
    const endsAtMs = this.#nowMs + forMs;
    for (;;) {
      await this.settle();
      if (isTrue()) return true;
      const [next] = this.#timers;
      if (next === undefined || next.dueMs > endsAtMs) return false;
      this.#nowMs = next.dueMs;
      this.#timers.shift();
      next.action();
    }
  }

  /** As `passUntil`. @throws when it does not come true */
  async until(isTrue: () => boolean, forMs?: number): Promise<void> {
    if (!(await this.passUntil(isTrue, forMs)))
      throw new Error(`what was waited for did not come: ${isTrue.toString()}`);
  }

  /** Lets time pass until the work is done. */
  async pass<Result>(work: Promise<Result>): Promise<Result> {
    let isSettled = false;
    const settled = (): void => void (isSettled = true);
    work.then(settled, settled);
    await this.until(() => isSettled);
    return work;
  }
}
