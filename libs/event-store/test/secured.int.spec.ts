import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type EmbeddedEventStore, startEmbeddedEventStore } from '#libs/embedded-store';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { type EventStore, StoreUnavailable } from '../src/event-store.js';
import { RefusedByStore } from '../src/eventstoredb/client-failure.js';
import { connectEventStore } from '../src/eventstoredb/eventstoredb-event-store.js';
import { all, eventsOf, ids, newEvents, newStream, untilBreak, untilEvents } from '../testing/given-store.js';

const file = (name: string): string => fileURLToPath(new URL(`../../embedded-store/test/tls/${name}`, import.meta.url));

describe('the event store behind TLS and a password', () => {
  let database: TestDatabase;
  let server: EmbeddedEventStore;
  let store: EventStore | undefined;

  beforeAll(async () => {
    database = await createTestDatabase();
    server = await startEmbeddedEventStore({
      databaseUrl: database.url,
      tls: { cert: await readFile(file('cert.pem')), key: await readFile(file('key.pem')) },
      // The whole log is for administrators, here and in EventStoreDB.
      users: [{ name: 'tracker', password: 'p@ss:word', isAdmin: true }],
    });
  });
  afterEach(async () => {
    await store?.close();
    store = undefined;
  });
  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const connect = (scheme: string, user: string, settings = `tls=true&tlsCAFile=${file('cert.pem')}`): EventStore =>
    (store = connectEventStore({
      connectionString: `${scheme}://${user}@localhost:${server.port}?${settings}`,
      appendRetryForMs: 500,
      readTimeoutMs: 500,
    }));

  it.each(['esdb', 'esdb+discover', 'kurrentdb+discover'])('serves whom it knows: %s', async (scheme) => {
    const used = connect(scheme, 'tracker:p%40ss%3Aword');
    const stream = newStream();
    const events = newEvents(2);
    await used.append(stream, events, 'noStream');
    expect(ids(await all(used.readStream(stream)))).toEqual(ids(events));
    const items = used.subscribeToAll({ filter: { streamPrefixes: [stream] }, signal: untilBreak() });
    expect(ids(eventsOf(await untilEvents(items, 2)))).toEqual(ids(events));
  });

  it('refuses a wrong password, at once and to every call', async () => {
    const used = connect('esdb', 'tracker:guess');
    await expect(used.append(newStream(), newEvents(1), 'noStream')).rejects.toBeInstanceOf(RefusedByStore);
    await expect(used.head()).rejects.toBeInstanceOf(RefusedByStore);
    await expect(untilEvents(used.subscribeToAll({ signal: untilBreak() }), 1)).rejects.toBeInstanceOf(RefusedByStore);
  });

  it('is not spoken to when nobody vouches for its certificate', async () => {
    const used = connect('esdb', 'tracker:p%40ss%3Aword', 'tls=true');
    await expect(used.append(newStream(), newEvents(1), 'noStream')).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(used.head()).rejects.toBeInstanceOf(StoreUnavailable);
  });
});
