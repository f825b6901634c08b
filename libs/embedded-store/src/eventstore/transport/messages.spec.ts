import { joinMessages, MessageReader } from './messages.js';

const messages = [Buffer.from('a'), Buffer.alloc(0), Buffer.alloc(70_000, 'b'), Buffer.from('end')];
const bytes = joinMessages(
  messages,
  messages.reduce((sum, { length }) => sum + 5 + length, 0),
);

describe('messages on the wire', () => {
  it.each([1, 3, 5, 6, 1_000, bytes.length])('are read back from pieces of %i bytes', (pieceBytes) => {
    const reader = new MessageReader();
    const read: string[] = [];
    for (let start = 0; start < bytes.length; start += pieceBytes) {
      const problem = reader.read(bytes.subarray(start, start + pieceBytes), (message) =>
        read.push(message.toString()),
      );
      expect(problem).toBeUndefined();
    }
    expect(read).toEqual(messages.map(String));
    expect(reader.isWithinMessage).toBe(false);
  });

  it('are refused when they are compressed or too large', () => {
    const take = (): void => undefined;
    expect(new MessageReader().read(Buffer.from([1, 0, 0, 0, 1, 7]), take)).toBe('compressed');
    expect(new MessageReader().read(Buffer.from([0, 0xff, 0, 0, 0]), take)).toBe('tooLarge');
  });

  it('are known to be cut off', () => {
    const reader = new MessageReader();
    reader.read(bytes.subarray(0, 8), () => undefined);
    expect(reader.isWithinMessage).toBe(true);
  });
});
