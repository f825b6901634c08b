import { EventStoreDBClient } from '@eventstore/db-client';
import { createTestDatabase } from '../../support/database.js';
import { type Comparison, compareByTurns, type Run } from '../rounds.js';
import { fillLog } from './filled-log.js';
import { metricOf, startProcess, startStore } from './store-process.js';

const samplePauseMs = 200;
/** Beyond what the store needs for the pages on their way. */
const growthBytesMax = 150 * 1024 * 1024;

/** Events per second of a subscription that catches up, against the same bytes sent from memory. */
export async function compareCatchUp(rounds: number, eventCount: number): Promise<Comparison> {
  const database = await createTestDatabase();
  await fillLog(database.url, eventCount);
  const store = await startStore(database.url);
  const memory = await startProcess('dist/test/bench/store/yardstick-server.js', [store.url], 1);
  const client = EventStoreDBClient.connectionString(store.url);
  const bare = EventStoreDBClient.connectionString(memory.lines[0] ?? '');
  try {
    return await compareByTurns(rounds, {
      ours: () => drain(client, eventCount),
      yardstick: () => drain(bare, eventCount),
    });
  } finally {
    await client.dispose();
    await bare.dispose();
    await memory.stop();
    await store.stop();
    await database.drop();
  }
}

/** Counts the events of the filled log, each of which has to come after the one before. */
async function drain(client: EventStoreDBClient, eventCount: number): Promise<Run> {
  const start = performance.now();
  const subscription = client.subscribeToAll();
  let seen = 0;
  let last = 0n;
  await new Promise<void>((resolve, reject) => {
    subscription.on('error', reject);
    subscription.on('data', ({ event }) => {
      const position = event?.position.commit ?? 0n;
      if (position <= last) reject(new Error(`position ${position} came after ${last}`));
      last = position;
      seen += 1;
      if (seen === eventCount) resolve();
    });
  });
  const durationMs = performance.now() - start;
  await subscription.unsubscribe();
  return { effects: seen, durationMs };
}

/**
 * The memory that the store takes for a subscription over the whole log, against what it took before.
 * @throws when it grows with the log
 */
export async function compareMemory(eventCount: number): Promise<Comparison> {
  const database = await createTestDatabase();
  await fillLog(database.url, eventCount);
  const store = await startStore(database.url);
  const client = EventStoreDBClient.connectionString(store.url);
  try {
    await drain(client, Math.min(eventCount, 20_000));
    const before = await metricOf(store, 'process_resident_memory_bytes');
    let peak = before;
    let isOver = false;
    const sampling = (async () => {
      while (!isOver) {
        peak = Math.max(peak, await metricOf(store, 'process_resident_memory_bytes'));
        await new Promise((resolve) => setTimeout(resolve, samplePauseMs));
      }
    })();
    await drain(client, eventCount);
    isOver = true;
    await sampling;
    if (peak - before > growthBytesMax) {
      throw new Error(`a subscription over ${eventCount} events took ${peak - before} bytes more`);
    }
    const ratio = before / peak;
    return { oursPerSecond: peak, yardstickPerSecond: before, median: ratio, lowest: ratio, highest: ratio };
  } finally {
    await client.dispose();
    await store.stop();
    await database.drop();
  }
}
