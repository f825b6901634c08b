/** The cursor was not made by this list with this sorting. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
  constructor() {
    super('the cursor is not one of this list: start again without it');
  }
}

/** Opaque to readers: the sort values of the last row of a page, after which the next page begins. */
export function writeCursor(sort: string, values: readonly string[]): string {
  return Buffer.from(JSON.stringify([sort, ...values])).toString('base64url');
}

/** @throws InvalidCursor */
export function readCursor(sort: string, cursor: string, valueCount: number): readonly string[] {
  let read: unknown;
  try {
    read = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw new InvalidCursor();
  }
  if (!Array.isArray(read) || read.length !== valueCount + 1 || read[0] !== sort) throw new InvalidCursor();
  const values: unknown[] = read.slice(1);
  if (!values.every((value) => typeof value === 'string')) throw new InvalidCursor();
  return values;
}
