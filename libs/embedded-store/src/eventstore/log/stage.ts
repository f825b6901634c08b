import type { ClientBase } from 'pg';
import type { Holder } from './append-rules.js';
import { booleanArray, byteaArray, int8Array, textArray, uuidArray } from './binary-array.js';
import type { Append, AppendAnswer, Head, LogRecord } from './record.js';
import type { StreamState } from './stream-heads.js';

const insertEvents = `
  insert into eventstore.events (position, created_ms, stream_id, revision, id, is_json, type, data, metadata)
  select $1::bigint + rows.number, $2::bigint, stream_id, revision, id, is_json, type, data, metadata
  from unnest($3::bigint[], $4::bigint[], $5::uuid[], $6::boolean[], $7::text[], $8::bytea[], $9::bytea[])
    with ordinality as rows (stream_id, revision, id, is_json, type, data, metadata, number)`;

const insertStreamsAndEvents = `
  with made as (insert into eventstore.streams (id, name) select * from unnest($10::bigint[], $11::text[]))
  ${insertEvents}`;

/**
 * The writes of one transaction, and the answers that depend on its commit. Nothing outside sees any of it before the
 * commit has succeeded.
 */
export class Stage {
  readonly records: LogRecord[] = [];
  readonly states = new Map<string, StreamState>();
  readonly answers: { readonly append: Append; readonly answer: AppendAnswer }[] = [];
  readonly #ids = new Map<string, Holder>();
  readonly #streamIds: number[] = [];
  readonly #newStreamIds: number[] = [];
  readonly #newStreamNames: string[] = [];

  constructor(
    /** Position of the last event of the log so far. */
    private readonly lastPosition: number,
    private readonly createdMs: number,
    private nextStreamId: number,
  ) {}

  /** First holder of this id among the staged events. */
  holderOf(id: string): Holder | undefined {
    return this.#ids.get(id);
  }

  answer(append: Append, answer: AppendAnswer): void {
    this.answers.push({ append, answer });
  }

  /** Adds the append's events behind the stream's head. */
  write(append: Append, state: StreamState): void {
    const { stream, events } = append;
    const streamId = state.id ?? this.#makeStream(stream);
    let head: Head | undefined = state.head;
    for (const event of events) {
      head = {
        revision: (head?.revision ?? -1) + 1,
        position: this.lastPosition + this.records.length + 1,
      };
      this.records.push({
        ...event,
        stream,
        revision: head.revision,
        position: head.position,
        createdMs: this.createdMs,
      });
      this.#streamIds.push(streamId);
      if (!this.#ids.has(event.id)) this.#ids.set(event.id, { stream, ...head });
    }
    this.states.set(stream, { id: streamId, head });
    this.answer(append, { outcome: 'written', head });
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
