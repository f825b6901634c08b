import { startEmbeddedPostgres } from '#libs/embedded-store';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Does the work with TEST_DATABASE_URL set: to DATABASE_URL, or to a PostgreSQL in a temporary folder. */
export async function withPostgres(work: () => Promise<void>): Promise<void> {
  const given = process.env['DATABASE_URL'];
  if (given !== undefined && given !== '') {
    process.env['TEST_DATABASE_URL'] = given;
    return work();
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'gpai-tracker-bench-'));
  const postgres = await startEmbeddedPostgres({ dataDir });
  process.env['TEST_DATABASE_URL'] = postgres.url;
  try {
    await work();
  } finally {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
