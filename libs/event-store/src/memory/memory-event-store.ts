import { assertAppendable } from '../append-limits.js';
import {
  type AllReadOptions,
  type Appended,
  type EventStore,
  type ExpectedRevision,
  type Json,
  type NewEvent,
  RevisionConflict,
  type StoredEvent,
  StoreUnavailable,
  type StreamReadOptions,
  type SubscriptionItem,
  type SubscriptionOptions,
} from '../event-store.js';
import { passes } from '../log-filter.js';

/** Far apart and uneven, as in a real log: nobody may count on the next position being one more. */
const positionStep = 97n;

export type MemoryEventStoreOptions = {
  /** Clock of the store, milliseconds since 1970; the system clock by default. */
  readonly now?: () => number;
};

/** An event store that lives as long as the process. For unit tests and for what-if runs. */
export function createMemoryEventStore({ now = Date.now }: MemoryEventStoreOptions = {}): EventStore {
  return new MemoryEventStore(now);
}

class MemoryEventStore implements EventStore {
  readonly #log: StoredEvent[] = [];
  readonly #streams = new Map<string, StoredEvent[]>();
  readonly #waiting = new Set<() => void>();
  #isClosed = false;

  constructor(private readonly now: () => number) {}

  async append(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<Appended> {
    this.#assertOpen();
    assertAppendable(stream, events, expected);
    const stored = this.#streams.get(stream) ?? [];
    const head = BigInt(stored.length) - 1n;
    const after = expected === 'noStream' ? -1n : expected;
    if (after !== head) {
      const standing = stored.slice(Number(after) + 1, Number(after) + 1 + events.length);
      const last = standing.at(-1);
      const isRetry = standing.length === events.length && standing.every((event, i) => event.id === events[i]?.id);
      if (isRetry && last !== undefined) return { revision: last.revision, position: last.position };
      throw new RevisionConflict(stream, expected, head === -1n ? 'noStream' : head);
    }
    const written: StoredEvent[] = [];
    let position = this.#log.at(-1)?.position ?? 0n;
    for (const event of events) {
      const revision = head + 1n + BigInt(written.length);
      position += positionStep * (revision + 1n);
      written.push(this.#asStored(stream, event, { revision, position }));
    }
    this.#streams.set(stream, stored);
    stored.push(...written);
    this.#log.push(...written);
    this.#wakeSubscribers();
    const last = written[written.length - 1]!;
    return { revision: last.revision, position: last.position };
  }

  async *readStream(stream: string, options: StreamReadOptions = {}): AsyncGenerator<StoredEvent> {
    this.#assertOpen();
    const stored = this.#streams.get(stream) ?? [];
    const { direction = 'forwards', from, maxCount = Infinity } = options;
    const chosen =
      direction === 'forwards'
        ? stored.slice(Number(from ?? 0n))
        : stored.slice(0, from === undefined ? undefined : Number(from) + 1).reverse();
    yield* chosen.slice(0, maxCount);
  }

  async *readAll(options: AllReadOptions = {}): AsyncGenerator<StoredEvent> {
    this.#assertOpen();
    const { direction = 'forwards', from, maxCount = Infinity } = options;
    const chosen =
      direction === 'forwards'
        ? this.#log.slice(from === undefined ? 0 : this.#indexOfFirstFrom(from))
        : this.#log.slice(0, from === undefined ? undefined : this.#indexOfFirstFrom(from)).reverse();
    yield* chosen.slice(0, maxCount);
  }

  async *subscribeToAll({ after, filter, signal }: SubscriptionOptions): AsyncGenerator<SubscriptionItem> {
    this.#assertOpen();
    let next = after === undefined ? 0 : this.#indexOfFirstFrom(after + 1n);
    let passedOver: bigint | undefined;
    let isLive = false;
    while (!signal.aborted && !this.#isClosed) {
      const event = this.#log[next];
      if (event !== undefined) {
        next += 1;
        if (passes(filter, event)) {
          passedOver = undefined;
          yield { kind: 'event', event };
        } else passedOver = event.position;
      } else if (passedOver !== undefined) {
        const position = passedOver;
        passedOver = undefined;
        yield { kind: 'checkpoint', position };
      } else if (!isLive) {
        isLive = true;
        yield { kind: 'caughtUp' };
      } else await this.#nextAppend(signal);
    }
  }

  async head(): Promise<bigint | undefined> {
    this.#assertOpen();
    return this.#log.at(-1)?.position;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#wakeSubscribers();
  }

  #asStored(stream: string, event: NewEvent, place: Appended): StoredEvent {
    const { id, type } = event;
    const data = asJson(event.data);
    const metadata = asJson(event.metadata);
    return Object.freeze({ id, type, data, metadata, stream, ...place, created: this.now() });
  }

  /** Index of the first event at or after the position. */
  #indexOfFirstFrom(position: bigint): number {
    let low = 0;
    let high = this.#log.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#log[middle]!.position < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  async #nextAppend(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }

  #wakeSubscribers(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new StoreUnavailable('the event store has been closed');
  }
}

/** What comes back from a store is what JSON keeps of a value, and is no longer the writer's object. */
function asJson(value: Json): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
