/** Protocol buffer basics for the messages that are encoded by hand. Numbers are unsigned and at most 2^53 - 1. */

export function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes += 1;
  return bytes;
}

/** Returns the offset after the number. */
export function writeVarint(buffer: Buffer, value: number, start: number): number {
  let offset = start;
  let rest = value;
  while (rest >= 128) {
    buffer[offset] = (rest % 128) + 128;
    offset += 1;
    rest = Math.floor(rest / 128);
  }
  buffer[offset] = rest;
  return offset + 1;
}

/** Bytes of a field with a length before it: tag of one byte, length, content. */
export const fieldBytes = (contentBytes: number): number => 1 + varintBytes(contentBytes) + contentBytes;

/** Tags of fields 1 to 15 take one byte. */
export const lengthTag = (field: number): number => field * 8 + 2;
export const numberTag = (field: number): number => field * 8;

/** Writes tag and length of a field whose content follows. */
export function writeLength(buffer: Buffer, field: number, contentBytes: number, start: number): number {
  buffer[start] = lengthTag(field);
  return writeVarint(buffer, contentBytes, start + 1);
}

export function writeNumber(buffer: Buffer, field: number, value: number, start: number): number {
  buffer[start] = numberTag(field);
  return writeVarint(buffer, value, start + 1);
}
