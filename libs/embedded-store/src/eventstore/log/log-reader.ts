import type { Pool } from 'pg';
import type { LogRecord } from './record.js';

export type Direction = 'forwards' | 'backwards';

/** A page holds at most this many events, and no more after this many bytes of data. */
const pageEventsMax = 1_000;
const pageBytesMax = 4 * 1024 * 1024;
const streamIdsMax = 10_000;

/** How a page begins: at this position or revision, itself included. */
type PageQuery = { readonly name: string; readonly text: string };

function pageQuery(name: string, key: 'position' | 'revision', direction: Direction, condition: string): PageQuery {
  const order = direction === 'forwards' ? 'asc' : 'desc';
  const within = direction === 'forwards' ? '>=' : '<=';
  return {
    name: `eventstore-${name}-${direction}`,
    text: `
      select page.position, streams.name, page.revision, page.created_ms, page.id, page.is_json, page.type, page.data,
        page.metadata
      from (
        select limited.*, sum(octet_length(data) + octet_length(metadata)) over (order by ${key} ${order}) as bytes_so_far
        from (
          select * from eventstore.events where ${condition} ${key} ${within} $1 order by ${key} ${order} limit $2
        ) as limited
      ) as page
      join eventstore.streams as streams on streams.id = page.stream_id
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

type Row = readonly [string, string, string, string, string, boolean, string, Buffer, Buffer];

/** Reads the log a page at a time, so that a read of any length needs little memory. */
export class LogReader {
  readonly #streamIds = new Map<string, number>();

  constructor(private readonly pool: Pool) {}

  /** The number of a stream that has events. */
  async streamId(name: string): Promise<number | undefined> {
    const known = this.#streamIds.get(name);
    if (known !== undefined) return known;
    const { rows } = await this.pool.query<{ id: string }>({
      name: 'eventstore-stream-id',
      text: 'select id from eventstore.streams where name = $1',
      values: [name],
    });
    if (rows[0] === undefined) return undefined;
    const id = Number(rows[0].id);
    if (this.#streamIds.size >= streamIdsMax) this.#streamIds.clear();
    this.#streamIds.set(name, id);
    return id;
  }

  /** Up to `countMax` events of the log from `position` on, itself included. */
  all(direction: Direction, position: number, countMax: number): Promise<Page> {
    return this.#page(allPages[direction], Math.min(countMax, pageEventsMax), [position]);
  }

  /** The same for one stream, by revision. */
  stream(id: number, direction: Direction, revision: number, countMax: number): Promise<Page> {
    return this.#page(streamPages[direction], Math.min(countMax, pageEventsMax), [revision, id]);
  }

  async #page(query: PageQuery, countMax: number, [from, ...rest]: readonly number[]): Promise<Page> {
    const { rows } = await this.pool.query<Row[]>({ ...query, values: [from, countMax, ...rest], rowMode: 'array' });
    let bytes = 0;
    const records = (rows as unknown as readonly Row[]).map(
      ([position, stream, revision, createdMs, id, isJson, type, data, metadata]) => {
        bytes += data.length + metadata.length;
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
      },
    );
    return { records, isLast: records.length < countMax && bytes < pageBytesMax };
  }
}
