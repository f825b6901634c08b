/** Every message on the wire has a flag and its length in front. */
export const prefixBytes = 5;
/** As much as the official client takes in one message. */
const messageBytesMax = 17 * 1024 * 1024;

/** What makes the rest of a request unreadable. */
export type Unreadable = 'compressed' | 'tooLarge';

/** Cuts the bytes of a request into messages. */
export class MessageReader {
  #chunks: Buffer[] = [];
  #bytes = 0;

  /** Hands each message that `chunk` completes to `take`; answers why nothing after it can be read. */
  read(chunk: Buffer, take: (message: Buffer) => void): Unreadable | undefined {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    for (;;) {
      if (this.#bytes < prefixBytes) return undefined;
      const head = this.#gather(prefixBytes);
      const length = head.readUInt32BE(1);
      if (head[0] !== 0) return 'compressed';
      if (length > messageBytesMax) return 'tooLarge';
      if (this.#bytes < prefixBytes + length) return undefined;
      const all = this.#gather(prefixBytes + length);
      const rest = all.subarray(prefixBytes + length);
      this.#chunks[0] = rest;
      this.#bytes -= prefixBytes + length;
      take(all.subarray(prefixBytes, prefixBytes + length));
    }
  }

  /** Whether a message has begun and not ended. */
  get isWithinMessage(): boolean {
    return this.#bytes > 0;
  }

  /** The first chunk, joined with following ones until it has so many bytes. */
  #gather(bytes: number): Buffer {
    const first = this.#chunks[0] ?? Buffer.alloc(0);
    if (first.length >= bytes) return first;
    const joined = Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }
}

/** Puts messages behind one another, each with its prefix, which makes up so many bytes. */
export function joinMessages(messages: readonly Uint8Array[], bytes: number): Buffer {
  const joined = Buffer.allocUnsafe(bytes);
  let offset = 0;
  for (const message of messages) {
    joined[offset] = 0;
    joined.writeUInt32BE(message.length, offset + 1);
    joined.set(message, offset + prefixBytes);
    offset += prefixBytes + message.length;
  }
  return joined;
}
