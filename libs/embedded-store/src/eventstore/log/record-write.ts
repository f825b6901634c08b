import type { Connection, Submittable } from 'pg';
import { checksumOf } from './checksum.js';
import type { LogRecord } from './record.js';

/** A record with the number of its stream. */
export type NumberedRecord = { readonly record: LogRecord; readonly streamId: number };
export type NewStream = { readonly id: number; readonly name: string };

const copyStreams = 'copy eventstore.streams (id, name) from stdin (format binary)';
const copyEvents = `copy eventstore.events
  (position, stream_id, revision, created_ms, id, is_json, type, data, metadata, checksum) from stdin (format binary)`;

/** What stands before the first row: a signature, no flags, no extension. */
const header = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
/** Type and length of a message. */
const messageHeadBytes = 5;
const trailerBytes = 2;
const streamFields = 2;
const eventFields = 10;
/** Of all fields with a fixed length, and the lengths of all fields. */
const streamBytesMin = 2 + streamFields * 4 + 8;
const eventBytesMin = 2 + eventFields * 4 + 4 * 8 + 16 + 1 + 4;

/**
 * Writes records and the streams that are new with them, all or nothing: the statements of one query are one
 * transaction. By COPY in its binary format, which costs the database less a row than an insert; its data follow the
 * query at once, since a database that refuses the query skips them.
 */
export class RecordWrite implements Submittable {
  readonly done: Promise<void>;
  #resolve: () => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(
    private readonly records: readonly NumberedRecord[],
    private readonly newStreams: readonly NewStream[],
  ) {
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(connection: Connection): void {
    const { stream } = connection;
    stream.cork();
    if (this.newStreams.length === 0) connection.query(copyEvents);
    else {
      connection.query(`${copyStreams}; ${copyEvents}`);
      stream.write(copyOfStreams(this.newStreams));
    }
    stream.write(copyOfRecords(this.records));
    stream.uncork();
  }

  handleError(error: unknown): void {
    this.#reject(error);
  }

  handleReadyForQuery(): void {
    this.#resolve();
  }

  handleCopyInResponse(): void {
    // The data are on their way already.
  }

  handleCommandComplete(): void {
    // The end of the query follows.
  }
}

function copyOfStreams(streams: readonly NewStream[]): Buffer {
  const bytes = streams.reduce((sum, { name }) => sum + streamBytesMin + Buffer.byteLength(name), 0);
  const rows = new CopyData(bytes);
  for (const { id, name } of streams) {
    rows.row(streamFields);
    rows.integer(id);
    rows.text(name);
  }
  return rows.end();
}

function copyOfRecords(records: readonly NumberedRecord[]): Buffer {
  let bytes = 0;
  for (const { record } of records) {
    bytes += eventBytesMin + Buffer.byteLength(record.type) + record.data.length + record.metadata.length;
  }
  const rows = new CopyData(bytes);
  for (const { record, streamId } of records) {
    rows.row(eventFields);
    rows.integer(record.position);
    rows.integer(streamId);
    rows.integer(record.revision);
    rows.integer(record.createdMs);
    rows.uuid(record.id);
    rows.boolean(record.isJson);
    rows.text(record.type);
    rows.bytes(record.data);
    rows.bytes(record.metadata);
    rows.integer4(checksumOf(record));
  }
  return rows.end();
}

/** The messages that carry the rows of one COPY, and end it. */
class CopyData {
  readonly #buffer: Buffer;
  #offset: number;

  /** `bytes`: of all rows. */
  constructor(bytes: number) {
    const contentBytes = header.length + bytes + trailerBytes;
    this.#buffer = Buffer.allocUnsafe(messageHeadBytes + contentBytes + messageHeadBytes);
    this.#buffer.write('d', 0, 'latin1');
    this.#buffer.writeUInt32BE(4 + contentBytes, 1);
    this.#offset = messageHeadBytes + header.copy(this.#buffer, messageHeadBytes);
  }

  row(fields: number): void {
    this.#offset = this.#buffer.writeInt16BE(fields, this.#offset);
  }

  /** Of 8 bytes; not negative and below 2^53. */
  integer(value: number): void {
    this.#length(8);
    this.#offset = this.#buffer.writeUInt32BE(Math.floor(value / 2 ** 32), this.#offset);
    this.#offset = this.#buffer.writeUInt32BE(value % 2 ** 32, this.#offset);
  }

  integer4(value: number): void {
    this.#length(4);
    this.#offset = this.#buffer.writeInt32BE(value, this.#offset);
  }

  boolean(value: boolean): void {
    this.#length(1);
    this.#offset = this.#buffer.writeUInt8(value ? 1 : 0, this.#offset);
  }

  text(value: string): void {
    const written = this.#buffer.write(value, this.#offset + 4);
    this.#length(written);
    this.#offset += written;
  }

  bytes(value: Uint8Array): void {
    this.#length(value.length);
    this.#buffer.set(value, this.#offset);
    this.#offset += value.length;
  }

  /** In its usual form with hyphens. */
  uuid(value: string): void {
    this.#length(16);
    this.#offset += this.#buffer.write(value.replaceAll('-', ''), this.#offset, 'hex');
  }

  end(): Buffer {
    this.#offset = this.#buffer.writeInt16BE(-1, this.#offset);
    this.#buffer.write('c', this.#offset, 'latin1');
    this.#buffer.writeUInt32BE(4, this.#offset + 1);
    return this.#buffer;
  }

  #length(bytes: number): void {
    this.#offset = this.#buffer.writeInt32BE(bytes, this.#offset);
  }
}
