import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { verifyEventLog } from '../eventstore/log/verify-log.js';
import { startEmbeddedEventStore } from '../eventstore/server.js';
import { readUsersFile } from '../eventstore/users-file.js';
import { startEmbeddedPostgres } from '../postgres/embedded-postgres.js';
import { messageOf } from '../postgres/errors.js';
import { serveMetrics } from './metrics-endpoint.js';
import { BadUsage, readOptions, usage, type ProgramOptions } from './options.js';

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const complain = (text: string): void => void process.stderr.write(`${text}\n`);

/** What is acknowledged is durable, so a stop that takes longer is cut short. */
const stoppingMsMax = 9_000;

type Closing = () => Promise<void>;

/** A database to work on, and how to leave it. */
async function openDatabase({ databaseUrl, dataDir }: ProgramOptions): Promise<{ url: string; close: Closing }> {
  if (databaseUrl !== undefined) return { url: databaseUrl, close: () => Promise.resolve() };
  const postgres = await startEmbeddedPostgres({ dataDir: resolve(dataDir), log: complain });
  return { url: postgres.url, close: () => postgres.stop() };
}

async function serve(options: ProgramOptions): Promise<void> {
  const { certFile, keyFile, usersFile, metricsPort } = options;
  const tls =
    certFile === undefined || keyFile === undefined
      ? undefined
      : { cert: await readFile(certFile), key: await readFile(keyFile) };
  const users = usersFile === undefined ? undefined : await readUsersFile(usersFile);
  const closings: Closing[] = [];
  const close = async (): Promise<void> => {
    for (const closing of closings.splice(0).reverse()) await closing();
  };
  try {
    const database = await openDatabase(options);
    closings.push(database.close);
    const { host, port } = options;
    const store = await startEmbeddedEventStore({
      databaseUrl: database.url,
      host,
      port,
      log: complain,
      ...(tls === undefined ? {} : { tls }),
      ...(users === undefined ? {} : { users }),
    });
    closings.push(() => store.stop());
    if (metricsPort !== undefined) {
      const endpoint = await serveMetrics(metricsPort, () => store.metrics());
      closings.push(() => endpoint.close());
      say(`Metrics: ${endpoint.url}`);
    }
    say(`Event store: ${store.connectionString}`);
    await stopSignal();
    say('Stopping …');
    setTimeout(() => process.exit(1), stoppingMsMax).unref();
  } finally {
    await close();
  }
}

/** Resolves when the process is asked to end; being asked again changes nothing. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.on('SIGINT', resolve);
    process.on('SIGTERM', resolve);
  });
}

async function verify(options: ProgramOptions): Promise<void> {
  const database = await openDatabase(options);
  try {
    const { eventCount, uncheckedCount, damages } = await verifyEventLog({
      databaseUrl: database.url,
      ...(process.stderr.isTTY ? { onProgress: (count) => process.stderr.write(`\r${count} events`) } : {}),
    });
    if (process.stderr.isTTY) complain('');
    for (const { position, what } of damages) say(`position ${position}: ${what}`);
    const unchecked = uncheckedCount === 0 ? '' : `, ${uncheckedCount} of them from before checksums were kept`;
    say(
      `${eventCount} events read${unchecked}: ${damages.length === 0 ? 'no damage' : `${damages.length} damaged places`}`,
    );
    if (damages.length > 0) process.exitCode = 1;
  } finally {
    await database.close();
  }
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options.command === 'help') return say(usage.trimEnd());
  await (options.command === 'verify' ? verify(options) : serve(options));
}

try {
  await main();
} catch (error) {
  complain(messageOf(error));
  if (error instanceof BadUsage) complain('See npm run eventstore -- --help');
  process.exitCode = error instanceof BadUsage ? 2 : 1;
}
