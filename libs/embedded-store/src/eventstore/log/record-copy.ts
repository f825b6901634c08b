import type { Connection, Submittable } from 'pg';
import { CopiedRecord } from './copied-record.js';

/** What stands before the first row: a signature, flags, and the length of an extension. */
const signature = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
const headerBytes = signature.length + 8;
const turnBytesMax = 64 * 1024;

/**
 * Reads records out of a query by COPY in the binary format, because the driver reads rows as text, which doubles the
 * bytes of the data and costs most of the time of a page.
 */
export class RecordCopy implements Submittable {
  readonly #records: CopiedRecord[] = [];
  #bytes = 0;
  #turnBytes = 0;
  readonly #done: Promise<readonly CopiedRecord[]>;
  #resolve: (records: readonly CopiedRecord[]) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  /** `query` selects the columns of `pageColumns`, and is complete: COPY knows no parameters. */
  constructor(private readonly query: string) {
    this.#done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get records(): Promise<readonly CopiedRecord[]> {
    return this.#done;
  }

  /** Of all rows so far, a little more than their data and metadata. */
  get bytes(): number {
    return this.#bytes;
  }

  submit(connection: Connection): void {
    connection.query(`copy (${this.query}) to stdout (format binary)`);
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }, connection: Connection): void {
    this.#takeTurns(chunk.length, connection);
    // A row begins with the number of its fields, which is smaller than the first byte of the signature.
    const start = chunk[0] === signature[0] ? headerBytes : 0;
    // The number of fields, or -1 at the end.
    if (chunk.length - start < 2 || chunk.readInt16BE(start) < 0) return;
    // A copy, since the driver uses its buffer again.
    const record = new CopiedRecord(Buffer.from(chunk.subarray(start + 2)));
    this.#records.push(record);
    this.#bytes += record.bytes;
  }

  /** The whole page would be read in one go as soon as it is there, and the clients that are being served would wait. */
  #takeTurns(bytes: number, { stream }: Connection): void {
    this.#turnBytes += bytes;
    if (this.#turnBytes < turnBytesMax) return;
    this.#turnBytes = 0;
    stream.pause();
    setImmediate(() => stream.resume());
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
