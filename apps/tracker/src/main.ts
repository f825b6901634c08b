import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import type { Instant } from '#libs/domain';
import { type Config, configOfThisProcess } from './platform/config.js';
import { startStores } from './platform/embedded.js';
import { TrackerLogger } from './platform/logging.js';
import type { Clock } from './platform/ports.js';
import { secretKeyOf } from './platform/secret-key.js';
import { startTracker } from './start-tracker.js';

/** A stop that takes longer is cut short: what is durable is durable, and the rest was never confirmed. */
const stopTimeoutMs = 9_000;

const clock: Clock = { now: () => Date.now() as Instant };

type Running = { stop(): Promise<void> };

async function start(config: Config): Promise<Running> {
  const logger = new TrackerLogger(config.logLevel);
  Logger.overrideLogger(logger);
  const stores = await startStores(config);
  try {
    const { databaseUrl, eventStoreUrl } = stores;
    const secretKey = config.secretKey ?? (await secretKeyOf(config.dataDir));
    const tracker = await startTracker({ ...config, databaseUrl, eventStoreUrl, secretKey }, { clock, logger });
    tellAdminToken(tracker.generatedAdminToken);
    logger.log({ event: 'started', url: tracker.url, roles: config.roles }, 'Tracker');
    return {
      stop: async () => {
        await tracker.stop();
        await stores.stop();
        logger.log({ event: 'stopped' }, 'Tracker');
      },
    };
  } catch (error) {
    await stores.stop();
    throw error;
  }
}

/** Straight to the terminal and past the log: this is the one time that the token can be read. */
function tellAdminToken(token: string | undefined): void {
  if (token === undefined) return;
  process.stdout.write(`\nThe administrator's token, shown this once and stored only as a hash:\n\n  ${token}\n\n`);
}

function stopOnSignals(starting: Promise<Running>): void {
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) process.exit(1);
    isStopping = true;
    setTimeout(() => fail(new Error(`not stopped within ${stopTimeoutMs} ms`)), stopTimeoutMs).unref();
    starting.then((running) => running.stop()).then(() => process.exit(0), fail);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/** Errors of ours have names and say what to do; of all others the stack is needed. */
const unnamed: ReadonlySet<string> = new Set(['Error', 'TypeError', 'RangeError', 'AggregateError', 'error']);

function fail(error: unknown): void {
  const text = error instanceof Error && unnamed.has(error.name) ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

try {
  const starting = start(configOfThisProcess());
  stopOnSignals(starting);
  await starting;
} catch (error) {
  fail(error);
}
