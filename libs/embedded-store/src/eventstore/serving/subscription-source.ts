import type { EventLog } from '../log/event-log.js';
import type { Page } from '../log/log-reader.js';
import type { LogRecord } from '../log/record.js';
import { isRetained, retentionOf } from '../log/retention.js';
import { standingOf } from './standing.js';

/** Out of memory, so that a chunk is sent without holding others up for long. */
const chunkEventsMax = 1_000;
const pageEventsMax = 2_000;

/** `fromLog`: read from the database, because the end of the log in memory did not reach back so far. */
export type Chunk = { readonly records: readonly LogRecord[]; readonly fromLog: boolean };

/** Hands out the log after a point, in order, without gap or repetition, for as long as anybody asks. */
export interface SubscriptionSource {
  /** Position up to which the log was considered. */
  readonly position: number;
  /** The next events; undefined when there are none yet. */
  next(): Promise<Chunk | undefined>;
}

/** Everything after a position. */
export class AllSource implements SubscriptionSource {
  #ahead: { readonly after: number; readonly page: Promise<Page> } | undefined;

  constructor(
    private readonly log: EventLog,
    public position: number,
  ) {}

  async next(): Promise<Chunk | undefined> {
    if (this.position >= this.log.position) return undefined;
    const recent = this.log.recent.after(this.position, chunkEventsMax);
    if (recent !== undefined) {
      this.#ahead = undefined;
      this.position = recent.at(-1)?.position ?? this.position;
      return { records: recent, fromLog: false };
    }
    const ahead = this.#ahead?.after === this.position ? this.#ahead.page : this.#read(this.position);
    const { records, isLast } = await ahead;
    this.position = records.at(-1)?.position ?? this.position;
    // The next page is read while the caller sends this one.
    this.#ahead = isLast ? undefined : { after: this.position, page: this.#read(this.position) };
    this.#ahead?.page.catch(() => undefined);
    return { records, fromLog: true };
  }

  #read(after: number): Promise<Page> {
    return this.log.reader.all('forwards', after + 1, pageEventsMax);
  }
}

/** One stream after a revision, whether it exists yet or not. */
export class StreamSource implements SubscriptionSource {
  position = 0;
  /** What was written up to here is shown as a read would show it; what comes later is shown whatever it is. */
  readonly #historyEnd: number;

  constructor(
    private readonly log: EventLog,
    private readonly stream: string,
    private revision: number,
  ) {
    this.#historyEnd = log.position;
  }

  async next(): Promise<Chunk | undefined> {
    if (this.position >= this.log.position) return undefined;
    const recent = this.log.recent.after(this.position, chunkEventsMax);
    if (recent !== undefined) {
      this.position = recent.at(-1)?.position ?? this.position;
      const records = recent.filter((record) => record.stream === this.stream);
      return this.#chunk(records, false);
    }
    const end = this.log.position;
    const { id } = await this.log.stateOf(this.stream);
    const page =
      id === undefined
        ? { records: [], isLast: true }
        : await this.log.reader.stream(id, 'forwards', this.revision + 1, pageEventsMax);
    // What came after `end` may be in this page already; its revision keeps it from being handed out again.
    if (page.isLast) this.position = end;
    return this.#chunk(page.records, true);
  }

  async #chunk(candidates: readonly LogRecord[], fromLog: boolean): Promise<Chunk> {
    let records = candidates.filter((record) => record.revision > this.revision);
    this.revision = records.at(-1)?.revision ?? this.revision;
    const first = records[0];
    if (first !== undefined && first.position <= this.#historyEnd) {
      const retention = retentionOf(this.stream, await standingOf(this.log, this.stream), Date.now());
      records = records.filter((record) => record.position > this.#historyEnd || isRetained(record, retention));
    }
    return { records, fromLog };
  }
}
