import { randomUUID } from 'node:crypto';
import type { EventLog } from '../log/event-log.js';
import { encodeRecord } from '../protocol/encode-record.js';
import { invalidArgument, requestFailure } from '../protocol/failures.js';
import type { Streams } from '../protocol/protocol.js';
import { encodeCaughtUp, encodeCheckpoint, encodeConfirmation, encodeRecent } from '../protocol/read-answers.js';
import { readStreamName, readUint64 } from '../protocol/read-request.js';
import type { Outlet } from './outlet.js';
import { readFilter, type RecordFilter } from './record-filter.js';
import { AllSource, StreamSource, type Chunk, type SubscriptionSource } from './subscription-source.js';

/** Serves a subscription to a stream or to the whole log until the client goes away. */
export async function serveSubscription(
  log: EventLog,
  options: Streams.ReadReq.Options,
  outlet: Outlet,
): Promise<void> {
  const filterOptions = options.getFilter();
  const filter = filterOptions === undefined ? undefined : readFilter(filterOptions);
  if (typeof filter === 'string') return outlet.fail(invalidArgument(filter));
  const stream = options.getStream();
  let source: SubscriptionSource;
  if (stream === undefined) {
    source = new AllSource(log, startOfAll(log, options.getAll()));
  } else {
    const name = readStreamName(stream.getStreamIdentifier());
    if (typeof name !== 'string') return outlet.fail(requestFailure(name));
    source = new StreamSource(log, name, await startOfStream(log, name, stream));
  }
  const subscription = new Subscription(log, source, outlet, filter);
  await subscription.run();
}

/** The position after which the subscription begins. */
function startOfAll(log: EventLog, options: Streams.ReadReq.Options.AllOptions | undefined): number {
  if (options?.hasEnd() === true) return log.position;
  return readUint64(options?.getPosition()?.getCommitPosition() ?? '0');
}

/** The revision after which the subscription begins. */
async function startOfStream(
  log: EventLog,
  name: string,
  options: Streams.ReadReq.Options.StreamOptions,
): Promise<number> {
  if (options.hasRevision()) return readUint64(options.getRevision());
  if (!options.hasEnd()) return -1;
  const id = await log.reader.streamId(name);
  if (id === undefined) return -1;
  const { records } = await log.reader.stream(id, 'backwards', Number.MAX_SAFE_INTEGER, 1);
  return records[0]?.revision ?? -1;
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
    private readonly filter: RecordFilter | undefined,
  ) {}

  async run(): Promise<void> {
    this.outlet.write(encodeConfirmation(randomUUID()));
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
      this.#sendCheckpoint();
      this.outlet.write(encodeCaughtUp());
    }
    const callOff = this.log.onGrowth(this.outlet.wake);
    await this.outlet.change();
    callOff();
  }

  async #send({ records, fromLog }: Chunk): Promise<void> {
    for (const record of records) {
      if (this.filter !== undefined && !this.filter.passes(record)) continue;
      if (!this.outlet.writeEvent(fromLog ? encodeRecord(record) : encodeRecent(record))) await this.outlet.change();
      if (this.outlet.isOver) return;
    }
    this.#considered += records.length;
    if (this.filter === undefined || this.#considered < this.filter.checkpointInterval) return;
    this.#sendCheckpoint();
  }

  #sendCheckpoint(): void {
    if (this.filter === undefined || this.source.position <= this.#checkpoint) return;
    this.#checkpoint = this.source.position;
    this.#considered = 0;
    this.outlet.write(encodeCheckpoint(this.#checkpoint));
  }
}
