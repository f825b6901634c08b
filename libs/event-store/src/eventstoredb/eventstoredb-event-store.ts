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
import { Appender } from './appender.js';
import { type Pacing, systemPacing } from './back-off.js';
import { openClient, type OpenClient } from './client.js';
import { Follower } from './follower.js';
import { Reader } from './reader.js';
import { appendConnectionFor, type SharedAppendConnection } from './shared-append-connection.js';

export type EventStoreConnection = {
  /** `esdb://host:port?tls=false`, `esdb+discover://…`: what the official client understands. */
  readonly connectionString: string;
  /** For one try of an append, milliseconds. Default 3,000: the store itself gives up after 2,000. */
  readonly appendTimeoutMs?: number;
  /** How long a read may bring nothing, milliseconds. Default 10,000. */
  readonly readTimeoutMs?: number;
  /** For tests. */
  readonly pacing?: Pacing;
  readonly open?: OpenClient;
};

/**
 * The event store through the official client. Opens nothing yet; the first call connects. A process appends to one
 * event store at a time, see AppendConnection: stores that are opened for one connection string share their appends.
 *
 * @throws when the connection string is malformed, or when the process has another event store open
 */
export function connectEventStore(connection: EventStoreConnection): EventStore {
  return new EventStoreDbEventStore(connection);
}

class EventStoreDbEventStore implements EventStore {
  readonly #closing = new AbortController();
  readonly #appends: SharedAppendConnection;
  readonly #appender: Appender;
  readonly #reader: Reader;
  readonly #follower: Follower;
  readonly #closeReads: () => Promise<void>;

  constructor({
    connectionString,
    appendTimeoutMs = 3_000,
    readTimeoutMs = 10_000,
    pacing = systemPacing,
    open = () => openClient(connectionString),
  }: EventStoreConnection) {
    const client = open();
    this.#closeReads = () => client.close();
    const isClosed = (): boolean => this.#closing.signal.aborted;
    this.#reader = new Reader({ client, pacing, timeoutMs: readTimeoutMs, isClosed });
    this.#follower = new Follower({ client, pacing, closing: this.#closing.signal });
    this.#appends = appendConnectionFor(connectionString, open);
    this.#appender = new Appender({
      connection: this.#appends,
      read: (stream, from, count) => this.#reader.readStream(stream, { from, maxCount: count }),
      pacing,
      timeoutMs: appendTimeoutMs,
    });
  }

  append(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<Appended> {
    return this.#appender.append(stream, events, expected);
  }

  readStream(stream: string, options?: StreamReadOptions): AsyncIterable<StoredEvent> {
    return this.#reader.readStream(stream, options);
  }

  readAll(options?: AllReadOptions): AsyncIterable<StoredEvent> {
    return this.#reader.readAll(options);
  }

  subscribeToAll(options: SubscriptionOptions): AsyncIterable<SubscriptionItem> {
    return this.#follower.follow(options);
  }

  async head(): Promise<bigint | undefined> {
    for await (const { position } of this.#reader.readAll({ direction: 'backwards', maxCount: 1 })) return position;
    return undefined;
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    await Promise.all([this.#appends.release(), this.#closeReads()]);
  }
}
