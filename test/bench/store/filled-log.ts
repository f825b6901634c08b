import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { Client } from 'pg';
import { startStore } from './store-process.js';

const streams = 1_000;
const appendedLast = 2_000;
const perAppend = 200;

/** Event number `n` of the log is number `n / streams` of stream `n % streams`. */
const fill = `
  insert into eventstore.streams (id, name) select n + 1, 'filled-' || n from generate_series(1, ${streams}) as n;
  insert into eventstore.events (position, created_ms, stream_id, revision, id, is_json, type, data, metadata)
  select n + 1, 1790000000000 + n, 2 + (n - 1) % ${streams}, (n - 1) / ${streams}, gen_random_uuid(), true, 'Filled',
    convert_to('{"n":' || n || ',"text":"' || repeat('x', 820) || '"}', 'UTF8'), ''
  from generate_series(1, $count) as n;
  analyze eventstore.events;
  analyze eventstore.streams;`;

/**
 * Fills the log of an empty database with so many events of about 900 bytes, the last of them through a server, since
 * only those have checksums.
 */
export async function fillLog(databaseUrl: string, eventCount: number): Promise<void> {
  await (await startStore(databaseUrl)).stop();
  const database = new Client({ connectionString: databaseUrl });
  await database.connect();
  // A log begins with an event of its own.
  const bulk = Math.max(0, eventCount - 1 - appendedLast);
  await database.query(fill.replace('$count', String(bulk)));
  await database.query('checkpoint');
  await database.end();
  const store = await startStore(databaseUrl);
  const client = EventStoreDBClient.connectionString(store.url);
  const text = 'x'.repeat(820);
  for (let n = bulk; n < eventCount - 1; n += perAppend) {
    const events = Array.from({ length: Math.min(perAppend, eventCount - 1 - n) }, (_, index) =>
      jsonEvent({ type: 'Filled', data: { n: n + index, text } }),
    );
    await client.appendToStream('filled-last', events);
  }
  await client.dispose();
  await store.stop();
}
