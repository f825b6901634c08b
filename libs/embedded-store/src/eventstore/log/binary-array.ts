/**
 * One-dimensional PostgreSQL arrays in the binary wire format. The driver passes a Buffer parameter through as it is,
 * whereas it would write an array of buffers as hexadecimal text, at twice the bytes.
 */
const oids = { int8: 20, text: 25 } as const;
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
