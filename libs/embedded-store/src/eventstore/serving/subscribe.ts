import { randomUUID } from 'node:crypto';
import type { EventLog } from '../log/event-log.js';
import { deletedRevision, type LogRecord } from '../log/record.js';
import { isTombstoned } from '../log/retention.js';
import { encodeRecord } from '../protocol/encode-record.js';
import { invalidArgument, streamDeleted } from '../protocol/failures.js';
import type { Streams } from '../protocol/protocol.js';
import { encodeCaughtUp, encodeCheckpoint, encodeConfirmation, encodeRecent } from '../protocol/read-answers.js';
import { readUint64 } from '../protocol/read-request.js';
import { resolvingEncoder } from './links.js';
import type { Outlet } from './outlet.js';
import { readFilter, type RecordFilter } from './record-filter.js';
import { standingOf } from './standing.js';
import { AllSource, StreamSource, type Chunk, type SubscriptionSource } from './subscription-source.js';

/** Serves a subscription to a stream or to the whole log until the client goes away. */
export async function serveSubscription(
  log: EventLog,
  options: Streams.ReadReq.Options,
  /** Undefined for the whole log. */
  name: string | undefined,
  outlet: Outlet,
): Promise<void> {
  const filterOptions = options.getFilter();
  const filter = filterOptions === undefined ? undefined : readFilter(filterOptions);
  if (typeof filter === 'string') return outlet.fail(invalidArgument(filter));
  const stream = options.getStream();
  let source: SubscriptionSource;
  if (stream === undefined || name === undefined) {
    source = new AllSource(log, startOfAll(log, options.getAll()));
  } else {
    const state = await standingOf(log, name);
    if (isTombstoned(state)) {
      confirm(outlet);
      return outlet.fail(streamDeleted(name));
    }
    source = new StreamSource(log, name, startOfStream(stream, state.head?.revision ?? -1));
  }
  confirm(outlet);
  await new Subscription(log, source, outlet, { filter, resolves: options.getResolveLinks() }).run();
}

function confirm(outlet: Outlet): void {
  outlet.write(encodeConfirmation(randomUUID()));
}

/** The position after which the subscription begins. */
function startOfAll(log: EventLog, options: Streams.ReadReq.Options.AllOptions | undefined): number {
  if (options?.hasEnd() === true) return log.position;
  return readUint64(options?.getPosition()?.getCommitPosition() ?? '0');
}

/** The revision after which the subscription begins. */
function startOfStream(options: Streams.ReadReq.Options.StreamOptions, last: number): number {
  if (options.hasRevision()) return readUint64(options.getRevision());
  return options.hasEnd() ? last : -1;
}

/**
 * One loop: send what comes after the last event sent, and when there is nothing, wait for the log to grow. A slow
 * client is thereby served from the database again, without loss, and nothing piles up for it.
 */
class Subscription {
  #isLive = false;
  #considered = 0;
  #checkpoint = 0;

  constructor(
    private readonly log: EventLog,
    private readonly source: SubscriptionSource,
    private readonly outlet: Outlet,
    private readonly options: { readonly filter: RecordFilter | undefined; readonly resolves: boolean },
  ) {}

  async run(): Promise<void> {
    while (!this.outlet.isOver) {
      const chunk = await this.source.next();
      if (chunk === undefined) {
        await this.#waitForGrowth();
        continue;
      }
      if (chunk.fromLog) this.#isLive = false;
      await this.#send(chunk);
    }
  }

  async #waitForGrowth(): Promise<void> {
    if (!this.#isLive) {
      this.#isLive = true;
      this.#sendCheckpoint(this.source.position);
      this.outlet.write(encodeCaughtUp());
    }
    const callOff = this.log.onGrowth(this.outlet.wake);
    await this.outlet.change();
    callOff();
  }

  async #send({ records, fromLog }: Chunk): Promise<void> {
    const { filter, resolves } = this.options;
    const plain = fromLog ? encodeRecord : encodeRecent;
    const encode = resolves ? await resolvingEncoder(this.log, records, plain) : plain;
    for (const record of records) {
      if (filter === undefined || filter.passes(record)) {
        if (!this.outlet.writeEvent(encode(record))) await this.outlet.change();
        if (this.outlet.isOver) return;
      }
      if (filter !== undefined) {
        this.#considered += 1;
        if (this.#considered >= filter.checkpointInterval) this.#sendCheckpoint(record.position);
      } else if (this.#isEndOfStream(record)) {
        return this.outlet.fail(streamDeleted(record.stream));
      }
    }
  }

  /** The event that ends a stream for good ends the subscriptions to it, after they have received it. */
  #isEndOfStream(record: LogRecord): boolean {
    return record.revision === deletedRevision && this.source instanceof StreamSource;
  }

  #sendCheckpoint(position: number): void {
    if (this.options.filter === undefined || position <= this.#checkpoint) return;
    this.#checkpoint = position;
    this.#considered = 0;
    this.outlet.write(encodeCheckpoint(position));
  }
}
