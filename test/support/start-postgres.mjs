import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * One PostgreSQL for the whole run, from the package unless DATABASE_URL names one; every spec file makes its own
 * database in it. Needs the build, which `npm test` runs first.
 */
export default async function startPostgres() {
  if (process.env.DATABASE_URL) {
    process.env.TEST_DATABASE_URL = process.env.DATABASE_URL;
    return;
  }
  const { startEmbeddedPostgres } = await import('../../dist/libs/embedded-store/src/index.js');
  const dataDir = await mkdtemp(join(tmpdir(), 'gpai-tracker-test-'));
  // As root the server runs as another user, who has to get in; otherwise its data would lie elsewhere and stay behind.
  await chmod(dataDir, 0o755);
  const postgres = await startEmbeddedPostgres({ dataDir });
  process.env.TEST_DATABASE_URL = postgres.url;
  globalThis.__testPostgres = { postgres, dataDir };
}
