import { crc32 } from 'node:zlib';
import type { LogRecord } from './record.js';

/**
 * CRC-32 over everything that a record says, as the signed number that the database keeps. Lengths are in it, so that no
 * byte can move from one field to the next.
 */
export function checksumOf(record: LogRecord): number {
  const { stream, type, id, data, metadata } = record;
  const streamBytes = Buffer.byteLength(stream);
  const typeBytes = Buffer.byteLength(type);
  const head = Buffer.allocUnsafe(57 + streamBytes + typeBytes);
  let offset = head.writeDoubleBE(record.position, 0);
  offset = head.writeDoubleBE(record.revision, offset);
  offset = head.writeDoubleBE(record.createdMs, offset);
  offset = head.writeUInt8(record.isJson ? 1 : 0, offset);
  offset = head.writeUInt32BE(streamBytes, offset);
  offset = head.writeUInt32BE(typeBytes, offset);
  offset = head.writeUInt32BE(data.length, offset);
  offset = head.writeUInt32BE(metadata.length, offset);
  offset += head.write(id.replaceAll('-', ''), offset, 'hex');
  offset += head.write(stream, offset);
  offset += head.write(type, offset);
  return further(metadata, further(data, crc32(head.subarray(0, offset)))) | 0;
}

/** An array without memory of its own would start the sum anew. */
const further = (bytes: Uint8Array, sum: number): number => (bytes.length === 0 ? sum : crc32(bytes, sum));
