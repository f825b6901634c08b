import { setMaxListeners } from 'node:events';
import type {
  AllReadOptions,
  Appended,
  EventStore,
  ExpectedRevision,
  NewEvent,
  StoredEvent,
  StreamReadOptions,
  SubscriptionItem,
  SubscriptionOptions,
} from '../event-store.js';
import type { SubscriptionObserver } from '../subscription-observer.js';
import { Appender } from './appender.js';
import { openClient, type OpenClient } from './client.js';
import { Follower } from './follower.js';
import { type Pacing, systemPacing } from './pacing.js';
import { ReadConnection } from './read-connection.js';
import { Reader } from './reader.js';
import { appendConnectionFor, type SharedAppendConnection } from './shared-append-connection.js';

export type EventStoreConnection = {
  /**
   * `esdb://host:port?tls=false` for one node, `esdb+discover://…` or several hosts for a cluster; `kurrentdb://` is
   * taken for the same. See docs/event-store.md for the settings.
   */
  readonly connectionString: string;
  /** For one try of an append, milliseconds. Default 3,000: the store itself gives up after 2,000. */
  readonly appendTimeoutMs?: number;
  /**
   * How long an append whose outcome is unknown goes on to be tried again, milliseconds: no try begins later. Default
   * 5,000: a cluster has found a new leader by then.
   */
  readonly appendRetryForMs?: number;
  /** How long a read may bring nothing, over all its tries, milliseconds. Default 10,000. */
  readonly readTimeoutMs?: number;
  readonly observer?: SubscriptionObserver;
  /** For tests. */
  readonly pacing?: Pacing;
  readonly open?: OpenClient;
};

/** An append that ends its tries without an answer looks so long into the stream for what has become of it. */
const outcomeTimeoutMs = 2_000;

/**
 * The event store through the official client. Opens nothing yet; the first call connects. A process appends to one
 * event store at a time, see AppendConnection: stores that are opened for one connection string share their appends.
 *
 * @throws WrongConnectionString when the connection string cannot be used
 * @throws when the process has another event store open
 */
export function connectEventStore(connection: EventStoreConnection): EventStore {
  return new EventStoreDbEventStore(connection);
}

class EventStoreDbEventStore implements EventStore {
  readonly #closing = new AbortController();
  readonly #appends: SharedAppendConnection;
  readonly #reads: ReadConnection;
  readonly #appender: Appender;
  readonly #reader: Reader;
  readonly #follower: Follower;
  readonly #readTimeoutMs: number;

  constructor({
    connectionString,
    appendTimeoutMs = 3_000,
    appendRetryForMs = 5_000,
    readTimeoutMs = 10_000,
    observer,
    pacing = systemPacing,
    open = () => openClient(connectionString),
  }: EventStoreConnection) {
    const closing = this.#closing.signal;
    // Every read that is under way listens.
    setMaxListeners(0, closing);
    this.#readTimeoutMs = readTimeoutMs;
    this.#reads = new ReadConnection(open, pacing, closing);
    this.#reader = new Reader({ connection: this.#reads, pacing, closing });
    this.#follower = new Follower({ connection: this.#reads, pacing, closing, observer });
    this.#appends = appendConnectionFor(connectionString, open, pacing);
    this.#appender = new Appender({
      connection: this.#appends,
      read: (stream, from, count) =>
        this.#reader.readStream(stream, { from, maxCount: count, patienceMs: outcomeTimeoutMs }),
      pacing,
      timeoutMs: appendTimeoutMs,
      retryForMs: appendRetryForMs,
    });
  }

  append(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<Appended> {
    return this.#appender.append(stream, events, expected);
  }

  readStream(stream: string, options?: StreamReadOptions): AsyncIterable<StoredEvent> {
    return this.#reader.readStream(stream, { ...options, patienceMs: this.#readTimeoutMs });
  }

  readAll(options?: AllReadOptions): AsyncIterable<StoredEvent> {
    return this.#reader.readAll({ ...options, patienceMs: this.#readTimeoutMs });
  }

  subscribeToAll(options: SubscriptionOptions): AsyncIterable<SubscriptionItem> {
    return this.#follower.follow(options);
  }

  async head(): Promise<bigint | undefined> {
    for await (const { position } of this.readAll({ direction: 'backwards', maxCount: 1 })) return position;
    return undefined;
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    await Promise.all([this.#appends.release(), this.#reads.close()]);
  }
}
