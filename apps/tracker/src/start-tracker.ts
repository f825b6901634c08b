import { Logger, type LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { connectEventStore, SubscriptionMetrics } from '#libs/event-store';
import { migrate } from '#libs/projections';
import { Pool } from 'pg';
import { ensureAdminToken } from './platform/access-tokens.js';
import type { ResolvedConfig } from './platform/config.js';
import { createHttpServer } from './platform/http-server.js';
import type { Adapters } from './platform/platform.module.js';
import type { Clock } from './platform/ports.js';
import { settingsMigrations } from './platform/settings-migrations.js';
import { TrackerModule } from './tracker.module.js';

export type Tracker = {
  /** Where it listens, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /** A token that was generated at this start; it can be told to the operator now and never again. */
  readonly generatedAdminToken: string | undefined;
  /** Takes no more requests, finishes those under way, stops the roles, closes what it opened. */
  stop(): Promise<void>;
};

/** Another process has the port. */
export class AddressInUse extends Error {
  override readonly name = 'AddressInUse';
}

const databaseConnectionsMax = 20;

/** Starts the configured roles on stores that run already. On a failure it leaves nothing open. */
export async function startTracker(
  config: ResolvedConfig,
  { clock, logger }: { clock: Clock; logger: LoggerService },
): Promise<Tracker> {
  const opened: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    const database = openDatabase(config.databaseUrl);
    opened.push(() => database.end());
    await migrate(database, 'settings', settingsMigrations);
    const generatedAdminToken = await ensureAdminToken(database, config.adminToken);
    const subscriptions = watchSubscriptions();
    const store = connectEventStore({ connectionString: config.eventStoreUrl, observer: subscriptions });
    opened.push(() => store.close());
    const application = await createApplication(config, { store, subscriptions, database, clock }, logger);
    opened.push(() => application.close());
    await listen(application, config.http);
    return { url: await urlOf(application), generatedAdminToken, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function openDatabase(connectionString: string): Pool {
  const database = new Pool({ connectionString, max: databaseConnectionsMax, application_name: 'tracker' });
  const logger = new Logger('Database');
  // A server that restarts ends idle connections; the pool replaces them by itself.
  database.on('error', (error) => logger.warn({ event: 'idleConnectionLost', reason: error.message }));
  return database;
}

function watchSubscriptions(): SubscriptionMetrics {
  const logger = new Logger('EventStore');
  return new SubscriptionMetrics({ warn: (warning) => logger.warn(warning) });
}

async function createApplication(
  config: ResolvedConfig,
  adapters: Adapters,
  logger: LoggerService,
): Promise<NestFastifyApplication> {
  return NestFactory.create<NestFastifyApplication>(TrackerModule.forRoles(config, adapters), createHttpServer(), {
    logger,
    bodyParser: false,
    abortOnError: false,
  });
}

async function listen(application: NestFastifyApplication, { host, port }: ResolvedConfig['http']): Promise<void> {
  try {
    await application.listen(port, host);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
      throw new AddressInUse(`something listens on ${host}:${port} already; set PORT to another port`);
    throw error;
  }
}

/** An address that this machine can call: a server that listens on all interfaces says 0.0.0.0 or [::]. */
async function urlOf(application: NestFastifyApplication): Promise<string> {
  return (await application.getUrl()).replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
}
