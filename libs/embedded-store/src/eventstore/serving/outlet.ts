import type { Call, CallFailure } from '../transport/call.js';
import type { Counters } from './counters.js';
import type { Interruption } from './read-faults.js';

/** Writes the answers of a read at the pace of the client, until it goes away. */
export class Outlet {
  #events = 0;

  constructor(
    private readonly call: Call,
    private readonly counters: Counters,
    private readonly interruption: Interruption | undefined,
  ) {}

  /** True once nobody takes the answers any more. */
  get isOver(): boolean {
    return this.call.isOver || this.#isInterrupted;
  }

  /** False when the client has enough for now: wait for `change()` before the next one. */
  writeEvent(bytes: Uint8Array): boolean {
    if (this.#isInterrupted) return true;
    const isTaken = this.call.write(bytes);
    this.#events += 1;
    this.counters.eventsSent.add();
    if (this.#isInterrupted) this.interruption?.interrupt();
    return isTaken;
  }

  /** The same for what is not an event. */
  write(bytes: Uint8Array): boolean {
    return this.#isInterrupted || this.call.write(bytes);
  }

  /** Resolves when the client takes more again, when the call is over, or when `wake` is called. */
  change(): Promise<void> {
    return this.isOver ? Promise.resolve() : this.call.change();
  }

  get wake(): () => void {
    return this.call.wake;
  }

  end(): void {
    if (!this.#isInterrupted) this.call.end();
  }

  fail(failure: CallFailure): void {
    if (!this.#isInterrupted) this.call.fail(failure);
  }

  get #isInterrupted(): boolean {
    return this.interruption !== undefined && this.#events >= this.interruption.afterEvents;
  }
}
