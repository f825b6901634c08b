/**
 * One-dimensional PostgreSQL arrays in the binary wire format. The driver passes a Buffer parameter through as it is,
 * whereas it would write an array of buffers as hexadecimal text, at twice the bytes.
 */
const oids = { boolean: 16, bytea: 17, int4: 23, int8: 20, text: 25, uuid: 2950 } as const;
const headerBytes = 20;

function start(oid: number, count: number, elementBytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(headerBytes + count * 4 + elementBytes);
  buffer.writeInt32BE(count === 0 ? 0 : 1, 0); // dimensions
  buffer.writeInt32BE(0, 4); // no nulls
  buffer.writeInt32BE(oid, 8);
  buffer.writeInt32BE(count, 12);
  buffer.writeInt32BE(1, 16); // lower bound
  return count === 0 ? buffer.subarray(0, 12) : buffer;
}

export function int8Array(values: readonly (number | bigint)[]): Buffer {
  const buffer = start(oids.int8, values.length, values.length * 8);
  let offset = headerBytes;
  for (const value of values) {
    offset = buffer.writeInt32BE(8, offset);
    offset = buffer.writeBigInt64BE(BigInt(value), offset);
  }
  return buffer;
}

export function int4Array(values: readonly number[]): Buffer {
  const buffer = start(oids.int4, values.length, values.length * 4);
  let offset = headerBytes;
  for (const value of values) {
    offset = buffer.writeInt32BE(4, offset);
    offset = buffer.writeInt32BE(value, offset);
  }
  return buffer;
}

export function booleanArray(values: readonly boolean[]): Buffer {
  const buffer = start(oids.boolean, values.length, values.length);
  let offset = headerBytes;
  for (const value of values) {
    offset = buffer.writeInt32BE(1, offset);
    offset = buffer.writeUInt8(value ? 1 : 0, offset);
  }
  return buffer;
}

export function textArray(values: readonly string[]): Buffer {
  let bytes = 0;
  for (const value of values) bytes += Buffer.byteLength(value);
  const buffer = start(oids.text, values.length, bytes);
  let offset = headerBytes;
  for (const value of values) {
    const written = buffer.write(value, offset + 4);
    buffer.writeInt32BE(written, offset);
    offset += 4 + written;
  }
  return buffer;
}

export function byteaArray(values: readonly Uint8Array[]): Buffer {
  let bytes = 0;
  for (const value of values) bytes += value.length;
  const buffer = start(oids.bytea, values.length, bytes);
  let offset = headerBytes;
  for (const value of values) {
    offset = buffer.writeInt32BE(value.length, offset);
    buffer.set(value, offset);
    offset += value.length;
  }
  return buffer;
}

/** From UUIDs in their usual form with hyphens. */
export function uuidArray(values: readonly string[]): Buffer {
  const buffer = start(oids.uuid, values.length, values.length * 16);
  let offset = headerBytes;
  for (const value of values) {
    offset = buffer.writeInt32BE(16, offset);
    offset += buffer.write(value.replaceAll('-', ''), offset, 'hex');
  }
  return buffer;
}
