import { type EmbeddedEventStore, startEmbeddedEventStore } from '#libs/embedded-store';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import type { EventStore, StoredEvent } from '../src/event-store.js';
import { connectEventStore } from '../src/eventstoredb/eventstoredb-event-store.js';
import { SubscriptionMetrics, type SubscriptionWarning } from '../src/subscription-metrics.js';
import { all, eventsOf, ids, newEvents, newStream, untilBreak, untilEvents } from '../testing/given-store.js';

const writers = 6;
const appendsEach = 60;
const restarts = 3;

describe('event store that is restarted under its clients', () => {
  let database: TestDatabase;
  let server: EmbeddedEventStore;
  let store: EventStore;

  beforeAll(async () => {
    database = await createTestDatabase();
    server = await startEmbeddedEventStore({ databaseUrl: database.url });
    store = connectEventStore({ connectionString: server.connectionString });
  });
  afterAll(async () => {
    await store.close();
    await server.stop();
    await database.drop();
  });

  const restart = async (): Promise<void> => {
    await server.stop();
    server = await startEmbeddedEventStore({ databaseUrl: database.url, port: server.port });
  };

  it('loses nothing, writes nothing twice and keeps the order of all', async () => {
    const prefix = newStream();
    const total = writers * appendsEach * 2;
    const followed = untilEvents(
      store.subscribeToAll({ filter: { streamPrefixes: [prefix] }, signal: untilBreak() }),
      total,
    );
    let appends = 0;
    const write = async (stream: string): Promise<string[]> => {
      const written: string[] = [];
      for (let start = 0; start < appendsEach * 2; start += 2) {
        const events = newEvents(2);
        const { revision } = await store.append(stream, events, start === 0 ? 'noStream' : BigInt(start - 1));
        expect(revision).toBe(BigInt(start + 1));
        written.push(...ids(events));
        appends += 1;
      }
      return written;
    };
    const streams = Array.from({ length: writers }, (_, writer) => `${prefix}-${writer}`);
    const writing = Promise.all(streams.map(write));
    for (let times = 1; times <= restarts; times += 1) {
      const enough = (times * writers * appendsEach) / (restarts + 1);
      while (appends < enough) await Promise.race([new Promise((resolve) => setImmediate(resolve)), writing]);
      await restart();
    }
    const written = await writing;

    const events: StoredEvent[] = eventsOf(await followed);
    for (const [i, stream] of streams.entries()) {
      const stored = await all(store.readStream(stream));
      expect(ids(stored)).toEqual(written[i]);
      expect(ids(events.filter((event) => event.stream === stream))).toEqual(written[i]);
    }
    for (const [i, event] of events.entries()) {
      if (i > 0) expect(event.position).toBeGreaterThan(events[i - 1]!.position);
    }
  });

  it('answers a repeated append after the restart as it did before', async () => {
    const stream = newStream();
    const events = newEvents(3);
    const first = await store.append(stream, events, 'noStream');
    await restart();
    expect(await store.append(stream, events, 'noStream')).toEqual(first);
    expect(await store.head()).toBe(first.position);
  });

  it('says so when the log ends before the place where a subscription goes on', async () => {
    const warnings: SubscriptionWarning[] = [];
    const observer = new SubscriptionMetrics({ warn: (warning) => warnings.push(warning) });
    const watched = connectEventStore({ connectionString: server.connectionString, observer });
    const { position } = await store.append(newStream(), newEvents(1), 'noStream');
    const stopping = new AbortController();
    const follow = async (after: bigint): Promise<void> => {
      for await (const item of watched.subscribeToAll({ name: `after ${after}`, after, signal: stopping.signal }))
        void item;
    };
    const following = Promise.all([follow(position), follow(position + 1_000n)]);
    while (warnings.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    stopping.abort();
    await following;
    await watched.close();
    expect(warnings).toMatchObject([
      { event: 'logEndsBeforeCheckpoint', subscription: `after ${position + 1_000n}`, logEndsAt: String(position) },
    ]);
  });

  it('finishes a long read that the restart cut in two', async () => {
    const stream = newStream();
    const events = newEvents(500);
    await store.append(stream, events, 'noStream');
    await store.append(stream, newEvents(500), 499n);
    const read: StoredEvent[] = [];
    for await (const event of store.readStream(stream)) {
      read.push(event);
      if (read.length === 100) await restart();
    }
    expect(read.map(({ revision }) => revision)).toEqual(Array.from({ length: 1_000 }, (_, n) => BigInt(n)));
    expect(ids(read.slice(0, 500))).toEqual(ids(events));
  });
});
