import { END, EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { Client } from 'pg';
import { createTestDatabase } from '../../support/database.js';
import { type Comparison, compareByTurns, type Run } from '../rounds.js';
import { startProcess, startStore } from './store-process.js';

/** With what the client and the protocol add, about 900 bytes an event. */
const text = 'x'.repeat(820);
const eventBytes = 860;

export type AppendYardstick = 'echo' | 'insert';

/** Row 14: appends through the client against a server that stores nothing, or inserts in groups without any server. */
export async function compareAppends(
  rounds: number,
  roundMs: number,
  { inFlight, yardstick }: { readonly inFlight: number; readonly yardstick: AppendYardstick },
): Promise<Comparison> {
  const database = await createTestDatabase();
  const store = await startStore(database.url);
  const echo = await startProcess('dist/test/bench/store/yardstick-server.js', [], 1);
  const client = EventStoreDBClient.connectionString(store.url);
  const bare = EventStoreDBClient.connectionString(echo.lines[0] ?? '');
  try {
    return await compareByTurns(rounds, {
      ours: () => appendChecked(client, inFlight, roundMs),
      yardstick: () =>
        yardstick === 'echo' ? append(bare, inFlight, roundMs) : insertInGroups(database.url, inFlight, roundMs),
    });
  } finally {
    await client.dispose();
    await bare.dispose();
    await echo.stop();
    await store.stop();
    await database.drop();
  }
}

/** How soon a live subscriber has an event, against how soon its writer has the answer; one at a time. */
export async function compareLag(rounds: number, roundMs: number): Promise<Comparison> {
  const database = await createTestDatabase();
  const store = await startStore(database.url);
  const client = EventStoreDBClient.connectionString(store.url);
  const seen = new Map<string, () => void>();
  const subscription = client.subscribeToAll({ fromPosition: END });
  const failed = new Promise<never>((_, reject) => subscription.on('error', reject));
  subscription.on('data', ({ event }) => seen.get(event?.id ?? '')?.());
  const write = async (isSeenAwaited: boolean): Promise<Run> => {
    let effects = 0;
    const start = performance.now();
    while (performance.now() - start < roundMs) {
      const event = jsonEvent({ type: 'Bench', data: { text } });
      const isSeen = new Promise<void>((resolve) => seen.set(event.id, resolve));
      await Promise.all([client.appendToStream('lag', event), isSeenAwaited && Promise.race([isSeen, failed])]);
      seen.delete(event.id);
      effects += 1;
    }
    return { effects, durationMs: performance.now() - start };
  };
  try {
    return await compareByTurns(rounds, { ours: () => write(true), yardstick: () => write(false) });
  } finally {
    await subscription.unsubscribe();
    await client.dispose();
    await store.stop();
    await database.drop();
  }
}

let runCount = 0;

async function append(client: EventStoreDBClient, inFlight: number, roundMs: number): Promise<Run> {
  const run = (runCount += 1);
  let effects = 0;
  const start = performance.now();
  const work = async (worker: number): Promise<void> => {
    while (performance.now() - start < roundMs) {
      await client.appendToStream(`bench-${run}-${worker}`, jsonEvent({ type: 'Bench', data: { worker, text } }));
      effects += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, (_, worker) => work(worker)));
  return { effects, durationMs: performance.now() - start };
}

/** Every append that was answered is in the log, once. */
async function appendChecked(client: EventStoreDBClient, inFlight: number, roundMs: number): Promise<Run> {
  const result = await append(client, inFlight, roundMs);
  let found = 0;
  for (let worker = 0; worker < inFlight; worker += 1) {
    const stream = `bench-${runCount}-${worker}`;
    for await (const { event } of client.readStream(stream, {
      direction: 'backwards',
      fromRevision: 'end',
      maxCount: 1,
    })) {
      found += Number(event?.revision) + 1;
    }
  }
  if (found !== result.effects) throw new Error(`${result.effects} appends were answered, the log has ${found}`);
  return result;
}

/** One statement and commit for as many rows as there would be appends in flight. */
async function insertInGroups(databaseUrl: string, rows: number, roundMs: number): Promise<Run> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('create table if not exists raw (id bigserial primary key, data bytea not null)');
    await client.query('truncate raw');
    const data = Array.from({ length: rows }, () => Buffer.alloc(eventBytes, 120));
    let effects = 0;
    const start = performance.now();
    while (performance.now() - start < roundMs) {
      await client.query({
        name: 'raw-insert',
        text: 'insert into raw (data) select * from unnest($1::bytea[])',
        values: [data],
      });
      effects += rows;
    }
    const durationMs = performance.now() - start;
    const counted = await client.query<{ count: string }>('select count(*) from raw');
    if (Number(counted.rows[0]?.count) !== effects) throw new Error('the rows inserted are not all there');
    return { effects, durationMs };
  } finally {
    await client.end();
  }
}
