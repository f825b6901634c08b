import { EventStoreDBClient, type AppendResult } from '@eventstore/db-client';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { startEmbeddedEventStore } from '../src/index.js';
import { startChild, type Child } from './child-process.js';
import { event } from './running-store.js';

const writers = 32;
const kills = 3;
const appendsBetweenKills = 400;

/** Faults 2 and 5 of a store: killed under load, and two on one log. */
describe('the embedded event store, in a process of its own', () => {
  let database: TestDatabase;
  let server: Child | undefined;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(async () => {
    await server?.end('SIGKILL');
    await database.drop();
  });

  it('keeps every append that it has acknowledged, once and without gap, when it is killed again and again', async () => {
    server = await startChild('writer-process.mjs', [database.url, '0']);
    const port = server.firstLine;
    const client = EventStoreDBClient.connectionString(`esdb://127.0.0.1:${port}?tls=false`);
    const acknowledged = new Map<string, bigint>();
    let isOver = false;

    const write = async (writer: number): Promise<void> => {
      const stream = `crash-${writer}`;
      let expectedRevision: bigint | 'no_stream' = 'no_stream';
      for (let count = 0; !isOver; count += 1) {
        const proposed = [event(`${writer}.${count}`)];
        for (let isWritten = false; !isWritten;) {
          try {
            const answer: AppendResult = await client.appendToStream(stream, proposed, { expectedRevision });
            acknowledged.set(`${writer}.${count}`, answer.nextExpectedRevision);
            expectedRevision = answer.nextExpectedRevision;
            isWritten = true;
          } catch {
            // The outcome is unknown: the same event again, at the same revision.
            await new Promise((resolve) => setTimeout(resolve, 10));
          }
        }
      }
    };
    const writing = Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
    for (let kill = 1; kill <= kills; kill += 1) {
      while (acknowledged.size < kill * appendsBetweenKills) await new Promise((resolve) => setTimeout(resolve, 1));
      await server.end('SIGKILL');
      server = await startChild('writer-process.mjs', [database.url, port]);
    }
    isOver = true;
    await writing;

    const found = new Map<string, bigint>();
    const next = new Map<string, bigint>();
    let position = 0n;
    let count = 0;
    for await (const { event: stored } of client.readAll()) {
      if (stored?.position === undefined) throw new Error('an event has no position');
      expect(stored.position.commit).toBeGreaterThan(position);
      expect(stored.revision).toBe(next.get(stored.streamId) ?? 0n);
      position = stored.position.commit;
      next.set(stored.streamId, stored.revision + 1n);
      found.set((stored.data as { is: string }).is, stored.revision);
      count += 1;
    }
    expect(Object.fromEntries(acknowledged)).toEqual(Object.fromEntries(found));
    expect(count).toBe(acknowledged.size);
    await client.dispose();
  }, 60_000);

  it('is refused a log that another process serves', async () => {
    server ??= await startChild('writer-process.mjs', [database.url, '0']);
    await expect(startEmbeddedEventStore({ databaseUrl: database.url })).rejects.toMatchObject({
      name: 'EventLogInUse',
    });
  });
});
