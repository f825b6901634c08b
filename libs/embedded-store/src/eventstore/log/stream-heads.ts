import type { ClientBase, Pool } from 'pg';
import { textArray } from './binary-array.js';
import { Generations } from './generations.js';
import type { Head } from './record.js';
import { readStreamMetadata, type StreamMetadata } from './stream-metadata.js';

/** What is known of a stream. `head` is undefined without events, `metadata` when none was ever set. */
export type StreamState = {
  readonly id: number | undefined;
  readonly head: Head | undefined;
  readonly metadata: StreamMetadata | undefined;
};

export const neverWritten: StreamState = { id: undefined, head: undefined, metadata: undefined };

const statesQuery = `
  select wanted.name, streams.id, last.revision, last.position, set.data
  from unnest($1::text[]) as wanted (name)
  left join eventstore.streams as streams on streams.name = wanted.name
  left join lateral (
    select revision, position from eventstore.events
    where stream_id = streams.id order by revision desc limit 1
  ) as last on true
  left join eventstore.streams as metastreams on metastreams.name = '$$' || wanted.name
  left join lateral (
    select data from eventstore.events
    where stream_id = metastreams.id order by revision desc limit 1
  ) as set on true`;

type Row = {
  readonly name: string;
  readonly id: string | null;
  readonly revision: string | null;
  readonly position: string | null;
  readonly data: Buffer | null;
};

/** Reads the states of these streams from the log. */
export async function readStates(
  database: ClientBase | Pool,
  streams: readonly string[],
): Promise<ReadonlyMap<string, StreamState>> {
  if (streams.length === 0) return new Map();
  const { rows } = await database.query<Row>({
    name: 'eventstore-states',
    text: statesQuery,
    values: [textArray(streams)],
  });
  return new Map(
    rows.map(({ name, id, revision, position, data }) => [
      name,
      {
        id: id === null ? undefined : Number(id),
        head:
          revision === null || position === null
            ? undefined
            : { revision: Number(revision), position: Number(position) },
        metadata: data === null ? undefined : readStreamMetadata(data),
      },
    ]),
  );
}

/**
 * The states of streams as far as they are in memory: at least those of the `countMin` streams used last. As long as
 * nothing was forgotten since the start on an empty log, a stream that is not here does not exist, and nobody needs to
 * ask for it.
 */
export class StreamHeads {
  readonly #states: Generations<string, StreamState>;
  #wasLogEmpty = false;

  constructor(countMin: number) {
    this.#states = new Generations(countMin);
  }

  /** Forgets everything; `isLogEmpty`: there is nothing to know. */
  reset(isLogEmpty: boolean): void {
    this.#states.clear();
    this.#wasLogEmpty = isLogEmpty;
  }

  get(stream: string): StreamState | undefined {
    const isComplete = this.#wasLogEmpty && !this.#states.hasForgotten;
    return this.#states.get(stream) ?? (isComplete ? neverWritten : undefined);
  }

  set(stream: string, state: StreamState): void {
    this.#states.set(stream, state);
  }

  /** Adds the states of these streams to `states`, read from the log where they are not in memory. */
  async load(database: ClientBase, streams: Iterable<string>, states: Map<string, StreamState>): Promise<void> {
    const unknown: string[] = [];
    for (const stream of streams) {
      const state = this.get(stream);
      if (state === undefined) unknown.push(stream);
      else states.set(stream, state);
    }
    if (unknown.length === 0) return;
    for (const [stream, state] of await readStates(database, unknown)) {
      states.set(stream, state);
      this.set(stream, state);
    }
  }
}
