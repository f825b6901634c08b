import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { readInstant } from '#libs/domain';
import { createMemoryEventStore, type EventStore, StoreUnavailable } from '#libs/event-store';
import { migrate } from '#libs/projections';
import { Pool } from 'pg';
import { ConnectionInbox, type Receipt } from '../apps/tracker/src/ingest/inbox/connection-inbox.js';
import { deliveryId, type DeliveryReceived, inboxOf } from '../apps/tracker/src/ingest/inbox/delivery-received.js';
import { DeliveryTable } from '../apps/tracker/src/ingest/inbox/delivery-table.js';
import { inboxMigrations } from '../apps/tracker/src/ingest/inbox/inbox-migrations.js';
import { KeyMemory } from '../apps/tracker/src/ingest/inbox/key-memory.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';

let testDatabase: TestDatabase;
let database: Pool;

beforeAll(async () => {
  // What is provoked here on purpose is not worth a line in the test's output.
  Logger.overrideLogger(false);
  testDatabase = await createTestDatabase();
  database = new Pool({ connectionString: testDatabase.url });
  await migrate(database, 'inbox', inboxMigrations);
});
afterAll(async () => {
  await database.end();
  await testDatabase.drop();
});

function delivery(connection: string, key: string, body = `body of ${key}`): DeliveryReceived {
  return {
    id: deliveryId(connection, key),
    connection,
    system: 'standard-webhooks',
    providerId: 'p1',
    key,
    bodySha256: createHash('sha256').update(body).digest('hex'),
    body: Buffer.from(body),
    headers: {},
    suffix: '',
    receivedAt: readInstant('2026-09-23T08:00:00Z'),
  };
}

/** Counts appends, and loses the answer to those that it is told to. */
function observed(store: EventStore): EventStore & { appendCount: number; loseAnswers: number } {
  return {
    ...store,
    appendCount: 0,
    loseAnswers: 0,
    async append(...appended) {
      this.appendCount += 1;
      const answer = await store.append(...appended);
      if (this.loseAnswers === 0) return answer;
      this.loseAnswers -= 1;
      throw new StoreUnavailable('no answer');
    },
    readStream: (...read) => store.readStream(...read),
  };
}

function setUp(keysRemembered?: number) {
  const connection = `c-${randomUUID()}`;
  const store = observed(createMemoryEventStore());
  const table = new DeliveryTable(database);
  /** An inbox as another process, or the next one, has it: on the same stores, with a memory of its own. */
  const open = (): ConnectionInbox => new ConnectionInbox(connection, store, table, new KeyMemory(keysRemembered));
  const receive = async (inbox: ConnectionInbox, key: string, body?: string): Promise<Receipt['outcome']> =>
    (await inbox.receive(delivery(connection, key, body), 'correlation')).outcome;
  const keys = async (): Promise<unknown[]> => {
    const found: unknown[] = [];
    for await (const { data } of store.readStream(inboxOf(connection))) found.push(data['key']);
    return found;
  };
  return { connection, store, open, receive, keys };
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `key-${index}`);

describe('the inbox of a connection', () => {
  it('shares one append among deliveries that arrive while another is under way', async () => {
    const { store, open, receive, keys } = setUp();
    const inbox = open();
    const outcomes = await Promise.all(numbered(200).map((key) => receive(inbox, key)));
    expect(new Set(outcomes)).toEqual(new Set(['recorded']));
    expect(await keys()).toEqual(numbered(200));
    expect(store.appendCount).toBeLessThanOrEqual(3);
  });

  it('tells a duplicate and a conflict within one group from the first of them', async () => {
    const { open, receive, keys } = setUp();
    const inbox = open();
    const outcomes = await Promise.all([
      receive(inbox, 'a'),
      receive(inbox, 'b', 'first'),
      receive(inbox, 'b', 'first'),
      receive(inbox, 'b', 'second'),
    ]);
    expect(outcomes).toEqual(['recorded', 'recorded', 'duplicate', 'conflict']);
    expect(await keys()).toEqual(['a', 'b']);
  });

  it('takes each key once, however many processes write to it', async () => {
    const { open, receive, keys } = setUp();
    const processes = [open(), open(), open()];
    const outcomes = await Promise.all(numbered(60).flatMap((key) => processes.map((inbox) => receive(inbox, key))));
    expect(outcomes.filter((outcome) => outcome === 'recorded')).toHaveLength(60);
    expect(outcomes.filter((outcome) => outcome === 'duplicate')).toHaveLength(120);
    expect((await keys()).sort()).toEqual(numbered(60).sort());
  });

  it('finds a key again that it has long forgotten', async () => {
    const { open, receive, keys } = setUp(10);
    const inbox = open();
    await Promise.all(numbered(100).map((key) => receive(inbox, key)));
    const again = await Promise.all(numbered(100).map((key) => receive(inbox, key)));
    expect(new Set(again)).toEqual(new Set(['duplicate']));
    expect(await receive(inbox, 'key-0', 'other')).toBe('conflict');
    expect(await keys()).toHaveLength(100);
  });

  it('of the next process knows what the former one took, with or without the table', async () => {
    const { connection, open, receive } = setUp();
    const former = open();
    await Promise.all(numbered(20).map((key) => receive(former, key)));
    await former.settle();
    expect(await receive(open(), 'key-3')).toBe('duplicate');
    await database.query('delete from inbox.delivery where connection = $1', [connection]);
    await database.query('delete from inbox.stream_head where connection = $1', [connection]);
    expect(await receive(open(), 'key-3')).toBe('duplicate');
    const { rows } = await database.query('select from inbox.delivery where connection = $1', [connection]);
    expect(rows).toHaveLength(20);
  });

  it('does not take a table for whole that has lost its end', async () => {
    const { connection, open, receive } = setUp(1);
    const inbox = open();
    await receive(inbox, 'a');
    await receive(inbox, 'b');
    await inbox.settle();
    await database.query('delete from inbox.delivery where connection = $1 and key = $2', [connection, 'b']);
    await database.query('update inbox.stream_head set revision = 0 where connection = $1', [connection]);
    expect(await receive(open(), 'b')).toBe('duplicate');
  });

  it('that got no answer from the store finds out what was written when the sender tries again', async () => {
    const { store, open, receive, keys } = setUp();
    const inbox = open();
    await receive(inbox, 'a');
    store.loseAnswers = 1;
    await expect(receive(inbox, 'b')).rejects.toBeInstanceOf(StoreUnavailable);
    expect(await receive(inbox, 'b')).toBe('duplicate');
    expect(await receive(inbox, 'c')).toBe('recorded');
    expect(await keys()).toEqual(['a', 'b', 'c']);
  });

  it('refuses one that is too large for the store, and none of those beside it', async () => {
    const { open, receive } = setUp();
    const inbox = open();
    const random = (bytes: number): string => randomBytes(bytes).toString('base64');
    const outcomes = await Promise.allSettled([
      receive(inbox, 'first'),
      receive(inbox, 'small'),
      receive(inbox, 'large', random(1_000_000)),
      // Control characters take six each, more than the estimate has for them.
      ...numbered(4).map((key) => receive(inbox, key, '\u0001'.repeat(100_000))),
    ]);
    expect(
      outcomes.map((outcome) =>
        outcome.status === 'fulfilled' ? outcome.value : String(outcome.reason).split(':')[0],
      ),
    ).toEqual(['recorded', 'recorded', 'AppendTooLarge', 'recorded', 'recorded', 'recorded', 'recorded']);
  });

  it('sends senders away instead of keeping too many waiting', async () => {
    const { open, receive } = setUp();
    const inbox = open();
    const results = await Promise.allSettled(numbered(6_000).map((key) => receive(inbox, key)));
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]).toMatchObject({ reason: { details: { status: 503, headers: { 'retry-after': '5' } } } });
    expect(results.length - refused.length).toBeGreaterThanOrEqual(5_000);
  });

  it('goes on without the table while PostgreSQL is away, and fills it afterwards', async () => {
    const { connection, open, receive } = setUp();
    const inbox = open();
    await receive(inbox, 'a');
    await inbox.settle();
    await database.query('alter table inbox.delivery rename to away');
    expect(await receive(inbox, 'b')).toBe('recorded');
    expect(await receive(inbox, 'b')).toBe('duplicate');
    await inbox.settle();
    await database.query('alter table inbox.away rename to delivery');
    expect(await receive(open(), 'b')).toBe('duplicate');
    const { rows } = await database.query('select from inbox.delivery where connection = $1', [connection]);
    expect(rows).toHaveLength(2);
  });
});
