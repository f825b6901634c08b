/** A JSON object, as it is stored. */
export type Json = Readonly<Record<string, unknown>>;

/** An event to be written: its stored name with version, its data and metadata as plain JSON. */
export type NewEvent = { readonly id: string; readonly type: string; readonly data: Json; readonly metadata: Json };

/** An event as the store holds it. `created` is the store's clock, in milliseconds since 1970. */
export type StoredEvent = NewEvent & {
  readonly stream: string;
  readonly revision: bigint;
  readonly position: bigint;
  readonly created: number;
};

/** What the writer believes the stream to be: empty, or ending with this revision. There is no "any": it loses its idempotency. */
export type ExpectedRevision = 'noStream' | bigint;

export type Appended = {
  /** Revision and position of the last event written. */
  readonly revision: bigint;
  readonly position: bigint;
};

export type StreamReadOptions = {
  readonly direction?: 'forwards' | 'backwards';
  /** Inclusive. Default: the first event forwards, the last one backwards. */
  readonly from?: bigint;
  readonly maxCount?: number;
};

export type AllReadOptions = {
  readonly direction?: 'forwards' | 'backwards';
  /** Forwards inclusive, backwards exclusive. Default: the beginning forwards, the end backwards. */
  readonly from?: bigint;
  readonly maxCount?: number;
};

/** Which part of the log a subscription is to see: streams or types that begin with one of these. Never system events. */
export type LogFilter = { readonly streamPrefixes: readonly string[] } | { readonly typePrefixes: readonly string[] };

export type SubscriptionOptions = {
  /** By which metrics and warnings speak of it; one of a name at a time. */
  readonly name?: string;
  /** Starts strictly after this position; absent: from the beginning. */
  readonly after?: bigint;
  readonly filter?: LogFilter;
  /** Ends the subscription. */
  readonly signal: AbortSignal;
};

/**
 * What a subscription yields. `checkpoint`: everything up to and including that position was considered, matching or
 * not, so that it may be stored once all events yielded before it are done. `caughtUp`: the next event is a live one.
 */
export type SubscriptionItem =
  | { readonly kind: 'event'; readonly event: StoredEvent }
  | { readonly kind: 'checkpoint'; readonly position: bigint }
  | { readonly kind: 'caughtUp' };

/**
 * The record. Adapters: EventStoreDB through its client, and memory for unit tests; both pass
 * `testing/event-store-contract.ts`.
 */
export interface EventStore {
  /**
   * Writes all of `events` or none. Resolves only when they are durable. Writing the same ids at the same expected
   * revision again is answered with the first answer.
   * @throws RevisionConflict when the stream has moved on
   * @throws StoreUnavailable when the outcome could not be learnt in time, after retries with the same ids
   * @throws AppendTooLarge when the append is over the store's limit; nothing was written
   * @throws RefusedByStore when the store does not let us; nothing was written
   */
  append(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<Appended>;
  /**
   * Yields nothing for a stream that does not exist. Shows every append that was answered before.
   * @throws StoreUnavailable, RefusedByStore
   */
  readStream(stream: string, options?: StreamReadOptions): AsyncIterable<StoredEvent>;
  /** Without system events, else as `readStream`. @throws StoreUnavailable, RefusedByStore */
  readAll(options?: AllReadOptions): AsyncIterable<StoredEvent>;
  /**
   * Follows the log for ever, in its order, each event once, across restarts of the store; the consumer's pace holds
   * the store back. Ends when the signal is aborted or the store is closed.
   * @throws RefusedByStore when the store does not let us
   */
  subscribeToAll(options: SubscriptionOptions): AsyncIterable<SubscriptionItem>;
  /** Position of the last event in the log; undefined when it is empty. */
  head(): Promise<bigint | undefined>;
  /** Ends subscriptions and reads at once and appends within seconds, these two with StoreUnavailable. Never rejects. */
  close(): Promise<void>;
}

/** Expected revision and found revision differ: read the stream again and decide anew. */
export class RevisionConflict extends Error {
  override readonly name = 'RevisionConflict';
  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
    readonly found: ExpectedRevision,
  ) {
    super(
      `stream ${stream}: expected ${revisionInWords(expected)}, found ${revisionInWords(found)}; read it again and decide anew`,
    );
  }
}

/** The store did not answer in time or cannot be reached; whether an append took effect is unknown. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** The append holds more bytes than the store takes in one write. */
export class AppendTooLarge extends Error {
  override readonly name = 'AppendTooLarge';
}

function revisionInWords(revision: ExpectedRevision): string {
  return revision === 'noStream' ? 'no stream' : `revision ${revision}`;
}
