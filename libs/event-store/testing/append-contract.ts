import { maxAppendBytes } from '../src/append-limits.js';
import { AppendTooLarge, RevisionConflict } from '../src/event-store.js';
import { all, ids, newEvent, newEvents, newStream, type TheStore } from './given-store.js';

export function appendContract(store: TheStore): void {
  describe('append', () => {
    it('writes all events of an append, in order, from revision 0', async () => {
      const stream = newStream();
      const [a, b] = [newEvent('First.v1', { flop: '63', list: [1, null] }), newEvent('Second.v2')];
      const appended = await store().append(stream, [a, b], 'noStream');
      const found = await all(store().readStream(stream));
      expect(found).toMatchObject([
        { ...a, stream, revision: 0n },
        { ...b, stream, revision: 1n },
      ]);
      expect(appended).toEqual({ revision: 1n, position: found[1]!.position });
      expect(found[0]!.position).toBeLessThan(found[1]!.position);
    });

    it('continues a stream at the revision where it ends', async () => {
      const stream = newStream();
      await store().append(stream, newEvents(2), 'noStream');
      expect(await store().append(stream, newEvents(3), 1n)).toMatchObject({ revision: 4n });
    });

    it('stamps the time of the store on every event', async () => {
      const stream = newStream();
      const before = Date.now();
      await store().append(stream, newEvents(1), 'noStream');
      const [event] = await all(store().readStream(stream));
      expect(Math.abs(event!.created - before)).toBeLessThan(5_000);
    });

    it('shows an event to every reader as soon as the append is answered', async () => {
      const stream = newStream();
      const event = newEvent();
      const { position } = await store().append(stream, [event], 'noStream');
      expect(ids(await all(store().readAll({ from: position, maxCount: 1 })))).toEqual([event.id]);
      expect(await store().head()).toBe(position);
    });

    it('keeps names, types and values of any script', async () => {
      const stream = newStream('модель-模型-🤖');
      const event = newEvent('Übertragen.v1', { 'clé 🗝': 'значение 値 \u0000 " \\ 🧮', nested: { deep: ['ü'] } });
      await store().append(stream, [event], 'noStream');
      expect(await all(store().readStream(stream))).toMatchObject([{ ...event, stream }]);
    });

    it('takes 500 events at once', async () => {
      const stream = newStream();
      const events = newEvents(500);
      expect(await store().append(stream, events, 'noStream')).toMatchObject({ revision: 499n });
      expect(ids(await all(store().readStream(stream)))).toEqual(ids(events));
    });

    it('writes 200 streams at once', async () => {
      const streams = Array.from({ length: 200 }, () => newStream());
      const answers = await Promise.all(
        streams.map((stream) => store().append(stream, [newEvent('Tested.v1', { stream })], 'noStream')),
      );
      expect(new Set(answers.map(({ position }) => position)).size).toBe(200);
      for (const stream of streams) {
        expect(await all(store().readStream(stream))).toMatchObject([{ stream, revision: 0n, data: { stream } }]);
      }
    });
  });

  describe('append at an expected revision', () => {
    it.each([
      ['that no stream is there, when there is one', 'noStream', 1n],
      ['a revision that others have passed', 0n, 1n],
      ['a revision that is still to come', 5n, 1n],
    ] as const)('is refused when the writer believes %s', async (_belief, expected, found) => {
      const stream = newStream();
      await store().append(stream, newEvents(2), 'noStream');
      const refused = store().append(stream, newEvents(2), expected);
      await expect(refused).rejects.toMatchObject({ name: 'RevisionConflict', stream, expected, found });
      expect(await all(store().readStream(stream))).toHaveLength(2);
    });

    it('is refused when the writer believes in a stream that is not there', async () => {
      const stream = newStream();
      const refused = store().append(stream, newEvents(1), 0n);
      await expect(refused).rejects.toMatchObject({ name: 'RevisionConflict', expected: 0n, found: 'noStream' });
      expect(await all(store().readStream(stream))).toEqual([]);
    });

    it('lets one of fifty writers win who all read the same revision', async () => {
      const stream = newStream();
      await store().append(stream, newEvents(1), 'noStream');
      const tries = await Promise.allSettled(newEvents(50).map((event) => store().append(stream, [event], 0n)));
      const losses = tries.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
      expect(losses).toHaveLength(49);
      for (const loss of losses) expect(loss).toBeInstanceOf(RevisionConflict);
      expect(await all(store().readStream(stream))).toHaveLength(2);
    });
  });

  describe('append, said again', () => {
    it('is answered as the first time and writes nothing', async () => {
      const stream = newStream();
      const events = newEvents(2);
      const first = await store().append(stream, events, 'noStream');
      expect(await store().append(stream, events, 'noStream')).toEqual(first);
      expect(await all(store().readStream(stream))).toHaveLength(2);
    });

    it('is answered as the first time after the stream went on', async () => {
      const stream = newStream();
      await store().append(stream, newEvents(1), 'noStream');
      const events = newEvents(2);
      const first = await store().append(stream, events, 0n);
      await store().append(stream, newEvents(3), 2n);
      expect(await store().append(stream, events, 0n)).toEqual(first);
      expect(await all(store().readStream(stream))).toHaveLength(6);
    });

    it('is answered for the part that is repeated', async () => {
      const stream = newStream();
      const [a, b] = [newEvent(), newEvent()];
      await store().append(stream, [a, b], 'noStream');
      const [storedA] = await all(store().readStream(stream));
      const again = await store().append(stream, [a], 'noStream');
      expect(again).toEqual({ revision: 0n, position: storedA!.position });
    });

    it('keeps the content of the first time', async () => {
      const stream = newStream();
      const event = newEvent('Tested.v1', { said: 'first' });
      await store().append(stream, [event], 'noStream');
      await store().append(stream, [{ ...event, data: { said: 'second' } }], 'noStream');
      expect(await all(store().readStream(stream))).toMatchObject([{ data: { said: 'first' } }]);
    });

    it('is a conflict when a part of it is new', async () => {
      const stream = newStream();
      const [a, b, c] = [newEvent(), newEvent(), newEvent()];
      await store().append(stream, [a, b], 'noStream');
      await expect(store().append(stream, [a, c], 'noStream')).rejects.toBeInstanceOf(RevisionConflict);
      await expect(store().append(stream, [a, b, c], 'noStream')).rejects.toBeInstanceOf(RevisionConflict);
      expect(ids(await all(store().readStream(stream)))).toEqual([a.id, b.id]);
    });

    it('by twenty at once has one effect and one answer', async () => {
      const stream = newStream();
      const events = newEvents(3);
      const answers = await Promise.all(Array.from({ length: 20 }, () => store().append(stream, events, 'noStream')));
      for (const answer of answers) expect(answer).toEqual(answers[0]);
      expect(ids(await all(store().readStream(stream)))).toEqual(ids(events));
    });
  });

  describe('append that no store would take', () => {
    const fitting = (bytes: number): ReturnType<typeof newEvent> => {
      const event = newEvent('Large.v1', { filling: '' });
      const emptyBytes =
        JSON.stringify(event.data).length + JSON.stringify(event.metadata).length + 2 * event.type.length;
      return { ...event, data: { filling: 'x'.repeat(bytes - emptyBytes) } };
    };

    it('is taken up to the limit and refused one byte above it', async () => {
      const [largest, tooLarge] = [newStream(), newStream()];
      await store().append(largest, [fitting(maxAppendBytes)], 'noStream');
      await expect(store().append(tooLarge, [fitting(maxAppendBytes + 1)], 'noStream')).rejects.toBeInstanceOf(
        AppendTooLarge,
      );
      expect(await all(store().readStream(largest))).toHaveLength(1);
      expect(await all(store().readStream(tooLarge))).toHaveLength(0);
    });

    it('is refused for the sum of its events', async () => {
      const stream = newStream();
      const half = (): ReturnType<typeof newEvent> => fitting(maxAppendBytes / 2 + 1);
      await expect(store().append(stream, [half(), half()], 'noStream')).rejects.toBeInstanceOf(AppendTooLarge);
    });

    it.each([
      ['without events', []],
      ['with an id that is no UUID', [{ ...newEvent(), id: 'delivery-1' }]],
      ['without a type', [newEvent('')]],
      ['with a type that belongs to the system', [newEvent('$metadata')]],
      ['with data that JSON cannot hold', [newEvent('Tested.v1', { flop: 63n })]],
    ])('is refused %s', async (_how, events) => {
      const stream = newStream();
      await expect(store().append(stream, events, 'noStream')).rejects.toThrow();
      expect(await all(store().readStream(stream))).toEqual([]);
    });
  });
}
