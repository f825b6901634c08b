import type { EventStore, LogFilter, StoredEvent } from '#libs/event-store';

/** What the log holds next: events, and up to where it has been looked at. */
export type LogBatch = { readonly events: readonly StoredEvent[]; readonly position: bigint };

export type LogFollowerOptions = {
  readonly store: EventStore;
  readonly after: bigint | undefined;
  readonly filter: LogFilter;
  readonly signal: AbortSignal;
  readonly batchEventsMax: number;
};

/** While behind, a batch may wait this long to become full: a larger one assesses each model fewer times. */
const gatherWhileBehindMs = 50;

/**
 * Reads the log ahead, at most two batches, so that reading and writing overlap. Live events are handed over at once;
 * what comes in during a transaction is the next batch.
 */
export class LogFollower {
  #events: StoredEvent[] = [];
  #position: bigint | undefined;
  #isCaughtUp = false;
  #hasEnded = false;
  #failure: unknown;
  #wakeConsumer: (() => void) | undefined;
  #wakeReader: (() => void) | undefined;

  constructor(private readonly options: LogFollowerOptions) {
    options.signal.addEventListener('abort', () => this.#wake(), { once: true });
    void this.#read();
  }

  /** Whether everything there was at the start has been read. */
  get isCaughtUp(): boolean {
    return this.#isCaughtUp;
  }

  /** Whether everything that has been read has been taken. */
  get isEmpty(): boolean {
    return this.#position === undefined;
  }

  /** Waits for a batch at most `waitMs`. Undefined: there was none. @throws what the subscription threw */
  async take(waitMs: number): Promise<LogBatch | undefined> {
    const { batchEventsMax, signal } = this.options;
    if (this.#position === undefined) await this.#waitForReader(waitMs);
    const gatherUntil = performance.now() + gatherWhileBehindMs;
    while (!this.#isCaughtUp && !this.#isDone && this.#position !== undefined && this.#events.length < batchEventsMax) {
      const leftMs = gatherUntil - performance.now();
      if (leftMs <= 0) break;
      await this.#waitForReader(leftMs);
    }
    if (signal.aborted) return undefined;
    // What was read before a failure is good; the failure comes with the next call.
    if (this.#position === undefined) {
      if (this.#failure !== undefined) throw this.#failure as Error;
      if (this.#hasEnded) throw new Error('the subscription to the log has ended by itself');
      return undefined;
    }
    return this.#cut(batchEventsMax);
  }

  get #isDone(): boolean {
    return this.#hasEnded || this.options.signal.aborted;
  }

  #cut(batchEventsMax: number): LogBatch | undefined {
    const events = this.#events.slice(0, batchEventsMax);
    this.#events = this.#events.slice(batchEventsMax);
    const position = this.#events.length === 0 ? this.#position : events.at(-1)?.position;
    if (this.#events.length === 0) this.#position = undefined;
    this.#wakeReader?.();
    return position === undefined ? undefined : { events, position };
  }

  async #read(): Promise<void> {
    const { store, after, filter, signal, batchEventsMax } = this.options;
    try {
      const items = store.subscribeToAll({
        name: 'projections',
        filter,
        signal,
        ...(after === undefined ? {} : { after }),
      });
      for await (const item of items) {
        if (item.kind === 'caughtUp') this.#isCaughtUp = true;
        else if (item.kind === 'checkpoint') this.#position = item.position;
        else {
          this.#events.push(item.event);
          this.#position = item.event.position;
        }
        // While behind, the consumer waits for a full batch, and waking it for each event would only cost.
        if (this.#isCaughtUp || this.#events.length >= batchEventsMax || this.#events.length <= 1) this.#wake();
        while (this.#events.length >= 2 * batchEventsMax && !signal.aborted) {
          await new Promise<void>((resolve) => (this.#wakeReader = resolve));
        }
      }
    } catch (error) {
      this.#failure = error;
    }
    this.#hasEnded = true;
    this.#wake();
  }

  #wake(): void {
    this.#wakeConsumer?.();
    if (this.options.signal.aborted) this.#wakeReader?.();
  }

  async #waitForReader(waitMs: number): Promise<void> {
    if (this.#isDone) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#wakeConsumer = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wakeConsumer = undefined;
  }
}
