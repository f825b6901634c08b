import { randomUUID } from 'node:crypto';
import type { SubscriptionItem } from '../src/event-store.js';
import {
  all,
  eventsOf,
  ids,
  newEvent,
  newEvents,
  newStream,
  type TheStore,
  until,
  untilBreak,
  untilEvents,
} from './given-store.js';

export function subscriptionContract(store: TheStore): void {
  const append = async (stream: string, count: number, type?: string): Promise<string[]> => {
    const events = newEvents(count, type);
    await store().append(stream, events, 'noStream');
    return ids(events);
  };

  describe('subscription', () => {
    it('begins with the first event of the log', async () => {
      const first = await append(newStream(), 2);
      const [oldest] = await all(store().readAll({ maxCount: 1 }));
      const items = await until(store().subscribeToAll({ signal: untilBreak() }), ({ kind }) => kind === 'event');
      expect(ids(eventsOf(items))).toEqual([oldest!.id]);
      expect(first).toHaveLength(2);
    });

    it('begins strictly after a position, goes through history, says so, and goes on live', async () => {
      await append(newStream(), 3);
      const after = await store().head();
      const history = await append(newStream(), 40);
      const items = store().subscribeToAll({ after: after!, signal: untilBreak() });
      const live = newEvents(2);
      let appended: Promise<unknown> | undefined;
      const taken = await until(items, (item, sofar) => {
        if (item.kind === 'caughtUp') appended ??= store().append(newStream(), live, 'noStream');
        return eventsOf(sofar).length === 42;
      });
      await appended;
      expect(ids(eventsOf(taken))).toEqual([...history, ...ids(live)]);
      expect(taken.findIndex(({ kind }) => kind === 'caughtUp')).toBe(40);
    });

    it('waits on an empty part of the log for what comes', async () => {
      const prefix = newStream();
      const items = store().subscribeToAll({ filter: { streamPrefixes: [prefix] }, signal: untilBreak() });
      const taken = untilEvents(items, 3);
      const written = [...(await append(`${prefix}-a`, 1)), ...(await append(`${prefix}-b`, 2))];
      expect(ids(eventsOf(await taken))).toEqual(written);
    });

    it('gives the whole event', async () => {
      const stream = newStream();
      const event = newEvent('Told.v3', { ключ: ['🧮', { n: 1 }] });
      const { position } = await store().append(stream, [event], 'noStream');
      const filter = { streamPrefixes: [stream] };
      const [told] = eventsOf(await untilEvents(store().subscribeToAll({ filter, signal: untilBreak() }), 1));
      expect(told).toMatchObject({ ...event, stream, revision: 0n, position });
      expect(told!.created).toBeGreaterThan(0);
    });

    it('gives every event once and in order while others write', async () => {
      const prefix = newStream();
      const writers = 4;
      const each = 250;
      const items = store().subscribeToAll({ filter: { streamPrefixes: [prefix] }, signal: untilBreak() });
      const taken = untilEvents(items, writers * each);
      await Promise.all(
        Array.from({ length: writers }, async (_, writer) => {
          for (let start = 0; start < each; start += 5) {
            const expected = start === 0 ? ('noStream' as const) : BigInt(start - 1);
            await store().append(`${prefix}-${writer}`, newEvents(5), expected);
          }
        }),
      );
      const events = eventsOf(await taken);
      expect(new Set(ids(events)).size).toBe(writers * each);
      for (const [i, event] of events.entries()) {
        if (i > 0) expect(event.position).toBeGreaterThan(events[i - 1]!.position);
      }
    });

    it('serves several readers at once, each at its own pace', async () => {
      const prefix = newStream();
      const written = await append(prefix, 300);
      const filter = { streamPrefixes: [prefix] };
      const slow = async (): Promise<string[]> => {
        const taken: SubscriptionItem[] = [];
        for await (const item of store().subscribeToAll({ filter, signal: untilBreak() })) {
          taken.push(item);
          await new Promise((resolve) => setImmediate(resolve));
          if (eventsOf(taken).length === 300) break;
        }
        return ids(eventsOf(taken));
      };
      const quick = untilEvents(store().subscribeToAll({ filter, signal: untilBreak() }), 300);
      expect(await Promise.all([slow(), slow(), quick.then((taken) => ids(eventsOf(taken)))])).toEqual([
        written,
        written,
        written,
      ]);
    });
  });

  describe('filtered subscription', () => {
    it('sees the streams that begin with one of its prefixes', async () => {
      const [a, b, c] = [newStream('a'), newStream('b'), newStream('c')];
      const wanted = [...(await append(`${a}-1`, 2)), ...(await append(`${b}-1`, 1))];
      await append(c, 3);
      wanted.push(...(await append(`${a}-2`, 1)));
      const filter = { streamPrefixes: [a, b] };
      const taken = await untilEvents(store().subscribeToAll({ filter, signal: untilBreak() }), 4);
      expect(ids(eventsOf(taken))).toEqual(wanted);
    });

    it('sees the types that begin with one of its prefixes', async () => {
      const mark = randomUUID();
      const stream = newStream();
      const events = [`A${mark}.v1`, `B${mark}.v1`, `C${mark}.v2`, `A${mark}.v2`].map((type) => newEvent(type));
      await store().append(stream, events, 'noStream');
      const filter = { typePrefixes: [`A${mark}`, `C${mark}`] };
      const taken = await untilEvents(store().subscribeToAll({ filter, signal: untilBreak() }), 3);
      expect(ids(eventsOf(taken))).toEqual(ids([events[0]!, events[2]!, events[3]!]));
    });

    it('tells how far it has looked where nothing matches, and never goes back', async () => {
      const prefix = newStream();
      const after = await store().head();
      const wanted = await append(`${prefix}-1`, 1);
      for (let times = 0; times < 4; times += 1) await append(newStream(), 400);
      wanted.push(...(await append(`${prefix}-2`, 1)));
      for (let times = 0; times < 4; times += 1) await append(newStream(), 400);
      const items = store().subscribeToAll({
        ...(after === undefined ? {} : { after }),
        filter: { streamPrefixes: [prefix] },
        signal: untilBreak(),
      });
      const isBehindAll = (item: SubscriptionItem, taken: readonly SubscriptionItem[]): boolean =>
        item.kind === 'checkpoint' && eventsOf(taken).length === 2;
      const taken = await until(items, isBehindAll);
      expect(ids(eventsOf(taken))).toEqual(wanted);
      const positions = taken.flatMap((item) =>
        item.kind === 'caughtUp' ? [] : [item.kind === 'event' ? item.event.position : item.position],
      );
      for (const [i, position] of positions.entries()) {
        expect(position).toBeGreaterThan(i === 0 ? (after ?? -1n) : positions[i - 1]!);
      }
    });

    it('misses nothing when it goes on from any item that it gave', async () => {
      const prefix = newStream();
      const filter = { streamPrefixes: [prefix] };
      const after = await store().head();
      const written: string[] = [];
      for (let times = 0; times < 6; times += 1) {
        written.push(...(await append(`${prefix}-${times}`, 1)));
        await append(newStream(), 300);
      }
      let position = after;
      const seen: string[] = [];
      while (seen.length < written.length) {
        const from = position === undefined ? {} : { after: position };
        const items = store().subscribeToAll({ ...from, filter, signal: untilBreak() });
        const [item] = await until(items, ({ kind }) => kind !== 'caughtUp');
        if (item?.kind === 'event') seen.push(item.event.id);
        if (item?.kind !== 'caughtUp') position = item!.kind === 'event' ? item!.event.position : item!.position;
      }
      expect(seen).toEqual(written);
    });
  });

  describe('end of a subscription', () => {
    it('comes at once when the signal is aborted while it waits', async () => {
      const controller = new AbortController();
      const filter = { streamPrefixes: [newStream()] };
      const taken: SubscriptionItem[] = [];
      for await (const item of store().subscribeToAll({ filter, signal: controller.signal })) {
        taken.push(item);
        if (item.kind === 'caughtUp') setImmediate(() => controller.abort());
      }
      expect(eventsOf(taken)).toEqual([]);
    });

    it('comes at once when the signal is aborted in the middle of history', async () => {
      const stream = newStream();
      await append(stream, 200);
      const controller = new AbortController();
      const taken: SubscriptionItem[] = [];
      const filter = { streamPrefixes: [stream] };
      for await (const item of store().subscribeToAll({ filter, signal: controller.signal })) {
        taken.push(item);
        if (eventsOf(taken).length === 10) controller.abort();
      }
      expect(eventsOf(taken)).toHaveLength(10);
    });

    it('was there from the start when the signal had been aborted before', async () => {
      for await (const item of store().subscribeToAll({ signal: AbortSignal.abort() })) {
        throw new Error(`got ${item.kind}`);
      }
    });

    it('leaves the store to others, however often it comes', async () => {
      const stream = newStream();
      await append(stream, 50);
      for (let times = 0; times < 30; times += 1) {
        const filter = { streamPrefixes: [stream] };
        await untilEvents(store().subscribeToAll({ filter, signal: untilBreak() }), 1 + times);
      }
      expect(await all(store().readStream(stream))).toHaveLength(50);
      await append(newStream(), 1);
    });
  });
}
