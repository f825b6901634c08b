import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { Client } from 'pg';
import { createTestDatabase } from '../../support/database.js';
import { type Comparison, compareByTurns, type Run } from '../rounds.js';
import { fillLog } from './filled-log.js';
import { metricOf, startStore } from './store-process.js';

const pieceBytes = 1024 * 1024;

/** Row 13: a start of the store until it serves, against reading the files of its log once from end to end. */
export async function compareStart(rounds: number, eventCount: number): Promise<Comparison> {
  const database = await createTestDatabase();
  try {
    await fillLog(database.url, eventCount);
    const files = await filesOf(database.url);
    return await compareByTurns(rounds, {
      ours: () => startAndStop(database.url, eventCount),
      yardstick: () => readFiles(files, eventCount),
    });
  } finally {
    await database.drop();
  }
}

async function startAndStop(databaseUrl: string, eventCount: number): Promise<Run> {
  const start = performance.now();
  const store = await startStore(databaseUrl);
  const durationMs = performance.now() - start;
  const position = await metricOf(store, 'eventstore_log_position');
  // Killed as in a crash: the next start has to find its way by itself.
  await store.kill();
  if (position !== eventCount) throw new Error(`the store found ${position} of ${eventCount} events`);
  return { effects: eventCount, durationMs };
}

/** The files that hold the events, in their order. They can be read only where the database runs on this machine. */
async function filesOf(databaseUrl: string): Promise<readonly string[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ folder: string; path: string; bytes: string }>(
      `select current_setting('data_directory') as folder, pg_relation_filepath('eventstore.events') as path,
              pg_relation_size('eventstore.events') as bytes`,
    );
    const { folder = '', path = '', bytes = '0' } = rows[0] ?? {};
    const first = join(folder, path);
    const segments = Math.ceil(Number(bytes) / 2 ** 30);
    return Array.from({ length: segments }, (_, segment) => (segment === 0 ? first : `${first}.${segment}`));
  } finally {
    await client.end();
  }
}

async function readFiles(files: readonly string[], eventCount: number): Promise<Run> {
  const start = performance.now();
  const piece = Buffer.alloc(pieceBytes);
  let sum = 0;
  for (const path of files) {
    const file = await open(path, 'r');
    for (;;) {
      const { bytesRead } = await file.read(piece, 0, pieceBytes);
      if (bytesRead === 0) break;
      sum = crc32(piece.subarray(0, bytesRead), sum);
    }
    await file.close();
  }
  if (sum === 0) throw new Error('the files of the log were not read');
  return { effects: eventCount, durationMs: performance.now() - start };
}
