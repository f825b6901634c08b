import { createHash } from 'node:crypto';

/**
 * The UUID, version 5 (RFC 9562), of a name within a namespace: the same two give the same id for ever, which is what
 * makes a retried append harmless. @throws RangeError when the namespace is not a UUID
 */
export function uuidV5(namespace: string, name: string): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(namespace)) {
    throw new RangeError(`expected a UUID as namespace, found "${namespace}"`);
  }
  const bytes = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest();
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex', 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The tracker's own namespace: ids of everything that it names itself are made below it. */
const trackerNamespace = '6f3d9f0e-9a52-5c1f-8a4c-2f6f0f4c9d11';

/** A deterministic event id from the parts that make the event what it is, such as a stream and the caller's id. */
export function eventIdOf(...parts: readonly string[]): string {
  // JSON keeps the parts apart: ["a", "b"] and ["ab"] are different names.
  return uuidV5(trackerNamespace, JSON.stringify(parts));
}
