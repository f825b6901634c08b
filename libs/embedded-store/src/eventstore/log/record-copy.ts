import type { Connection, Submittable } from 'pg';
import { CopiedRecord } from './copied-record.js';
import type { LogRecord } from './record.js';

/** What stands before the first row: a signature, flags, and the length of an extension. */
const signature = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
const headerBytes = signature.length + 8;

/**
 * Reads records out of a query by COPY in the binary format, because the driver reads rows as text, which doubles the
 * bytes of the data and costs most of the time of a page.
 */
export class RecordCopy implements Submittable {
  readonly #records: LogRecord[] = [];
  #bytes = 0;
  readonly #done: Promise<readonly LogRecord[]>;
  #resolve: (records: readonly LogRecord[]) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  /** `query` selects the columns of `recordColumns`, and is complete: COPY knows no parameters. */
  constructor(private readonly query: string) {
    this.#done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get records(): Promise<readonly LogRecord[]> {
    return this.#done;
  }

  /** Of all rows so far, a little more than their data and metadata. */
  get bytes(): number {
    return this.#bytes;
  }

  submit(connection: Connection): void {
    connection.query(`copy (${this.query}) to stdout (format binary)`);
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    // A row begins with the number of its fields, which is smaller than the first byte of the signature.
    const start = chunk[0] === signature[0] ? headerBytes : 0;
    // The number of fields, or -1 at the end.
    if (chunk.length - start < 2 || chunk.readInt16BE(start) < 0) return;
    // A copy, since the driver uses its buffer again.
    const record = new CopiedRecord(Buffer.from(chunk.subarray(start + 2)));
    this.#records.push(record);
    this.#bytes += record.bytes;
  }

  handleError(error: unknown): void {
    this.#reject(error);
  }

  handleReadyForQuery(): void {
    this.#resolve(this.#records);
  }

  handleCommandComplete(): void {
    // The end of the query follows.
  }
}
