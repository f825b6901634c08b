import { END, eventTypeFilter, excludeSystemEvents, START, streamNameFilter, type Filter } from '@eventstore/db-client';
import type { EventEmitter } from 'node:events';
import { event, newStream, recordCalls, RunningStore, until } from './running-store.js';

/** Cases 41 to 48. */
describe('the embedded event store, when it is subscribed to', () => {
  let store: RunningStore;
  let calls: ReturnType<typeof recordCalls>;

  beforeAll(async () => {
    calls = recordCalls();
    store = await RunningStore.start();
  });
  afterAll(async () => {
    calls.restore();
    await store.stop();
  });

  /** Collects what a subscription says, in order: its signals in brackets, its events by their data. */
  function follow(subscription: EventEmitter): string[] {
    const seen: string[] = [];
    subscription.on('confirmation', () => seen.push('[confirmed]'));
    subscription.on('caughtUp', () => seen.push('[caught up]'));
    subscription.on('error', (error: { type?: string }) => seen.push(`[error ${error.type}]`));
    subscription.on('data', (resolved: { event?: { data: unknown } }) =>
      seen.push((resolved.event?.data as { is: string }).is),
    );
    return seen;
  }

  const append = (stream: string, ...says: readonly string[]) =>
    store.client.appendToStream(
      stream,
      says.map((is) => event(is)),
    );

  it('41: confirms, catches up, then sends what comes, on a stream that does not exist yet', async () => {
    const stream = newStream();
    const subscription = store.client.subscribeToStream(stream, { fromRevision: START });
    const seen = follow(subscription);
    await until(() => seen.includes('[caught up]'));
    await append(stream, 'a', 'b');
    await append(newStream(), 'elsewhere');
    await append(stream, 'c');
    await until(() => seen.includes('c'));
    expect(seen).toEqual(['[confirmed]', '[caught up]', 'a', 'b', 'c']);
    await subscription.unsubscribe();
  });

  it('42: sends none of the old and all of the new from the end', async () => {
    const stream = newStream();
    await append(stream, 'old');
    const subscriptions = [
      store.client.subscribeToStream(stream, { fromRevision: END }),
      store.client.subscribeToAll({ fromPosition: END }),
    ];
    const seen = subscriptions.map(follow);
    await until(() => seen.every((each) => each.includes('[caught up]')));
    await append(stream, 'new', 'newer');
    await until(() => seen.every((each) => each.includes('newer')));
    for (const each of seen) expect(each.slice(2)).toEqual(['new', 'newer']);
    await Promise.all(subscriptions.map((subscription) => subscription.unsubscribe()));
  });

  it('43 and 44: starts after the revision or position that it is given', async () => {
    const stream = newStream();
    await append(stream, '0', '1', '2', '3');
    const { position } = await append(stream, '4');
    await append(stream, '5');
    if (position === undefined) throw new Error('the answer has no position');
    const byRevision = store.client.subscribeToStream(stream, { fromRevision: 3n });
    const byPosition = store.client.subscribeToAll({ fromPosition: position });
    const [afterRevision, afterPosition] = [follow(byRevision), follow(byPosition)];
    await until(() => afterRevision.includes('5') && afterPosition.includes('5'));
    expect(afterRevision.filter((each) => !each.startsWith('['))).toEqual(['4', '5']);
    expect(afterPosition.filter((each) => !each.startsWith('['))).toEqual(['5']);
    await Promise.all([byRevision.unsubscribe(), byPosition.unsubscribe()]);
  });

  it.each(['stream', 'log'])(
    '45: sends ten thousand events of a concurrent writer once and in order, from the %s',
    async (which) => {
      const stream = newStream();
      const subscription =
        which === 'stream'
          ? store.client.subscribeToStream(stream)
          : store.client.subscribeToAll({ fromPosition: END });
      const seen = follow(subscription);
      await until(() => seen.includes('[caught up]'));
      for (let batch = 0; batch < 100; batch += 1) {
        await append(stream, ...Array.from({ length: 100 }, (_, index) => `${batch * 100 + index}`));
      }
      await until(() => seen.includes('9999'));
      expect(seen.filter((each) => !each.startsWith('['))).toEqual(
        Array.from({ length: 10_000 }, (_, index) => `${index}`),
      );
      await subscription.unsubscribe();
    },
  );

  it('45: serves a subscriber that falls far behind from the database, without loss', async () => {
    const stream = newStream();
    const subscription = store.client.subscribeToStream(stream);
    const seen: string[] = [];
    const slowly = (async () => {
      for await (const { event: found } of subscription) {
        seen.push((found?.data as { is: string }).is.slice(0, 4));
        if (seen.length === 1) await until(() => isWritten);
        if (seen.length === 40) break;
      }
    })();
    let isWritten = false;
    // More than the end of the log that is kept in memory, and more than the connection takes in.
    for (let index = 0; index < 40; index += 1) await append(stream, `${index + 1_000}${'x'.repeat(900_000)}`);
    isWritten = true;
    await slowly;
    expect(seen).toEqual(Array.from({ length: 40 }, (_, index) => `${index + 1_000}`));
  });

  it('46: filters by prefix and expression, on stream and type, and reports how far it has looked', async () => {
    const start = store.client.subscribeToAll({ fromPosition: END });
    const marker = follow(start);
    await until(() => marker.includes('[caught up]'));
    await start.unsubscribe();
    const { position } = await append(newStream(), 'begin');
    if (position === undefined) throw new Error('the answer has no position');
    const checkpoints: bigint[] = [];
    const filters: readonly [Filter, readonly string[]][] = [
      [
        streamNameFilter({
          prefixes: ['model-'],
          checkpointInterval: 1,
          maxSearchWindow: 5,
          checkpointReached: async (_subscription, at) => {
            checkpoints.push(at.commit);
          },
        }),
        ['m1', 'm2'],
      ],
      [streamNameFilter({ regex: '^(model|provider)-1$' }), ['m1', 'p1']],
      [eventTypeFilter({ prefixes: ['Placed'] }), ['m2']],
      [eventTypeFilter({ regex: 'ed$' }), ['begin2', 'm1', 'm2', 'p1']],
      [excludeSystemEvents(), ['begin2', 'm1', 'm2', 'p1']],
    ];
    const subscriptions = filters.map(([filter]) => store.client.subscribeToAll({ fromPosition: position, filter }));
    const seen = subscriptions.map(follow);
    await append(newStream(), 'begin2');
    await store.client.appendToStream('model-1', event('m1', 'Registered'));
    await store.client.appendToStream('model-2', event('m2', 'Placed'));
    await store.client.setStreamMetadata('model-2', { maxCount: 3 });
    await store.client.appendToStream('provider-1', event('p1', 'Registered'));
    const says = (each: readonly string[]) => each.filter((text) => !text.startsWith('['));
    await until(() => filters.every(([, wanted], index) => says(seen[index] ?? []).length >= wanted.length));
    for (const [index, [, wanted]] of filters.entries()) expect(says(seen[index] ?? [])).toEqual(wanted);

    const last = await append(newStream(), '1', '2', '3', '4');
    await until(() => checkpoints.includes(last.position?.commit ?? -1n));
    expect(checkpoints).toEqual([...new Set(checkpoints)].sort((one, other) => Number(one - other)));
    await Promise.all(subscriptions.map((subscription) => subscription.unsubscribe()));
  });

  it('46: refuses an expression that is not one', async () => {
    const subscription = store.client.subscribeToAll({ filter: streamNameFilter({ regex: '(' }) });
    const seen = follow(subscription);
    await until(() => seen.length > 0);
    expect(seen).toEqual(['[error unknown]']);
  });

  it('47: sends nothing after the end of a subscription, and frees it', async () => {
    const stream = newStream();
    const before = calls.of('Read').length;
    const subscription = store.client.subscribeToStream(stream);
    const seen = follow(subscription);
    await append(stream, 'a');
    await until(() => seen.includes('a'));
    await subscription.unsubscribe();
    await until(() => calls.of('Read')[before]?.isOver === true);
    await append(stream, 'b');
    expect(seen).not.toContain('b');
  });

  it('48: ends a subscription with exactly one error when the server stops', async () => {
    const subscription = store.client.subscribeToAll({ fromPosition: END });
    const seen = follow(subscription);
    await until(() => seen.includes('[caught up]'));
    await store.restart();
    await until(() => seen.length > 2);
    expect(seen.slice(2)).toEqual(['[error unavailable]']);
  });
});
