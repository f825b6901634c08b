import { startEmbeddedPostgres } from '../../../dist/libs/embedded-store/src/index.js';

// A tracker as far as PostgreSQL is concerned: node postgres-process.mjs DATA_DIR. It says its address, or why not, and stays.
const [, , dataDir] = process.argv;
try {
  const postgres = await startEmbeddedPostgres({ dataDir });
  process.stdout.write(`${postgres.url}\n`);
  process.once('SIGTERM', () => void postgres.stop().then(() => process.exit(0)));
  setInterval(() => undefined, 60_000);
} catch (error) {
  process.stdout.write(`${error.name}: ${error.message}\n`);
}
