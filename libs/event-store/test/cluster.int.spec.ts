import { jsonEvent } from '@eventstore/db-client';
import { type EmbeddedEventStore, startEmbeddedEventStore } from '#libs/embedded-store';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { type EventStore, StoreUnavailable } from '../src/event-store.js';
import { openClient } from '../src/eventstoredb/client.js';
import { RefusedByStore } from '../src/eventstoredb/client-failure.js';
import { connectEventStore, type EventStoreConnection } from '../src/eventstoredb/eventstoredb-event-store.js';
import { all, eventsOf, ids, newEvents, newStream, until, untilBreak } from '../testing/given-store.js';
import { BlackHole, type Negotiation, ScriptedNode } from './scripted-node.js';

describe('the event store as a cluster', () => {
  let database: TestDatabase;
  let leader: EmbeddedEventStore;
  let follower: ScriptedNode;
  let leaderPort: number;
  let negotiation: () => Negotiation;
  let store: EventStore | undefined;

  const startLeader = async (): Promise<void> => {
    leader = await startEmbeddedEventStore({ databaseUrl: database.url });
    leaderPort = leader.port;
  };
  const connect = (hosts: string, over: Partial<EventStoreConnection> = {}): EventStore =>
    (store = connectEventStore({ connectionString: `${hosts}?tls=false`, ...over }));

  beforeAll(async () => {
    database = await createTestDatabase();
    await startLeader();
    follower = await ScriptedNode.start({
      members: () => [
        { port: follower.port, isLeader: false },
        { port: leaderPort, isLeader: true },
      ],
      leaderPort: () => leaderPort,
      negotiation: () => negotiation(),
    });
  });
  beforeEach(() => {
    negotiation = () => 'answer';
  });
  afterEach(async () => {
    await store?.close();
    store = undefined;
  });
  afterAll(async () => {
    await follower.stop();
    await leader.stop();
    await database.drop();
  });

  /** Everything a store does, once. */
  const use = async (used: EventStore): Promise<void> => {
    const stream = newStream();
    const events = newEvents(2);
    const { position } = await used.append(stream, events, 'noStream');
    expect(ids(await all(used.readStream(stream)))).toEqual(ids(events));
    expect(await used.head()).toBe(position);
    const items = used.subscribeToAll({ filter: { streamPrefixes: [stream] }, signal: untilBreak() });
    const taken = await until(items, (_item, sofar) => eventsOf(sofar).length === 2);
    expect(ids(eventsOf(taken))).toEqual(ids(events));
  };

  it('is found by asking one member for the others', async () => {
    const asked = follower.asked.gossip;
    await use(connect(`esdb+discover://127.0.0.1:${follower.port}`));
    expect(follower.asked.gossip).toBeGreaterThan(asked);
    expect(follower.asked.append).toBe(0);
  });

  it('is found although of the hosts one is dead and one says nothing, within one append', async () => {
    const dead = await BlackHole.start();
    await dead.stop();
    const silent = await BlackHole.start();
    try {
      await use(connect(`esdb://127.0.0.1:${dead.port},127.0.0.1:${silent.port},127.0.0.1:${follower.port}`));
    } finally {
      await store?.close();
      await silent.stop();
    }
  });

  it('sends appends and reads from a follower to its leader', async () => {
    await use(connect(`esdb://127.0.0.1:${follower.port}`));
    expect(follower.asked.append).toBeGreaterThan(0);
    expect(follower.asked.read).toBeGreaterThan(0);
  });

  it('is followed to a new leader, by appends, reads and subscriptions', async () => {
    const used = connect(`esdb+discover://127.0.0.1:${follower.port}`);
    const stream = newStream();
    const written: string[] = [];
    const append = async (): Promise<void> => {
      const events = newEvents(1);
      await used.append(stream, events, written.length === 0 ? 'noStream' : BigInt(written.length - 1));
      written.push(...ids(events));
    };
    const stopping = new AbortController();
    const followed: string[] = [];
    const following = (async () => {
      const filter = { streamPrefixes: [stream] };
      for await (const item of used.subscribeToAll({ filter, signal: stopping.signal })) {
        if (item.kind === 'event') followed.push(item.event.id);
        if (followed.length === 40) stopping.abort();
      }
    })();
    while (written.length < 20) await append();
    await leader.stop();
    const next = append();
    await startLeader();
    await next;
    while (written.length < 40) await append();
    await following;
    expect(followed).toEqual(written);
    expect(ids(await all(used.readStream(stream)))).toEqual(written);
  });

  it.each([
    ['fails in a way that the client keeps for ever', 13],
    ['is answered by nobody', 'hang' as const],
  ])('is asked over a new client when its negotiation %s', async (_how, failure) => {
    const failures: Negotiation[] = [failure, failure];
    negotiation = () => failures.shift() ?? 'answer';
    await use(connect(`esdb://127.0.0.1:${follower.port}`, { appendTimeoutMs: 300 }));
    expect(failures).toEqual([]);
  });

  it('is not spoken to by a client that was closed while it negotiated', async () => {
    let answer = (_said: 'answer'): void => undefined;
    negotiation = () => new Promise<'answer'>((resolve) => (answer = resolve));
    const asked = { ...follower.asked };
    const client = openClient(`esdb://127.0.0.1:${follower.port}?tls=false`);
    const [event] = newEvents(1);
    const appended = expect(client.appendToStream(newStream(), jsonEvent(event!))).rejects.toThrow('has been closed');
    while (follower.asked.negotiation === asked.negotiation) await new Promise((resolve) => setImmediate(resolve));
    await client.close();
    answer('answer');
    await appended;
    expect(follower.asked.append).toBe(asked.append);
  });

  it('lets in again whom it had refused at first', async () => {
    const failures: Negotiation[] = [16];
    negotiation = () => failures.shift() ?? 'answer';
    const used = connect(`esdb://127.0.0.1:${follower.port}`);
    await expect(used.append(newStream(), newEvents(1), 'noStream')).rejects.toBeInstanceOf(RefusedByStore);
    await use(used);
  });

  it.each([
    ['cannot be found', (port: number) => `esdb+discover://127.0.0.1:${port}`],
    ['is one node that is down', (port: number) => `esdb://127.0.0.1:${port}`],
  ])('that %s ends every call in time, and closing at once', async (_what, hosts) => {
    const dead = await BlackHole.start();
    await dead.stop();
    const used = connect(hosts(dead.port), { appendRetryForMs: 500, readTimeoutMs: 1_000 });
    const calls = [used.append(newStream(), newEvents(1), 'noStream'), used.head(), all(used.readStream('model-x'))];
    await allUnavailable(calls);
    const stopping = new AbortController();
    const following = (async () => {
      for await (const item of used.subscribeToAll({ signal: stopping.signal })) throw new Error(`got ${item.kind}`);
    })();
    const late = expect(used.append(newStream(), newEvents(1), 'noStream')).rejects.toBeInstanceOf(StoreUnavailable);
    const beganMs = performance.now();
    await used.close();
    expect(performance.now() - beganMs).toBeLessThan(3_500);
    await Promise.all([late, following]);
  });

  it('that says nothing at all ends every call in time', async () => {
    const silent = await BlackHole.start();
    try {
      const used = connect(`esdb://127.0.0.1:${silent.port}`, {
        appendTimeoutMs: 200,
        appendRetryForMs: 600,
        readTimeoutMs: 600,
      });
      const calls = [used.append(newStream(), newEvents(1), 'noStream'), used.head()];
      await allUnavailable(calls);
      await used.close();
    } finally {
      await silent.stop();
    }
  });
});

async function allUnavailable(calls: readonly Promise<unknown>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(calls)) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) as unknown });
  }
}
