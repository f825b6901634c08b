import { END, START, type ReadRevision } from '@eventstore/db-client';
import { event, newStream, recordCalls, RunningStore, said, until } from './running-store.js';

/** Cases 24 to 29: appends that are tried again. */
describe('the embedded event store, when an append is repeated', () => {
  let store: RunningStore;
  const created = newStream();
  const creation = [event('a'), event('b')];

  beforeAll(async () => {
    store = await RunningStore.start();
  });
  afterAll(() => store.stop());

  it('24: answers the creation of a stream as it did the first time', async () => {
    const create = () => store.client.appendToStream(created, creation, { expectedRevision: 'no_stream' });
    const first = await create();
    expect(await create()).toEqual(first);
    expect(first.nextExpectedRevision).toBe(1n);
    expect(await said(store.client.readStream(created))).toEqual(['a', 'b']);
  });

  it('25: answers an append at an exact revision as it did, even when the stream has gone on', async () => {
    const append = [event('c')];
    const first = await store.client.appendToStream(created, append, { expectedRevision: 1n });
    await store.client.appendToStream(created, event('d'), { expectedRevision: 2n });
    expect(await store.client.appendToStream(created, append, { expectedRevision: 1n })).toEqual(first);
  });

  it('25: refuses a repetition of which a part was never written', async () => {
    const again = [...creation, event('other')];
    await expect(store.client.appendToStream(created, again, { expectedRevision: 'no_stream' })).rejects.toMatchObject({
      type: 'wrong-expected-version',
    });
  });

  it('26 and 27: recognises the ids of unchecked appends, one after the other and at once', async () => {
    const stream = newStream();
    const single = [event('d')];
    const answers = await Promise.all([
      store.client.appendToStream(stream, single),
      store.client.appendToStream(stream, single),
    ]);
    expect(answers[1]).toEqual(answers[0]);
    const pair = [event('e'), event('f')];
    const first = await store.client.appendToStream(stream, pair);
    expect(await store.client.appendToStream(stream, pair)).toEqual(first);
    expect(await said(store.client.readStream(stream))).toEqual(['d', 'e', 'f']);
  });

  it('27: knows an id only in the stream that had it first', async () => {
    const shared = [event('once a stream')];
    const [one, other] = [newStream(), newStream()];
    await store.client.appendToStream(one, shared);
    await store.client.appendToStream(other, shared);
    await store.client.appendToStream(other, shared);
    expect(await said(store.client.readStream(one))).toHaveLength(1);
    expect(await said(store.client.readStream(other))).toHaveLength(2);
  });

  it('28: keeps the first data of an id', async () => {
    const stream = newStream();
    const first = event('first');
    await store.client.appendToStream(stream, first, { expectedRevision: 'no_stream' });
    await store.client.appendToStream(stream, { ...first, data: { is: 'second' } }, { expectedRevision: 'no_stream' });
    expect(await said(store.client.readStream(stream))).toEqual(['first']);
  });

  it('29: answers alike after a restart, checked or not', async () => {
    const stream = newStream();
    const unchecked = [event('unchecked')];
    const first = await store.client.appendToStream(stream, unchecked);
    await store.restart();
    const append = async () => {
      for (;;) {
        try {
          return await store.client.appendToStream(stream, unchecked);
        } catch {
          // The client needs a moment to notice that the server is back.
        }
      }
    };
    expect(await append()).toEqual(first);
    const again = await store.client.appendToStream(created, creation, { expectedRevision: 'no_stream' });
    expect(again.nextExpectedRevision).toBe(1n);
  });
});

/** Cases 30 to 39; 40 (links) is not served. */
describe('the embedded event store, when it is read', () => {
  const stream = newStream();
  let store: RunningStore;
  let calls: ReturnType<typeof recordCalls>;
  let positions: readonly bigint[];

  beforeAll(async () => {
    calls = recordCalls();
    store = await RunningStore.start();
    await store.client.appendToStream(newStream(), event('in front'));
    await store.client.appendToStream(
      stream,
      Array.from({ length: 1_000 }, (_, index) => event(`${index}`)),
    );
    const found: bigint[] = [];
    for await (const { event: each } of store.client.readStream(stream)) found.push(each?.position?.commit ?? -1n);
    positions = found;
  });
  afterAll(async () => {
    calls.restore();
    await store.stop();
  });

  const read = (
    direction: 'forwards' | 'backwards',
    fromRevision: ReadRevision,
    maxCount?: number,
  ): Promise<readonly string[]> =>
    said(store.client.readStream(stream, { direction, fromRevision, ...(maxCount === undefined ? {} : { maxCount }) }));
  const at = (index: number) => {
    const commit = positions.at(index) ?? -1n;
    return { commit, prepare: commit };
  };

  it('30 to 32: reads a stream from a revision on, itself included, in both directions', async () => {
    expect(await read('forwards', 2n, 3)).toEqual(['2', '3', '4']);
    expect(await read('backwards', END, 2)).toEqual(['999', '998']);
    expect(await read('backwards', 3n)).toEqual(['3', '2', '1', '0']);
  });

  it('32: finds the first event backwards from the start', async () => {
    expect(await read('backwards', START)).toEqual(['0']);
  });

  it('33: finds nothing beyond the end, and nothing forwards from it', async () => {
    expect(await read('forwards', 1_000n)).toEqual([]);
    expect(await read('forwards', END)).toEqual([]);
  });

  it('34: says which stream does not exist', async () => {
    await expect(said(store.client.readStream('nowhere'))).rejects.toMatchObject({
      type: 'stream-not-found',
      streamName: 'nowhere',
    });
  });

  it('35: reads a thousand events in order, forwards and backwards', async () => {
    const numbers = Array.from({ length: 1_000 }, (_, index) => `${index}`);
    expect(await read('forwards', 'start')).toEqual(numbers);
    expect(await read('backwards', 'end')).toEqual([...numbers].reverse());
  });

  it('36: frees a read that the client has broken off', async () => {
    const before = calls.of('Read').length;
    const events = store.client.readStream(stream);
    for await (const { event: found } of events) if (found?.revision === 3n) break;
    // Leaving the loop alone does not end the client's call.
    await events.cancel();
    await until(() => calls.of('Read')[before]?.isOver === true);
    expect(await read('forwards', 0n, 1)).toEqual(['0']);
  });

  it('37 and 38: reads the log from a position, itself included forwards and excluded backwards', async () => {
    expect(await said(store.client.readAll({ fromPosition: at(7), maxCount: 2 }))).toEqual(['7', '8']);
    const back = store.client.readAll({ direction: 'backwards', fromPosition: at(7), maxCount: 2 });
    expect(await said(back)).toEqual(['6', '5']);
  });

  it('39: reads the newest event of the log, and all of it', async () => {
    const newest = store.client.readAll({ direction: 'backwards', fromPosition: END, maxCount: 1 });
    expect(await said(newest)).toEqual(['999']);
    expect(await said(store.client.readAll())).toHaveLength(1_001);
    expect(await said(store.client.readAll({ direction: 'backwards', fromPosition: 'start' }))).toEqual([]);
  });

  it('reads events that together are larger than a page', async () => {
    const large = newStream();
    for (let index = 0; index < 12; index += 1) {
      await store.client.appendToStream(large, event(`${index}${'x'.repeat(900_000)}`));
    }
    const found = await said(store.client.readStream(large));
    expect(found.map((text) => parseInt(text, 10))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });
});
