/** An event as a client asks for it to be written. */
export type ProposedEvent = {
  /** Lower-case UUID. */
  readonly id: string;
  readonly type: string;
  readonly isJson: boolean;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
};

/** An event as the log holds it. Positions count the events of the log from 1; revisions those of a stream from 0. */
export type LogRecord = ProposedEvent & {
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  /** Server time at the write, in milliseconds since 1970; it never falls along the log. */
  readonly createdMs: number;
};

/**
 * The revision of the event that deletes a stream for good. It stands for the largest one of the protocol, 2^63 - 1,
 * which a number cannot hold.
 */
export const deletedRevision = Number.MAX_SAFE_INTEGER;

/** What the writer of an append believes the stream to be. A number is the revision of its last event. */
export type ExpectedRevision = 'any' | 'noStream' | 'streamExists' | number;

/** The last event of a stream. */
export type Head = { readonly revision: number; readonly position: number };

export type WriteAnswer =
  /** Durable. `head` is the last event of this write, or of the stream for an append of nothing; undefined: no stream. */
  | { readonly outcome: 'written'; readonly head: Head | undefined }
  | { readonly outcome: 'wrongRevision'; readonly current: number | undefined }
  /** The stream is deleted, for good or, where it had to exist, for now. */
  | { readonly outcome: 'streamDeleted' }
  /** The deadline has passed; the write may have taken effect. */
  | { readonly outcome: 'timeout' }
  /** Nothing was written, and the server cannot write at present. */
  | { readonly outcome: 'unavailable'; readonly reason: string };

/** One atomic write, if the stream is what the writer believes it to be. */
export type Write = {
  /**
   * `append`: all of the events or none. `delete`: shows the stream as if it had never been, until somebody writes to
   * it again. `tombstone`: ends the stream for good.
   */
  readonly kind: 'append' | 'delete' | 'tombstone';
  readonly stream: string;
  readonly expected: ExpectedRevision;
  /** None for a deletion. */
  readonly events: readonly ProposedEvent[];
  /** Milliseconds since 1970. */
  readonly deadlineMs: number;
  /** Called exactly once. */
  readonly answer: (answer: WriteAnswer) => void;
};

/** Bytes that count against the limits of an append: data, metadata, and the type in UTF-16 units. */
export function sizeOf(event: ProposedEvent): number {
  return event.data.length + event.metadata.length + 2 * event.type.length;
}
