import { sizeOf, type LogRecord } from './record.js';

/** The end of the log in memory, bounded by count and bytes, from which live subscribers are served. */
export class RecentRecords {
  #records: LogRecord[] = [];
  /** Index in `#records` of the oldest one kept; those before it are dropped in bulk, now and then. */
  #start = 0;
  #bytes = 0;

  constructor(
    private readonly recordsMax: number,
    private readonly bytesMax: number,
  ) {}

  /** A record that does not follow the last one replaces all: somebody else has written in between. */
  push(record: LogRecord): void {
    const last = this.#records.at(-1);
    if (last !== undefined && last.position + 1 !== record.position) this.clear();
    this.#records.push(record);
    this.#bytes += sizeOf(record);
    while (this.#records.length - this.#start > this.recordsMax || this.#bytes > this.bytesMax) {
      const oldest = this.#records[this.#start];
      if (oldest === undefined) break;
      this.#bytes -= sizeOf(oldest);
      this.#start += 1;
    }
    if (this.#start > this.recordsMax) {
      this.#records = this.#records.slice(this.#start);
      this.#start = 0;
    }
  }

  /** Up to `countMax` records after this position; undefined when the first of them is no longer in memory. */
  after(position: number, countMax: number): readonly LogRecord[] | undefined {
    const oldest = this.#records[this.#start];
    if (oldest === undefined || position + 1 < oldest.position) return undefined;
    const from = this.#start + position + 1 - oldest.position;
    return this.#records.slice(from, from + countMax);
  }

  clear(): void {
    this.#records = [];
    this.#start = 0;
    this.#bytes = 0;
  }
}
