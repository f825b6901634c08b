import type { ClientBase } from 'pg';
import type { Holder } from './append-rules.js';
import { booleanArray, byteaArray, int4Array, int8Array, textArray, uuidArray } from './binary-array.js';
import { checksumOf } from './checksum.js';
import {
  deletedRevision,
  type Head,
  type LogRecord,
  type ProposedEvent,
  type Write,
  type WriteAnswer,
} from './record.js';
import { neverWritten, type StreamState } from './stream-heads.js';
import { originalOf, readStreamMetadata } from './stream-metadata.js';

const insertEvents = `
  insert into eventstore.events
    (position, created_ms, stream_id, revision, id, is_json, type, data, metadata, checksum)
  select $1::bigint + rows.number, $2::bigint, stream_id, revision, id, is_json, type, data, metadata, checksum
  from unnest(
    $3::bigint[], $4::bigint[], $5::uuid[], $6::boolean[], $7::text[], $8::bytea[], $9::bytea[], $10::int[]
  ) with ordinality as rows (stream_id, revision, id, is_json, type, data, metadata, checksum, number)`;

const insertStreamsAndEvents = `
  with made as (insert into eventstore.streams (id, name) select * from unnest($11::bigint[], $12::text[]))
  ${insertEvents}`;

/**
 * The writes of one transaction, and the answers that depend on its commit. Nothing outside sees any of it before the
 * commit has succeeded.
 */
export class Stage {
  readonly records: LogRecord[] = [];
  readonly states = new Map<string, StreamState>();
  readonly answers: { readonly write: Write; readonly answer: WriteAnswer }[] = [];
  readonly #ids = new Map<string, Holder>();
  readonly #streamIds: number[] = [];
  readonly #newStreamIds: number[] = [];
  readonly #newStreamNames: string[] = [];

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

  /** First holder of this id among the staged events. */
  holderOf(id: string): Holder | undefined {
    return this.#ids.get(id);
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
    const head = { revision, position: this.lastPosition + this.records.length + 1 };
    this.records.push({ ...event, stream, ...head, createdMs: this.createdMs });
    this.#streamIds.push(streamId);
    if (!this.#ids.has(event.id)) this.#ids.set(event.id, { stream, ...head });
    return head;
  }

  #makeStream(name: string): number {
    const id = this.nextStreamId;
    this.nextStreamId += 1;
    this.#newStreamIds.push(id);
    this.#newStreamNames.push(name);
    return id;
  }

  /** The id for the next stream after those made here. */
  get streamIdAfter(): number {
    return this.nextStreamId;
  }

  /** Writes everything in one statement, which is one transaction. */
  async commit(client: ClientBase): Promise<void> {
    const { records } = this;
    const values = [
      this.lastPosition,
      this.createdMs,
      int8Array(this.#streamIds),
      int8Array(records.map((record) => record.revision)),
      uuidArray(records.map((record) => record.id)),
      booleanArray(records.map((record) => record.isJson)),
      textArray(records.map((record) => record.type)),
      byteaArray(records.map((record) => record.data)),
      byteaArray(records.map((record) => record.metadata)),
      int4Array(records.map(checksumOf)),
    ];
    if (this.#newStreamIds.length === 0) {
      await client.query({ name: 'eventstore-insert', text: insertEvents, values });
    } else {
      const made = [int8Array(this.#newStreamIds), textArray(this.#newStreamNames)];
      await client.query({
        name: 'eventstore-insert-streams',
        text: insertStreamsAndEvents,
        values: [...values, ...made],
      });
    }
  }
}
