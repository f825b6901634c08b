import type { ClientBase } from 'pg';
import type { Holder } from './append-rules.js';
import {
  deletedRevision,
  type Head,
  type LogRecord,
  type ProposedEvent,
  type Write,
  type WriteAnswer,
} from './record.js';
import { RecordWrite, type NewStream, type NumberedRecord } from './record-write.js';
import { neverWritten, type StreamState } from './stream-heads.js';
import { originalOf, readStreamMetadata } from './stream-metadata.js';

/**
 * The writes of one transaction, and the answers that depend on its commit. Nothing outside sees any of it before the
 * commit has succeeded.
 */
export class Stage {
  readonly records: LogRecord[] = [];
  readonly states = new Map<string, StreamState>();
  readonly answers: { readonly write: Write; readonly answer: WriteAnswer }[] = [];
  /** First holders of the ids of the staged events. */
  readonly holders = new Map<string, Holder>();
  readonly #numbered: NumberedRecord[] = [];
  readonly #newStreams: NewStream[] = [];

  constructor(
    /** Position of the last event of the log so far. */
    private readonly lastPosition: number,
    private readonly createdMs: number,
    private nextStreamId: number,
    private readonly loaded: ReadonlyMap<string, StreamState>,
  ) {}

  /** The state of a stream after what is staged. */
  stateOf(stream: string): StreamState {
    return this.states.get(stream) ?? this.loaded.get(stream) ?? neverWritten;
  }

  answer(write: Write, answer: WriteAnswer): void {
    this.answers.push({ write, answer });
  }

  /** Puts events behind a stream's head, and answers the last of them. */
  put(stream: string, events: readonly ProposedEvent[]): Head | undefined {
    const state = this.stateOf(stream);
    const streamId = state.id ?? this.#makeStream(stream);
    let { head } = state;
    for (const event of events) {
      head = this.#add(streamId, stream, event, (head?.revision ?? -1) + 1);
    }
    this.states.set(stream, { ...state, id: streamId, head });
    const original = originalOf(stream);
    const last = events.at(-1);
    if (original !== undefined && last !== undefined) {
      this.states.set(original, { ...this.stateOf(original), metadata: readStreamMetadata(last.data) });
    }
    return head;
  }

  /** Puts the event that ends a stream for good. */
  putTombstone(stream: string, event: ProposedEvent): Head {
    const state = this.stateOf(stream);
    const streamId = state.id ?? this.#makeStream(stream);
    const head = this.#add(streamId, stream, event, deletedRevision);
    this.states.set(stream, { ...state, id: streamId, head });
    return head;
  }

  #add(streamId: number, stream: string, event: ProposedEvent, revision: number): Head {
    const { id, type, isJson, data, metadata } = event;
    const position = this.lastPosition + this.records.length + 1;
    // Field by field, since this is done for each event and to spread an object takes several times as long.
    const record = { id, type, isJson, data, metadata, stream, revision, position, createdMs: this.createdMs };
    this.records.push(record);
    this.#numbered.push({ record, streamId });
    const holder = { stream, revision, position };
    if (!this.holders.has(id)) this.holders.set(id, holder);
    return holder;
  }

  #makeStream(name: string): number {
    const id = this.nextStreamId;
    this.nextStreamId += 1;
    this.#newStreams.push({ id, name });
    return id;
  }

  /** The id for the next stream after those made here. */
  get streamIdAfter(): number {
    return this.nextStreamId;
  }

  /** Writes everything in one transaction. */
  commit(client: ClientBase): Promise<void> {
    return client.query(new RecordWrite(this.#numbered, this.#newStreams)).done;
  }
}
