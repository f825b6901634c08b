import type { Connection, Submittable } from 'pg';
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

  submit(connection: Connection): void {
    connection.query(`copy (${this.query}) to stdout (format binary)`);
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    // A row begins with the number of its fields, which is smaller than the first byte of the signature.
    const start = chunk[0] === signature[0] ? headerBytes : 0;
    // The number of fields, or -1 at the end.
    if (chunk.length - start < 2 || chunk.readInt16BE(start) < 0) return;
    // A copy, since the driver uses its buffer again.
    this.#records.push(readRecord(Buffer.from(chunk.subarray(start + 2))));
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

/** Each field has its length in front. Those of fixed length come where they always come. */
function readRecord(row: Buffer): LogRecord {
  let offset = 0;
  const next = (): number => {
    const length = row.readInt32BE(offset);
    offset += 4 + length;
    return offset - length;
  };
  const position = readInteger(row, next());
  const nameStart = next();
  const stream = row.toString('utf8', nameStart, offset);
  const revision = readInteger(row, next());
  const createdMs = readInteger(row, next());
  const id = readUuid(row, next());
  const isJson = row[next()] === 1;
  const typeStart = next();
  const type = row.toString('utf8', typeStart, offset);
  const dataStart = next();
  const data = row.subarray(dataStart, offset);
  const metadataStart = next();
  const metadata = row.subarray(metadataStart, offset);
  return { position, stream, revision, createdMs, id, isJson, type, data, metadata };
}

/** Positions and revisions stay below 2^53. */
function readInteger(row: Buffer, offset: number): number {
  return row.readInt32BE(offset) * 2 ** 32 + row.readUInt32BE(offset + 4);
}

function readUuid(row: Buffer, offset: number): string {
  const hex = row.toString('hex', offset, offset + 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
