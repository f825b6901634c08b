import { deletedRevision, type LogRecord } from '../log/record.js';
import { fieldBytes, numberTag, varintBytes, writeLength, writeNumber } from './varint.js';

/*
 * ReadResp { 1 event: ReadEvent { 1 event: RecordedEvent, 2 link: RecordedEvent, 3 commit_position } }
 * RecordedEvent { 1 id: UUID { 2 string }, 2 stream_identifier: StreamIdentifier { 3 stream_name }, 3 stream_revision,
 *   4 prepare_position, 5 commit_position, 6 metadata: map { 1 key, 2 value }, 7 custom_metadata, 8 data }
 * Encoded by hand because it is the one message that is sent by the ten thousand.
 */
const uuidBytes = 36;
const idBytes = fieldBytes(uuidBytes);
/** 2^63 - 1, the largest revision of the protocol. */
const deletedRevisionBytes = Buffer.from('ffffffffffffffff7f', 'hex');

function metadataEntry(key: string, value: string): Buffer {
  const keyBytes = Buffer.byteLength(key);
  const valueBytes = Buffer.byteLength(value);
  const entryBytes = fieldBytes(keyBytes) + fieldBytes(valueBytes);
  const buffer = Buffer.allocUnsafe(fieldBytes(entryBytes));
  let offset = writeLength(buffer, 6, entryBytes, 0);
  offset = writeLength(buffer, 1, keyBytes, offset);
  offset += buffer.write(key, offset);
  offset = writeLength(buffer, 2, valueBytes, offset);
  buffer.write(value, offset);
  return buffer;
}

const jsonEntry = metadataEntry('content-type', 'application/json');
const binaryEntry = metadataEntry('content-type', 'application/octet-stream');

/** Everything about a type that does not depend on the event, kept for the types seen last. */
const typeEntries = new Map<string, Buffer>();
const typeEntriesMax = 1_000;

function typeEntry(type: string): Buffer {
  const known = typeEntries.get(type);
  if (known !== undefined) return known;
  const entry = metadataEntry('type', type);
  if (typeEntries.size >= typeEntriesMax) typeEntries.clear();
  typeEntries.set(type, entry);
  return entry;
}

/** Milliseconds since 1970 have 13 digits from 2001 to 2286; the protocol's clock ticks every 100 ns. */
const createdDigits = 13;
const createdTemplate = metadataEntry('created', `${'0'.repeat(createdDigits)}0000`);

function createdBytes(createdMs: number): number {
  const digits = String(createdMs).length;
  return digits === createdDigits ? createdTemplate.length : metadataEntry('created', `${createdMs}0000`).length;
}

/** Returns the offset after the entry of the time, which is another one for almost each event. */
function writeCreated(buffer: Buffer, createdMs: number, offset: number): number {
  const text = String(createdMs);
  if (text.length !== createdDigits) return offset + metadataEntry('created', `${text}0000`).copy(buffer, offset);
  const end = offset + createdTemplate.copy(buffer, offset);
  buffer.write(text, end - createdDigits - 4, 'latin1');
  return end;
}

/** What of a record has to be known before its bytes can be laid out. */
type Layout = {
  readonly record: LogRecord;
  readonly type: Buffer;
  readonly contentType: Buffer;
  readonly nameBytes: number;
  readonly bytes: number;
};

function layOut(record: LogRecord): Layout {
  const { position, revision, stream, data, metadata } = record;
  const type = typeEntry(record.type);
  const contentType = record.isJson ? jsonEntry : binaryEntry;
  const nameBytes = Buffer.byteLength(stream);
  const bytes =
    fieldBytes(idBytes) +
    fieldBytes(fieldBytes(nameBytes)) +
    (revision === 0 ? 0 : 1 + (revision === deletedRevision ? deletedRevisionBytes.length : varintBytes(revision))) +
    2 * (1 + varintBytes(position)) +
    type.length +
    contentType.length +
    createdBytes(record.createdMs) +
    (metadata.length === 0 ? 0 : fieldBytes(metadata.length)) +
    (data.length === 0 ? 0 : fieldBytes(data.length));
  return { record, type, contentType, nameBytes, bytes };
}

/** The bytes of a `ReadResp` that carries this event. */
export function encodeRecord(record: LogRecord): Buffer {
  return encodeReadEvent(layOut(record), undefined, record.position);
}

/** The same for a link and the event that it leads to, if that can be found. */
export function encodeLink(link: LogRecord, target: LogRecord | undefined): Buffer {
  return encodeReadEvent(target === undefined ? undefined : layOut(target), layOut(link), link.position);
}

function encodeReadEvent(event: Layout | undefined, link: Layout | undefined, position: number): Buffer {
  const bytes =
    (event === undefined ? 0 : fieldBytes(event.bytes)) +
    (link === undefined ? 0 : fieldBytes(link.bytes)) +
    1 +
    varintBytes(position);
  const buffer = Buffer.allocUnsafe(fieldBytes(bytes));
  let offset = writeLength(buffer, 1, bytes, 0);
  if (event !== undefined) offset = writeRecorded(buffer, 1, event, offset);
  if (link !== undefined) offset = writeRecorded(buffer, 2, link, offset);
  writeNumber(buffer, 3, position, offset);
  return buffer;
}

function writeRecorded(buffer: Buffer, field: number, layout: Layout, start: number): number {
  const { record, type, contentType, nameBytes } = layout;
  const { position, revision, data, metadata } = record;
  let offset = writeLength(buffer, field, layout.bytes, start);
  offset = writeLength(buffer, 1, idBytes, offset);
  offset = writeLength(buffer, 2, uuidBytes, offset);
  offset += buffer.write(record.id, offset, 'latin1');
  offset = writeLength(buffer, 2, fieldBytes(nameBytes), offset);
  offset = writeLength(buffer, 3, nameBytes, offset);
  offset += buffer.write(record.stream, offset);
  if (revision === deletedRevision) {
    buffer[offset] = numberTag(3);
    offset += 1 + deletedRevisionBytes.copy(buffer, offset + 1);
  } else if (revision !== 0) {
    offset = writeNumber(buffer, 3, revision, offset);
  }
  offset = writeNumber(buffer, 4, position, offset);
  offset = writeNumber(buffer, 5, position, offset);
  offset += type.copy(buffer, offset);
  offset += contentType.copy(buffer, offset);
  offset = writeCreated(buffer, record.createdMs, offset);
  if (metadata.length > 0) offset = writeBytes(buffer, 7, metadata, offset);
  if (data.length > 0) offset = writeBytes(buffer, 8, data, offset);
  return offset;
}

function writeBytes(buffer: Buffer, field: number, bytes: Uint8Array, start: number): number {
  const offset = writeLength(buffer, field, bytes.length, start);
  buffer.set(bytes, offset);
  return offset + bytes.length;
}
