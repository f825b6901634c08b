import { binaryEvent, eventTypeFilter, START, streamNameFilter, type Position } from '@eventstore/db-client';
import { event, events, follow, newStream, positionOf, said, Steps, until } from './contract-steps.js';
import { RunningStore } from './running-store.js';

/** What the contract implies at its edges. */
describe('the embedded event store, at the edges of its contract', () => {
  let store: RunningStore;
  let steps: Steps;

  beforeAll(async () => {
    store = await RunningStore.start();
    steps = new Steps(store.client);
  });
  afterAll(() => store.stop());

  const typeOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => 'ok',
      (error: { type?: string }) => error.type,
    );

  describe('appends', () => {
    it('take stream_exists for a stream that has metadata only', async () => {
      const stream = newStream();
      await store.client.setStreamMetadata(stream, { maxCount: 3 });
      expect(await steps.outcome(stream, 'stream_exists', 'x')).toBe('ok 0');
    });

    it('count the sum of all events against the limit', async () => {
      const parts = Array.from({ length: 20 }, () => binaryEvent({ type: 'T', data: new Uint8Array(60_000) }));
      expect(await typeOf(steps.append(newStream(), 'any', parts))).toBe('maximum-append-size-exceeded');
    });

    it('of several messages are one append', async () => {
      const stream = newStream();
      const parts = Array.from({ length: 9 }, (_, index) => event(`${index}${'x'.repeat(100_000)}`));
      await store.client.appendToStream(stream, parts, { batchAppendSize: 150_000 });
      expect((await steps.read(stream)).map((is) => is[0])).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8']);
    });

    it('are refused when they repeat an earlier one only in part', async () => {
      const stream = newStream();
      const first = events('a', 'b');
      await steps.append(stream, 'no_stream', first);
      expect(await typeOf(steps.append(stream, 'no_stream', [...first, event('c')]))).toBe('wrong-expected-version');
      expect(await typeOf(steps.append(stream, 'any', [...first, event('c')]))).toBe('wrong-expected-version');
      expect(await typeOf(steps.append(stream, 'no_stream', []))).toBe('wrong-expected-version');
    });

    it('without an expected revision know an id only in the stream that had it first', async () => {
      const shared = [event('once a stream')];
      const [one, other] = [newStream(), newStream()];
      for (const stream of [one, other, other]) await steps.append(stream, 'any', shared);
      expect(await steps.read(one)).toHaveLength(1);
      expect(await steps.read(other)).toHaveLength(2);
    });

    it('are known by their ids after a restart as well', async () => {
      const stream = newStream();
      const unchecked = [event('unchecked')];
      const first = await steps.append(stream, 'any', unchecked);
      await store.restart();
      expect(await steps.appendPatiently(stream, 'any', unchecked)).toEqual(first);
    });
  });

  describe('a deleted stream', () => {
    it('is created anew by no_stream and continued by its old head, but does not exist', async () => {
      const [one, other] = [newStream(), newStream()];
      for (const stream of [one, other]) {
        await steps.append(stream, 'no_stream', events('a', 'b'));
        await store.client.deleteStream(stream, { expectedRevision: 1n });
      }
      expect(await typeOf(steps.append(one, 'stream_exists', events('x')))).toBe('stream-deleted');
      expect(await steps.outcome(one, 'no_stream', 'c')).toBe('ok 2');
      expect(await steps.outcome(other, 1n, 'c')).toBe('ok 2');
      for (const stream of [one, other]) {
        expect(await steps.read(stream)).toEqual(['c']);
        expect((await store.client.getStreamMetadata(stream)).metadata).toMatchObject({ truncateBefore: 2 });
      }
    });

    it('answers the repetition of its creation without coming back', async () => {
      const stream = newStream();
      const creation = events('a', 'b');
      const first = await steps.append(stream, 'no_stream', creation);
      await store.client.deleteStream(stream);
      expect(await steps.append(stream, 'no_stream', creation)).toEqual(first);
      expect(await typeOf(steps.read(stream))).toBe('stream-not-found');
    });

    it('comes back, empty, when its metadata are set, which keep the rest of what they say', async () => {
      const stream = newStream();
      await steps.append(stream, 'no_stream', events('a', 'b'));
      await store.client.deleteStream(stream);
      await store.client.setStreamMetadata(stream, { maxCount: 5, owner: 'us' });
      expect((await store.client.getStreamMetadata(stream)).metadata).toMatchObject({
        maxCount: 5,
        owner: 'us',
        truncateBefore: 2,
      });
      expect(await steps.read(stream)).toEqual([]);
      expect(await steps.outcome(stream, 1n, 'c')).toBe('ok 2');
      expect(await steps.read(stream)).toEqual(['c']);
    });

    it('can be deleted again, and one that never was cannot', async () => {
      const stream = newStream();
      await steps.append(stream, 'no_stream', events('a'));
      await store.client.deleteStream(stream);
      expect(await typeOf(store.client.deleteStream(stream))).toBe('ok');
      await expect(store.client.deleteStream(newStream())).rejects.toMatchObject({
        type: 'wrong-expected-version',
        actualVersion: -1n,
      });
      const bare = newStream();
      await store.client.setStreamMetadata(bare, { maxCount: 1 });
      expect(await typeOf(store.client.deleteStream(bare, { expectedRevision: 'no_stream' }))).toBe('ok');
    });

    it('is the same after a restart', async () => {
      const stream = newStream();
      await steps.append(stream, 'no_stream', events('a', 'b'));
      await store.client.deleteStream(stream);
      await store.restart();
      expect(await steps.appendPatiently(stream, 'no_stream', events('c'))).toMatchObject({ nextExpectedRevision: 2n });
      expect(await steps.read(stream)).toEqual(['c']);
    });
  });

  describe('a stream deleted for good', () => {
    it('may never have been, and takes its metadata with it', async () => {
      const stream = newStream();
      await store.client.tombstoneStream(stream, { expectedRevision: 'no_stream' });
      await store.restart();
      const all = [
        () => store.client.getStreamMetadata(stream),
        () => store.client.setStreamMetadata(stream, { maxCount: 1 }),
        () => store.client.tombstoneStream(stream),
        () => steps.append(stream, 'no_stream', events('x')),
      ];
      await steps.appendPatiently(newStream(), 'any', events('back'));
      for (const work of all) expect(await typeOf(work())).toBe('stream-deleted');
    });

    it('shows its end to subscribers, in $all with the largest revision', async () => {
      const stream = newStream();
      const fromPosition = positionOf(await steps.append(stream, 'any', events('a')));
      const seen = follow(store.client.subscribeToStream(stream));
      await until(() => seen.all.includes('[caught up]'));
      await store.client.tombstoneStream(stream);
      await until(() => seen.all.length === 5);
      expect(seen.all).toEqual(['[confirmed]', 'a', '[caught up]', 'undefined', '[error stream-deleted]']);
      const ends = [];
      for await (const { event: found } of store.client.readAll({ fromPosition })) ends.push(found);
      expect(ends.at(-1)).toMatchObject({ streamId: stream, type: '$streamDeleted', revision: 2n ** 63n - 1n });
    });
  });

  describe('reads', () => {
    it('show only the last event of a metastream, whose revisions go on', async () => {
      const stream = newStream();
      for (const maxCount of [1, 2, 3]) await store.client.setStreamMetadata(stream, { maxCount });
      const found = [];
      for await (const { event: each } of store.client.readStream(`$$${stream}`)) found.push(each?.revision);
      expect(found).toEqual([2n]);
    });

    it('apply the strictest of all limits, in both directions, and find a stream that is all truncated', async () => {
      const stream = newStream();
      await steps.append(stream, 'any', events('0', '1', '2', '3', '4', '5'));
      await store.client.setStreamMetadata(stream, { maxCount: 4, truncateBefore: 3 });
      expect(await steps.read(stream)).toEqual(['3', '4', '5']);
      expect(await steps.read(stream, 'end', undefined, 'backwards')).toEqual(['5', '4', '3']);
      await store.client.setStreamMetadata(stream, { truncateBefore: 100 });
      expect(await steps.read(stream)).toEqual([]);
      expect(await steps.outcome(stream, 5n, '6')).toBe('ok 6');
    });

    it('take metadata that make no sense for none', async () => {
      const stream = newStream();
      await steps.append(stream, 'any', events('0', '1'));
      const data = Buffer.from('{"$maxCount":"many","$tb":-1,"$maxAge":0}');
      await steps.append(`$$${stream}`, 'any', [binaryEvent({ type: '$metadata', data })]);
      expect(await steps.read(stream)).toEqual(['0', '1']);
    });

    it('find the first event backwards from the start', async () => {
      const stream = newStream();
      await steps.append(stream, 'any', events('0', '1'));
      expect(await steps.read(stream, 'start', undefined, 'backwards')).toEqual(['0']);
      expect(await said(store.client.readAll({ direction: 'backwards', fromPosition: START }))).toEqual([]);
    });

    it('send events that together are larger than a page', async () => {
      const stream = newStream();
      for (let index = 0; index < 12; index += 1) {
        await steps.append(stream, 'any', events(`${index}.${'x'.repeat(900_000)}`));
      }
      const found = await steps.read(stream);
      expect(found.map((text) => parseInt(text, 10))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    });
  });

  describe('subscriptions', () => {
    it('serve a subscriber that falls far behind from the database, without loss', async () => {
      const stream = newStream();
      const subscription = store.client.subscribeToStream(stream);
      const seen: string[] = [];
      let isWritten = false;
      const slowly = (async () => {
        for await (const { event: found } of subscription) {
          seen.push((found?.data as { is: string }).is.slice(0, 4));
          if (seen.length === 1) await until(() => isWritten);
          if (seen.length === 40) return subscription.unsubscribe();
        }
      })();
      // More than the end of the log that is kept in memory, and more than the connection takes in.
      for (let index = 0; index < 40; index += 1) {
        await steps.append(stream, 'any', events(`${index + 1_000}${'x'.repeat(900_000)}`));
      }
      isWritten = true;
      await slowly;
      expect(seen).toEqual(Array.from({ length: 40 }, (_, index) => `${index + 1_000}`));
    });

    it('report every interval how far they have looked, never behind what they have sent', async () => {
      const run = newStream();
      const fromPosition = positionOf(await steps.append(newStream(), 'any', events('begin')));
      const order: (Position | string)[] = [];
      const filter = streamNameFilter({
        prefixes: [run],
        checkpointInterval: 2,
        maxSearchWindow: 5,
        checkpointReached: (_subscription, at) => {
          order.push(at);
          return Promise.resolve();
        },
      });
      const subscription = store.client.subscribeToAll({ fromPosition, filter });
      subscription.on('data', ({ event: found }) => order.push(found?.position ?? ''));
      await until(() => subscription.listenerCount('data') > 0);
      for (let round = 0; round < 6; round += 1) {
        await steps.append(newStream(), 'any', events('1', '2', '3', '4'));
        await steps.append(run, 'any', events('ours'));
      }
      await until(() => order.length >= 6 + 3);
      const commits = order.map((each) => (typeof each === 'string' ? 0n : each.commit));
      expect(commits).toEqual([...commits].sort((one, other) => Number(one - other)));
      await subscription.unsubscribe();
    });

    it.each(['(', '[', '*'])('refuse the expression %p', async (regex) => {
      const seen = follow(store.client.subscribeToAll({ filter: eventTypeFilter({ regex }) }));
      await until(() => seen.all.length > 0);
      expect(seen.all).toEqual(['[error unknown]']);
    });

    it('show the history as a read would, and what comes later as it comes', async () => {
      const stream = newStream();
      await steps.append(stream, 'any', events('0', '1', '2'));
      await store.client.setStreamMetadata(stream, { maxCount: 1 });
      const subscription = store.client.subscribeToStream(stream);
      const seen = follow(subscription);
      await until(() => seen.all.includes('[caught up]'));
      await steps.append(stream, 'any', events('3', '4'));
      await until(() => seen.all.includes('4'));
      expect(seen.events()).toEqual(['2', '3', '4']);
      await subscription.unsubscribe();
    });
  });
});
