import type { EventLog } from '../log/event-log.js';
import type { Direction, Page } from '../log/log-reader.js';
import { encodeRecord } from '../protocol/encode-record.js';
import { invalidArgument, requestFailure, unknownFailure } from '../protocol/failures.js';
import { streams, type Streams } from '../protocol/protocol.js';
import { encodeStreamNotFound } from '../protocol/read-answers.js';
import { readStreamName, readUint64 } from '../protocol/read-request.js';
import type { Outlet } from './outlet.js';
import { readFilter, type RecordFilter } from './record-filter.js';

/** The first page is small, since most reads are; the following ones are as large as the log gives them. */
const firstPageEvents = 128;

type FetchPage = (from: number, countMax: number) => Promise<Page>;

/** Serves a read of a stream or of the whole log up to a count. */
export async function serveRead(log: EventLog, options: Streams.ReadReq.Options, outlet: Outlet): Promise<void> {
  const count = readUint64(options.getCount());
  if (count === 0) return outlet.fail(unknownFailure('the count of a read is at least 1'));
  const direction: Direction =
    options.getReadDirection() === streams.ReadReq.Options.ReadDirection.FORWARDS ? 'forwards' : 'backwards';
  const stream = options.getStream();
  if (stream === undefined) return serveReadOfAll(log, options, { count, direction }, outlet);

  const name = readStreamName(stream.getStreamIdentifier());
  if (typeof name !== 'string') return outlet.fail(requestFailure(name));
  const id = await log.reader.streamId(name);
  if (id === undefined) {
    outlet.write(encodeStreamNotFound(stream.getStreamIdentifier()));
    return outlet.end();
  }
  const fetch: FetchPage = (from, countMax) => log.reader.stream(id, direction, from, countMax);
  let from: number | undefined = 0;
  if (stream.hasRevision()) from = readUint64(stream.getRevision());
  else if (stream.hasEnd()) from = direction === 'forwards' ? undefined : Number.MAX_SAFE_INTEGER;
  await sendPages(outlet, { fetch, from, direction, count, key: 'revision', filter: undefined });
}

async function serveReadOfAll(
  log: EventLog,
  options: Streams.ReadReq.Options,
  { count, direction }: { readonly count: number; readonly direction: Direction },
  outlet: Outlet,
): Promise<void> {
  const filterOptions = options.getFilter();
  const filter = filterOptions === undefined ? undefined : readFilter(filterOptions);
  if (typeof filter === 'string') return outlet.fail(invalidArgument(filter));
  const all = options.getAll();
  const position = all?.getPosition();
  const isAtEnd = all?.hasEnd() === true;
  let from: number | undefined;
  if (direction === 'forwards' && !isAtEnd) from = 0;
  if (direction === 'backwards' && isAtEnd) from = Number.MAX_SAFE_INTEGER;
  if (position !== undefined) {
    // Backwards a position excludes itself.
    from = readUint64(position.getCommitPosition()) - (direction === 'backwards' ? 1 : 0);
  }
  const fetch: FetchPage = (start, countMax) => log.reader.all(direction, start, countMax);
  await sendPages(outlet, { fetch, from, direction, count, key: 'position', filter });
}

async function sendPages(
  outlet: Outlet,
  read: {
    readonly fetch: FetchPage;
    /** Included; undefined when there is nothing in this direction. */
    readonly from: number | undefined;
    readonly direction: Direction;
    readonly count: number;
    readonly key: 'position' | 'revision';
    readonly filter: RecordFilter | undefined;
  },
): Promise<void> {
  const step = read.direction === 'forwards' ? 1 : -1;
  let remaining = read.count;
  let next =
    read.from === undefined || read.from < 0 ? undefined : read.fetch(read.from, Math.min(remaining, firstPageEvents));
  while (next !== undefined && !outlet.isOver) {
    const { records, isLast } = await next;
    const last = records.at(-1);
    const after = last === undefined ? -1 : last[read.key] + step;
    const isEnough = read.filter === undefined && records.length >= remaining;
    // The next page is on its way while this one is sent; without a filter it is known how much of it is wanted.
    const wanted = read.filter === undefined ? remaining - records.length : Infinity;
    next = isLast || isEnough || after < 0 ? undefined : read.fetch(after, wanted);
    next?.catch(() => undefined);
    for (const record of records) {
      if (read.filter !== undefined && !read.filter.passes(record)) continue;
      if (!outlet.writeEvent(encodeRecord(record))) await outlet.change();
      remaining -= 1;
      if (outlet.isOver || remaining === 0) break;
    }
    if (remaining === 0) break;
  }
  outlet.end();
}
