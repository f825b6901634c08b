import type { LogRecord } from './record.js';

/**
 * A record out of the binary format of COPY, read when somebody first asks for it: a page comes in at once, and to read
 * all of it at once would let the clients wait that are being served meanwhile.
 */
export class CopiedRecord implements LogRecord {
  #read: Omit<LogRecord, 'position' | 'stream'> | undefined;
  /** Known only when the page is complete. */
  stream = '';

  /** `row` holds the fields, in the order of `pageColumns`, each with its length in front. */
  constructor(private readonly row: Buffer) {}

  get streamId(): number {
    return readInteger(this.row, 16);
  }

  /** Of the whole row. */
  get bytes(): number {
    return this.row.length;
  }
  get position(): number {
    // The first field, so that the place of a record is known without reading it.
    return readInteger(this.row, 4);
  }
  get revision(): number {
    return this.#record.revision;
  }
  get createdMs(): number {
    return this.#record.createdMs;
  }
  get id(): string {
    return this.#record.id;
  }
  get isJson(): boolean {
    return this.#record.isJson;
  }
  get type(): string {
    return this.#record.type;
  }
  get data(): Uint8Array {
    return this.#record.data;
  }
  get metadata(): Uint8Array {
    return this.#record.metadata;
  }

  get #record(): Omit<LogRecord, 'position' | 'stream'> {
    this.#read ??= readRecord(this.row);
    return this.#read;
  }
}

function readRecord(row: Buffer): Omit<LogRecord, 'position' | 'stream'> {
  // Behind the position and the number of the stream.
  let offset = 24;
  const next = (): number => {
    const length = row.readInt32BE(offset);
    offset += 4 + length;
    return offset - length;
  };
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
  return { revision, createdMs, id, isJson, type, data, metadata };
}

/** Positions and revisions stay below 2^53. */
function readInteger(row: Buffer, offset: number): number {
  return row.readInt32BE(offset) * 2 ** 32 + row.readUInt32BE(offset + 4);
}

function readUuid(row: Buffer, offset: number): string {
  const hex = row.toString('hex', offset, offset + 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
