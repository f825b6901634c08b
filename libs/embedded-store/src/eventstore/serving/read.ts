import type { EventLog } from '../log/event-log.js';
import type { Direction, Page } from '../log/log-reader.js';
import { deletedRevision, type LogRecord } from '../log/record.js';
import { exists, isRetained, isTombstoned, retentionOf, type Retention } from '../log/retention.js';
import { encodeRecord } from '../protocol/encode-record.js';
import { invalidArgument, streamDeleted, unknownFailure } from '../protocol/failures.js';
import { streams, type Streams } from '../protocol/protocol.js';
import { encodeStreamNotFound } from '../protocol/read-answers.js';
import { readUint64 } from '../protocol/read-request.js';
import { resolvingEncoder } from './links.js';
import type { Outlet } from './outlet.js';
import { readFilter } from './record-filter.js';
import { standingOf } from './standing.js';

/** The first page is small, since most reads are; the following ones are as large as the log gives them. */
const firstPageEvents = 128;

type FetchPage = (from: number, countMax: number) => Promise<Page>;

/** Serves a read of a stream or of the whole log up to a count. */
export async function serveRead(
  log: EventLog,
  options: Streams.ReadReq.Options,
  /** Undefined for the whole log. */
  name: string | undefined,
  outlet: Outlet,
): Promise<void> {
  const count = readUint64(options.getCount());
  if (count === 0) return outlet.fail(unknownFailure('the count of a read is at least 1'));
  const direction: Direction =
    options.getReadDirection() === streams.ReadReq.Options.ReadDirection.FORWARDS ? 'forwards' : 'backwards';
  const stream = options.getStream();
  if (stream === undefined || name === undefined) return serveReadOfAll(log, options, { count, direction }, outlet);

  const state = await standingOf(log, name);
  if (isTombstoned(state)) return outlet.fail(streamDeleted(name));
  const { id } = state;
  if (id === undefined || !exists(state)) {
    outlet.write(encodeStreamNotFound(stream.getStreamIdentifier()));
    return outlet.end();
  }
  const retention = retentionOf(name, state, Date.now());
  const from = startInStream(stream, direction, retention);
  const fetch: FetchPage = (start, countMax) => log.reader.stream(id, direction, start, countMax);
  await sendPages(log, outlet, {
    fetch,
    from,
    direction,
    count,
    key: 'revision',
    resolves: options.getResolveLinks(),
    retention,
    passes: retention.oldestMs === 0 ? undefined : (record) => isRetained(record, retention),
  });
}

/** Included; undefined when there is nothing in this direction. */
function startInStream(
  stream: Streams.ReadReq.Options.StreamOptions,
  direction: Direction,
  { lowestRevision }: Retention,
): number | undefined {
  const asked = stream.hasRevision() ? readUint64(stream.getRevision()) : stream.hasEnd() ? deletedRevision : 0;
  if (direction === 'backwards') return asked;
  return stream.hasEnd() ? undefined : Math.max(asked, lowestRevision);
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
  await sendPages(log, outlet, {
    fetch,
    from,
    direction,
    count,
    key: 'position',
    resolves: options.getResolveLinks(),
    retention: undefined,
    passes: filter?.passes,
  });
}

type PagedRead = {
  readonly fetch: FetchPage;
  /** Included; undefined when there is nothing in this direction. */
  readonly from: number | undefined;
  readonly direction: Direction;
  readonly count: number;
  readonly key: 'position' | 'revision';
  readonly resolves: boolean;
  readonly retention: Retention | undefined;
  /** Undefined when every event does. */
  readonly passes: ((record: LogRecord) => boolean) | undefined;
};

async function sendPages(log: EventLog, outlet: Outlet, read: PagedRead): Promise<void> {
  const step = read.direction === 'forwards' ? 1 : -1;
  const isBeyond = beyondRetention(read);
  let remaining = read.count;
  let next =
    read.from === undefined || read.from < 0 ? undefined : read.fetch(read.from, Math.min(remaining, firstPageEvents));
  while (next !== undefined && !outlet.isOver) {
    const { records, isLast } = await next;
    const last = records.at(-1);
    const after = last === undefined ? -1 : last[read.key] + step;
    const isEnough = read.passes === undefined && records.length >= remaining;
    const isAtBound = last !== undefined && isBeyond(last);
    // The next page is on its way while this one is sent; without a filter it is known how much of it is wanted.
    const wanted = read.passes === undefined ? remaining - records.length : Infinity;
    next = isLast || isEnough || isAtBound || after < 0 ? undefined : read.fetch(after, wanted);
    next?.catch(() => undefined);
    const encode = read.resolves ? await resolvingEncoder(log, records) : encodeRecord;
    for (const record of records) {
      if (isBeyond(record)) break;
      if (read.passes !== undefined && !read.passes(record)) continue;
      if (!outlet.writeEvent(encode(record))) await outlet.change();
      remaining -= 1;
      if (outlet.isOver || remaining === 0) break;
    }
    if (remaining === 0) break;
  }
  outlet.end();
}

/** Backwards nothing is shown any more from the first event on that is not retained. */
function beyondRetention({ direction, retention }: PagedRead): (record: LogRecord) => boolean {
  if (retention === undefined || direction === 'forwards') return () => false;
  return (record) => !isRetained(record, retention);
}
