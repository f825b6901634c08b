import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';

export type TestDatabase = { readonly url: string; drop(): Promise<void> };

/** An empty database of its own for one spec file, in the PostgreSQL that the test run has started. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = process.env['TEST_DATABASE_URL'];
  if (server === undefined) throw new Error('TEST_DATABASE_URL is not set: run the tests with `npm test`');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const run = async (statement: string): Promise<void> => {
    const client = new Client({ connectionString: server });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  await run(`create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const drop = async (): Promise<void> => {
    await allDisconnected(server, name);
    await run(`drop database if exists ${name} with (force)`);
  };
  return { url: url.href, drop };
}

const disconnectMs = 2_000;

/**
 * A pool that was ended says so before its sockets are closed; a connection that is terminated in that moment raises an
 * error that nobody listens for any more. Whoever is still there after a while is thrown out.
 */
async function allDisconnected(server: string, name: string): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    const endsAt = performance.now() + disconnectMs;
    while (performance.now() < endsAt) {
      const { rowCount } = await client.query('select from pg_stat_activity where datname = $1', [name]);
      if (rowCount === 0) return;
      await pause(10);
    }
  } finally {
    await client.end();
  }
}
