import { all, ids, newEvents, newStream, type TheStore } from './given-store.js';

export function readContract(store: TheStore): void {
  describe('reading a stream', () => {
    const stream = newStream();
    const events = newEvents(10);
    beforeAll(async () => {
      await store().append(stream, events, 'noStream');
    });
    const read = async (options?: Parameters<ReturnType<TheStore>['readStream']>[1]): Promise<bigint[]> =>
      (await all(store().readStream(stream, options))).map(({ revision }) => revision);

    it('goes forwards from a revision, that one included', async () => {
      expect(await read({ from: 2n, maxCount: 3 })).toEqual([2n, 3n, 4n]);
      expect(await read({ from: 8n })).toEqual([8n, 9n]);
    });

    it('goes backwards from the end or from a revision, that one included', async () => {
      expect(await read({ direction: 'backwards', maxCount: 2 })).toEqual([9n, 8n]);
      expect(await read({ direction: 'backwards', from: 1n })).toEqual([1n, 0n]);
      expect(await read({ direction: 'backwards', from: 0n })).toEqual([0n]);
    });

    it('finds nothing past the end, in a stream that is not there, and when nothing is asked for', async () => {
      expect(await read({ from: 10n })).toEqual([]);
      expect(await all(store().readStream(newStream()))).toEqual([]);
      expect(await all(store().readStream(newStream(), { direction: 'backwards' }))).toEqual([]);
      expect(await read({ maxCount: 0 })).toEqual([]);
    });

    it('finds 1,500 events forwards and backwards, none missing', async () => {
      const long = newStream();
      const written = newEvents(1_500);
      for (let start = 0; start < written.length; start += 500) {
        await store().append(long, written.slice(start, start + 500), start === 0 ? 'noStream' : BigInt(start - 1));
      }
      expect(ids(await all(store().readStream(long)))).toEqual(ids(written));
      expect(ids(await all(store().readStream(long, { direction: 'backwards' })))).toEqual(ids(written).reverse());
    });

    it('can be left early again and again, and the store goes on', async () => {
      for (let times = 0; times < 50; times += 1) {
        for await (const event of store().readStream(stream)) {
          expect(event.revision).toBe(0n);
          break;
        }
      }
      await store().append(newStream(), newEvents(1), 'noStream');
      expect(await read()).toHaveLength(10);
    });
  });

  describe('reading the log', () => {
    it('goes forwards from a position, that one included, and backwards from it, that one left out', async () => {
      const events = newEvents(4);
      await store().append(newStream(), events, 'noStream');
      const [d, c, b, a] = await all(store().readAll({ direction: 'backwards', maxCount: 4 }));
      expect(ids([a!, b!, c!, d!])).toEqual(ids(events));
      expect(ids(await all(store().readAll({ from: b!.position })))).toEqual(ids([b!, c!, d!]));
      const backwards = store().readAll({ direction: 'backwards', from: c!.position, maxCount: 2 });
      expect(ids(await all(backwards))).toEqual(ids([b!, a!]));
    });

    it('gives every event once, positions rising, each stream in its order', async () => {
      const start = await store().head();
      const streams = Array.from({ length: 5 }, () => newStream());
      await Promise.all(
        streams.map(async (stream) => {
          for (let revision = -1n; revision < 39n; revision += 1n) {
            await store().append(stream, newEvents(1), revision < 0n ? 'noStream' : revision);
          }
        }),
      );
      const from = start === undefined ? {} : { from: start };
      const log = await all(store().readAll(from));
      const ours = log.filter(({ stream }) => streams.includes(stream));
      for (const stream of streams) {
        const revisions = ours.filter((event) => event.stream === stream).map(({ revision }) => revision);
        expect(revisions).toEqual(Array.from({ length: 40 }, (_, revision) => BigInt(revision)));
      }
      for (const [i, event] of log.entries()) {
        if (i > 0) expect(event.position).toBeGreaterThan(log[i - 1]!.position);
      }
    });

    it('shows no events of the system', async () => {
      for (const { stream, type } of await all(store().readAll({ direction: 'backwards', maxCount: 500 }))) {
        expect([stream[0], type[0]]).not.toContain('$');
      }
    });

    it('has the position of its last event as its head', async () => {
      const { position } = await store().append(newStream(), newEvents(3), 'noStream');
      expect(await store().head()).toBe(position);
      expect(await all(store().readAll({ from: position }))).toHaveLength(1);
    });
  });
}
