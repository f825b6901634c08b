import { Logger } from '@nestjs/common';
import { startEmbeddedEventStore, startEmbeddedPostgres } from '#libs/embedded-store';
import { resolve } from 'node:path';
import type { Config } from './config.js';

/** The database and the event store of this process, wherever they run. */
export type Stores = { readonly databaseUrl: string; readonly eventStoreUrl: string; stop(): Promise<void> };

/** Runs what the configuration names no URL for. `stop` comes last, when nobody uses them any more. */
export async function startStores(config: Config): Promise<Stores> {
  const logger = new Logger('Embedded');
  const log = (message: string): void => logger.log(message);
  const started: { stop(): Promise<void> }[] = [];
  const stop = async (): Promise<void> => {
    // The event store writes to the database, so it goes first.
    for (const store of started.splice(0).reverse()) await store.stop();
  };
  try {
    const databaseUrl = config.databaseUrl ?? (await startDatabase(resolve(config.dataDir), log, started));
    const eventStoreUrl =
      config.eventStoreUrl ?? (await startEventStore(databaseUrl, config.embeddedEventStorePort, log, started));
    return { databaseUrl, eventStoreUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Log = (message: string) => void;

async function startDatabase(dataDir: string, log: Log, started: { stop(): Promise<void> }[]): Promise<string> {
  const postgres = await startEmbeddedPostgres({ dataDir, log });
  started.push(postgres);
  return postgres.url;
}

async function startEventStore(
  databaseUrl: string,
  port: number | undefined,
  log: Log,
  started: { stop(): Promise<void> }[],
): Promise<string> {
  const eventStore = await startEmbeddedEventStore({ databaseUrl, log, ...(port === undefined ? {} : { port }) });
  started.push(eventStore);
  return eventStore.connectionString;
}
