const wireTypes = { varint: 0, fixed64: 1, lengthDelimited: 2, fixed32: 5 } as const;
const varintBytesMax = 10;

/** Reads a protocol buffer message field by field, for the messages that are decoded by hand. Everything in it throws on bytes that are none. */
export class WireReader {
  #field = 0;
  #wireType = 0;

  constructor(
    private readonly buffer: Buffer,
    private offset = 0,
    private readonly end = buffer.length,
  ) {}

  /** Goes on to the next field, whose content must be read or skipped. False at the end of the message. */
  next(): boolean {
    if (this.offset >= this.end) return false;
    const tag = this.#varint();
    this.#field = Math.floor(tag / 8);
    this.#wireType = tag % 8;
    return true;
  }

  /** Number of the field. */
  get field(): number {
    return this.#field;
  }

  /** An unsigned number; one beyond 2^53 - 1 loses its last digits. */
  number(): number {
    this.#expect(wireTypes.varint);
    return this.#varint();
  }

  /** A number of 64 bits, whatever its sign. */
  bigint(): bigint {
    this.#expect(wireTypes.varint);
    let value = 0n;
    for (let index = 0; index < varintBytesMax; index += 1) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new Error('a number has too many bytes');
  }

  /** A part of the buffer, not a copy. */
  bytes(): Buffer {
    const end = this.#endOfContent();
    const bytes = this.buffer.subarray(this.offset, end);
    this.offset = end;
    return bytes;
  }

  text(): string {
    const end = this.#endOfContent();
    const text = this.buffer.toString('utf8', this.offset, end);
    this.offset = end;
    return text;
  }

  /** A message within this one. */
  message(): WireReader {
    const end = this.#endOfContent();
    const reader = new WireReader(this.buffer, this.offset, end);
    this.offset = end;
    return reader;
  }

  skip(): void {
    switch (this.#wireType) {
      case wireTypes.varint:
        this.#varint();
        return;
      case wireTypes.fixed64:
        return this.#advance(8);
      case wireTypes.lengthDelimited:
        this.offset = this.#endOfContent();
        return;
      case wireTypes.fixed32:
        return this.#advance(4);
      default:
        throw new Error(`field ${this.#field} has the unknown wire type ${this.#wireType}`);
    }
  }

  #expect(wireType: number): void {
    if (this.#wireType !== wireType) throw new Error(`field ${this.#field} has the wire type ${this.#wireType}`);
  }

  #endOfContent(): number {
    this.#expect(wireTypes.lengthDelimited);
    const length = this.#varint();
    if (length > this.end - this.offset) throw new Error(`field ${this.#field} is longer than its message`);
    return this.offset + length;
  }

  #advance(bytes: number): void {
    if (bytes > this.end - this.offset) throw new Error(`field ${this.#field} is longer than its message`);
    this.offset += bytes;
  }

  #byte(): number {
    if (this.offset >= this.end) throw new Error('the message ends within a number');
    const byte = this.buffer[this.offset] ?? 0;
    this.offset += 1;
    return byte;
  }

  #varint(): number {
    let value = 0;
    let scale = 1;
    for (let index = 0; index < varintBytesMax; index += 1) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw new Error('a number has too many bytes');
  }
}
