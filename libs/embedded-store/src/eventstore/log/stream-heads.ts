import type { ClientBase } from 'pg';
import type { Head } from './record.js';
import { textArray } from './binary-array.js';

/** What is known of a stream. `head` is undefined for a stream without events. */
export type StreamState = { readonly id: number | undefined; readonly head: Head | undefined };

const neverWritten: StreamState = { id: undefined, head: undefined };

const headsQuery = `
  select wanted.name, streams.id, last.revision, last.position
  from unnest($1::text[]) as wanted (name)
  join eventstore.streams as streams on streams.name = wanted.name
  left join lateral (
    select revision, position from eventstore.events
    where stream_id = streams.id order by revision desc limit 1
  ) as last on true`;

/**
 * The heads of streams as far as they are in memory: the ones used last, at most `streamsMax`. As long as nothing was
 * dropped since the start on an empty log, a stream that is not here does not exist, and nobody needs to ask for it.
 */
export class StreamHeads {
  readonly #states = new Map<string, StreamState>();
  #isComplete = false;

  constructor(private readonly streamsMax: number) {}

  /** Forgets everything; `isEmptyLog`: there is nothing to know. */
  reset(isEmptyLog: boolean): void {
    this.#states.clear();
    this.#isComplete = isEmptyLog;
  }

  get(stream: string): StreamState | undefined {
    return this.#states.get(stream) ?? (this.#isComplete ? neverWritten : undefined);
  }

  set(stream: string, state: StreamState): void {
    this.#states.delete(stream);
    this.#states.set(stream, state);
    if (this.#states.size <= this.streamsMax) return;
    this.#isComplete = false;
    for (const oldest of this.#states.keys()) {
      this.#states.delete(oldest);
      return;
    }
  }

  /** The states of these streams, read from the log where they are not in memory. */
  async load(client: ClientBase, streams: Iterable<string>): Promise<ReadonlyMap<string, StreamState>> {
    const states = new Map<string, StreamState>();
    const unknown: string[] = [];
    for (const stream of streams) {
      const state = this.get(stream);
      states.set(stream, state ?? neverWritten);
      if (state === undefined) unknown.push(stream);
    }
    if (unknown.length === 0) return states;
    const { rows } = await client.query<{ name: string; id: string; revision: string | null; position: string | null }>(
      {
        name: 'eventstore-heads',
        text: headsQuery,
        values: [textArray(unknown)],
      },
    );
    for (const { name, id, revision, position } of rows) {
      const head =
        revision === null || position === null ? undefined : { revision: Number(revision), position: Number(position) };
      states.set(name, { id: Number(id), head });
    }
    for (const stream of unknown) this.set(stream, states.get(stream) ?? neverWritten);
    return states;
  }
}
