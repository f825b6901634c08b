import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { EventLogInUse } from './errors.js';

/** Any number will do, as long as every release uses the same one. */
const writerLockKey = 4_711_300_102;
/** The database needs a moment to notice that the connection of a killed writer is gone. */
const lockPatienceMs = 5_000;
const retryMs = 50;

/**
 * The one connection that may write to the log. It holds the writer's lock, which goes with the connection, so whoever
 * has lost the lock has lost the means to write as well.
 * @throws EventLogInUse when another process keeps the lock
 */
export async function connectWriter(databaseUrl: string, onLost: (client: Client) => void): Promise<Client> {
  const client = new Client({
    connectionString: databaseUrl,
    application_name: 'event-log-writer',
    connectionTimeoutMillis: lockPatienceMs,
    keepAlive: true,
  });
  // 'end' follows, and is what counts.
  client.on('error', () => undefined);
  client.once('end', () => onLost(client));
  await client.connect();
  try {
    await takeLock(client);
    await client.query("set synchronous_commit = 'on'");
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

async function takeLock(client: Client): Promise<void> {
  const deadline = performance.now() + lockPatienceMs;
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [
      writerLockKey,
    ]);
    if (rows[0]?.taken === true) return;
    if (performance.now() > deadline) throw new EventLogInUse();
    await sleep(retryMs);
  }
}
