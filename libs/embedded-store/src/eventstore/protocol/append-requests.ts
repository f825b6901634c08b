import type { ExpectedRevision } from '../log/record.js';
import { WireReader } from './wire-reader.js';

/*
 * BatchAppendReq { 1 correlation_id: UUID, 2 options: Options, 3 proposed_messages: ProposedMessage, 4 is_final }
 * AppendReq { 1 options: Options, 2 proposed_message: ProposedMessage }
 * Options { 1 stream_identifier: StreamIdentifier { 3 stream_name }, 2 revision, 3 no_stream, 4 any, 5 stream_exists,
 *   6 deadline: Timestamp { 1 seconds, 2 nanos } }
 * ProposedMessage { 1 id: UUID, 2 metadata: map { 1 key, 2 value }, 3 custom_metadata, 4 data }
 * UUID { 1 structured { 1 most_significant_bits, 2 least_significant_bits }, 2 string }
 * Decoded by hand because appends are what a busy server receives by the ten thousand.
 */

export type ProposedMessage = {
  readonly id: string | undefined;
  readonly type: string | undefined;
  readonly contentType: string | undefined;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
};

export type AppendOptions = {
  readonly streamName: Uint8Array;
  readonly expected: ExpectedRevision;
  /** Milliseconds since 1970; infinite without one. */
  readonly deadlineMs: number;
};

export type BatchAppendRequest = {
  /** As it came, since the answer repeats it; `id` is what it says, undefined when that is not a UUID. */
  readonly correlationId: Uint8Array;
  readonly id: string | undefined;
  readonly options: AppendOptions | undefined;
  readonly messages: readonly ProposedMessage[];
  readonly isFinal: boolean;
};

export type AppendRequest = {
  readonly options: AppendOptions | undefined;
  readonly message: ProposedMessage | undefined;
};

const none = Buffer.alloc(0);
const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** One chunk of a BatchAppend. @throws when the bytes are not one */
export function decodeBatchAppendRequest(bytes: Buffer): BatchAppendRequest {
  const reader = new WireReader(bytes);
  let correlationId: Buffer = none;
  let options: AppendOptions | undefined;
  const messages: ProposedMessage[] = [];
  let isFinal = false;
  while (reader.next()) {
    if (reader.field === 1) correlationId = reader.bytes();
    else if (reader.field === 2) options = readOptions(reader.message());
    else if (reader.field === 3) messages.push(readProposedMessage(reader.message()));
    else if (reader.field === 4) isFinal = reader.number() !== 0;
    else reader.skip();
  }
  return { correlationId, id: readUuid(new WireReader(correlationId)), options, messages, isFinal };
}

/** One message of a classic Append. @throws when the bytes are not one */
export function decodeAppendRequest(bytes: Buffer): AppendRequest {
  const reader = new WireReader(bytes);
  let options: AppendOptions | undefined;
  let message: ProposedMessage | undefined;
  while (reader.next()) {
    if (reader.field === 1) options = readOptions(reader.message());
    else if (reader.field === 2) message = readProposedMessage(reader.message());
    else reader.skip();
  }
  return { options, message };
}

function readOptions(reader: WireReader): AppendOptions {
  let streamName: Buffer = none;
  let expected: ExpectedRevision = 'any';
  let deadlineMs = Infinity;
  while (reader.next()) {
    if (reader.field === 1) streamName = readStreamName(reader.message());
    else if (reader.field === 2) expected = Math.min(reader.number(), Number.MAX_SAFE_INTEGER);
    else if (reader.field === 6) deadlineMs = readTimestamp(reader.message());
    else {
      if (reader.field === 3) expected = 'noStream';
      else if (reader.field === 4) expected = 'any';
      else if (reader.field === 5) expected = 'streamExists';
      reader.skip();
    }
  }
  return { streamName, expected, deadlineMs };
}

function readStreamName(reader: WireReader): Buffer {
  let name: Buffer = none;
  while (reader.next()) {
    if (reader.field === 3) name = reader.bytes();
    else reader.skip();
  }
  return name;
}

/** Milliseconds since 1970. */
function readTimestamp(reader: WireReader): number {
  let seconds = 0;
  let nanos = 0;
  while (reader.next()) {
    if (reader.field === 1) seconds = Number(BigInt.asIntN(64, reader.bigint()));
    else if (reader.field === 2) nanos = Number(BigInt.asIntN(64, reader.bigint()));
    else reader.skip();
  }
  return seconds * 1_000 + nanos / 1e6;
}

function readProposedMessage(reader: WireReader): ProposedMessage {
  let id: string | undefined;
  let type: string | undefined;
  let contentType: string | undefined;
  let data: Buffer = none;
  let metadata: Buffer = none;
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        id = readUuid(reader.message());
        break;
      case 2: {
        const { key, value } = readEntry(reader.message());
        if (key === 'type') type = value;
        else if (key === 'content-type') contentType = value;
        break;
      }
      case 3:
        metadata = reader.bytes();
        break;
      case 4:
        data = reader.bytes();
        break;
      default:
        reader.skip();
    }
  }
  // An empty part of the buffer would keep all of it in memory for nothing.
  return {
    id,
    type,
    contentType,
    data: data.length === 0 ? none : data,
    metadata: metadata.length === 0 ? none : metadata,
  };
}

function readEntry(reader: WireReader): { readonly key: string; readonly value: string } {
  let key = '';
  let value = '';
  while (reader.next()) {
    if (reader.field === 1) key = reader.text();
    else if (reader.field === 2) value = reader.text();
    else reader.skip();
  }
  return { key, value };
}

/** A UUID in lower case; undefined when it is missing or not one. */
function readUuid(reader: WireReader): string | undefined {
  let uuid: string | undefined;
  while (reader.next()) {
    if (reader.field === 2) uuid = inLowerCase(reader.text());
    else if (reader.field === 1) uuid = readStructured(reader.message());
    else reader.skip();
  }
  return uuid;
}

function inLowerCase(text: string): string | undefined {
  if (uuidForm.test(text)) return text;
  const lower = text.toLowerCase();
  return uuidForm.test(lower) ? lower : undefined;
}

function readStructured(reader: WireReader): string {
  let most = 0n;
  let least = 0n;
  while (reader.next()) {
    if (reader.field === 1) most = reader.bigint();
    else if (reader.field === 2) least = reader.bigint();
    else reader.skip();
  }
  const hex = [most, least].map((bits) => bits.toString(16).padStart(16, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
