import { PendingWrites } from './pending-writes.js';
import type { Write, WriteAnswer } from './record.js';

describe('writes that wait', () => {
  const answers: WriteAnswer[] = [];
  const write = (bytes = 10, deadlineMs = Infinity): Write => ({
    kind: 'append',
    stream: 's',
    expected: 'any',
    events: [{ id: 'i', type: '', isJson: true, data: new Uint8Array(bytes), metadata: new Uint8Array() }],
    deadlineMs,
    answer: (answer) => answers.push(answer),
  });
  const outcomes = () => answers.map(({ outcome }) => outcome);
  const all = { eventsMax: 100, bytesMax: 1_000 };

  beforeEach(() => {
    answers.length = 0;
  });

  it('are refused beyond a number and beyond a size, and taken in again when there is room', () => {
    const pending = new PendingWrites({ countMax: 2, bytesMax: 100 });
    const first = write();
    expect([pending.add(first), pending.add(write(91)), pending.add(write(90)), pending.add(write(0))]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    pending.answer(first, { outcome: 'timeout' });
    expect(pending.add(write(10))).toBe(true);
    pending.answerAll({ outcome: 'timeout' });
    expect(outcomes()).toEqual(['timeout', 'timeout', 'timeout']);
    expect(pending.count).toBe(0);
  });

  it('are taken in order, in parts of moderate size, but at least one', () => {
    const pending = new PendingWrites({ countMax: 10, bytesMax: 10_000 });
    const [large, small, last] = [write(2_000), write(600), write(600)];
    for (const each of [large, small, last]) pending.add(each);
    expect(pending.take(all)).toEqual([large]);
    expect(pending.take(all)).toEqual([small]);
    pending.putBack([small]);
    expect(pending.take({ ...all, bytesMax: 2_000 })).toEqual([small, last]);
    pending.answerAll({ outcome: 'timeout' });
  });

  it('are answered once, at their deadline when nobody has dealt with them', async () => {
    const pending = new PendingWrites({ countMax: 10, bytesMax: 10_000 });
    const late = write(1, Date.now() + 20);
    pending.add(late);
    while (answers.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    pending.answer(late, { outcome: 'written', head: undefined });
    expect(outcomes()).toEqual(['timeout']);
    expect(pending.take(all)).toEqual([]);
  });
});
