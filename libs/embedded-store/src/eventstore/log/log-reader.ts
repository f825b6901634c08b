import type { Pool } from 'pg';
import { int8Array, textArray } from './binary-array.js';
import type { CopiedRecord } from './copied-record.js';
import type { LogRecord } from './record.js';
import { RecordCopy } from './record-copy.js';
import { StreamNames } from './stream-names.js';

export type Direction = 'forwards' | 'backwards';

/** A page holds at most this many events, and no more after this many bytes of data. */
const pageEventsMax = 2_000;
const pageBytesMax = 4 * 1024 * 1024;
/** Large pages are copied, small ones selected: a prepared statement answers sooner, a copy costs less an event. */
const copiedEventsMin = 200;

/** Of a page; without the names of the streams, which are known for the most part. */
const pageColumns = 'position, stream_id, revision, created_ms, id, is_json, type, data, metadata';

/** How a page begins: at this position or revision, itself included. */
type PageQuery = { readonly name: string; readonly text: string };

function pageQuery(name: string, key: 'position' | 'revision', direction: Direction, condition: string): PageQuery {
  const order = direction === 'forwards' ? 'asc' : 'desc';
  const within = direction === 'forwards' ? '>=' : '<=';
  return {
    name: `eventstore-${name}-${direction}`,
    text: `
      select ${pageColumns}
      from (
        select limited.*, sum(octet_length(data) + octet_length(metadata))
          over (order by ${key} ${order} rows unbounded preceding) as bytes_so_far
        from (
          select * from eventstore.events where ${condition} ${key} ${within} $1 order by ${key} ${order} limit $2
        ) as limited
      ) as page
      where page.bytes_so_far - octet_length(page.data) - octet_length(page.metadata) < ${pageBytesMax}
      order by page.${key} ${order}`,
  };
}

const allPages = {
  forwards: pageQuery('all', 'position', 'forwards', ''),
  backwards: pageQuery('all', 'position', 'backwards', ''),
};
const streamPages = {
  forwards: pageQuery('stream', 'revision', 'forwards', 'stream_id = $3 and'),
  backwards: pageQuery('stream', 'revision', 'backwards', 'stream_id = $3 and'),
};

/** `isLast`: there was nothing beyond it in this direction when it was read. */
export type Page = { readonly records: readonly LogRecord[]; readonly isLast: boolean };

/** One event of one stream. */
export type Place = { readonly stream: string; readonly revision: number };

/** The columns of a `Row`, with the name of the stream, of tables named `events` and `streams`. */
export const recordColumns = `
  events.position, streams.name, events.revision, events.created_ms, events.id, events.is_json, events.type,
  events.data, events.metadata`;

const placesQuery = `
  select ${recordColumns}, places.number
  from unnest($1::text[], $2::bigint[]) with ordinality as places (stream, revision, number)
  join eventstore.streams as streams on streams.name = places.stream
  join eventstore.events as events on events.stream_id = streams.id and events.revision = places.revision`;

export type Row = [string, string, string, string, string, boolean, string, Buffer, Buffer];

type Rows = { readonly records: readonly LogRecord[]; readonly bytes: number };

/** Reads the log a page at a time, so that a read of any length needs little memory. */
export class LogReader {
  readonly #names: StreamNames;

  constructor(private readonly pool: Pool) {
    this.#names = new StreamNames(pool);
  }

  /** Up to `countMax` events of the log from `position` on, itself included. */
  all(direction: Direction, position: number, countMax: number): Promise<Page> {
    return this.#page(allPages[direction], Math.min(countMax, pageEventsMax), [position]);
  }

  /** The same for one stream, by revision. */
  stream(id: number, direction: Direction, revision: number, countMax: number): Promise<Page> {
    return this.#page(streamPages[direction], Math.min(countMax, pageEventsMax), [revision, id]);
  }

  /** The events at these places, by the index of their place; those that do not exist are left out. */
  async at(places: readonly Place[]): Promise<ReadonlyMap<number, LogRecord>> {
    if (places.length === 0) return new Map();
    const { rows } = await this.pool.query<[...Row, string]>({
      name: 'eventstore-at',
      text: placesQuery,
      values: [textArray(places.map(({ stream }) => stream)), int8Array(places.map(({ revision }) => revision))],
      rowMode: 'array',
    });
    return new Map(rows.map((row) => [Number(row[9]) - 1, recordOf(row)]));
  }

  async #page(query: PageQuery, countMax: number, [from = 0, ...rest]: readonly number[]): Promise<Page> {
    const values = [from, countMax, ...rest];
    const { records, bytes } = await (countMax < copiedEventsMin
      ? this.#select(query, values)
      : this.#copy(query, values));
    return { records, isLast: records.length < countMax && bytes < pageBytesMax };
  }

  async #select(query: PageQuery, values: readonly number[]): Promise<Rows> {
    // A `Row` with the number of the stream in the place of its name.
    const { rows } = await this.pool.query<Row>({ ...query, values: [...values], rowMode: 'array' });
    const names = await this.#names.of(rows.map((row) => ({ position: Number(row[0]), streamId: Number(row[1]) })));
    const records = rows.map(([position, streamId, ...rest]) =>
      recordOf([position, names.get(Number(streamId)) ?? '', ...rest]),
    );
    return { records, bytes: records.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0) };
  }

  async #copy({ text }: PageQuery, values: readonly number[]): Promise<Rows> {
    const copy = new RecordCopy(text.replace(/\$(\d)/g, (_, number) => String(values[Number(number) - 1])));
    const records = await this.#received(copy);
    const names = await this.#names.of(records);
    for (const record of records) record.stream = names.get(record.streamId) ?? '';
    return { records, bytes: copy.bytes };
  }

  async #received(copy: RecordCopy): Promise<readonly CopiedRecord[]> {
    const client = await this.pool.connect();
    try {
      client.query(copy);
      const records = await copy.records;
      client.release();
      return records;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }
}

export function recordOf(row: Row | readonly [...Row, unknown]): LogRecord {
  const [position, stream, revision, createdMs, id, isJson, type, data, metadata] = row;
  return {
    position: Number(position),
    stream,
    revision: Number(revision),
    createdMs: Number(createdMs),
    id,
    isJson,
    type,
    data,
    metadata,
  };
}
