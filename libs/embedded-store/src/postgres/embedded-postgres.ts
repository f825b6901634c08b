import { realpath } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { prepareBinaries, type Binaries } from './binaries.js';
import { placeData, placeOfLastResort, type DataPlace } from './data-place.js';
import { codeOf, DataFolderInUse, messageOf } from './errors.js';
import { initialiseOnce } from './initialise.js';
import { connectToServer, databaseUrl, stopServer } from './server-process.js';

export type EmbeddedPostgres = {
  /** Address of the database `tracker`, password included. It stays the same when the server has to be started again. */
  readonly url: string;
  /** Shuts the server down and resolves when it has gone; the data stay. */
  stop(): Promise<void>;
};

/** Any number will do, as long as every release uses the same one. */
const folderLockKey = 4_711_300_101;
/** The server needs a moment to notice that the connection of a killed tracker is gone. */
const lockPatienceMs = 5_000;
const retryMs = 100;
const restartPauseMs = 1_000;
const databaseName = 'tracker';

/**
 * Runs a PostgreSQL server on the data in `dataDir`, made when there are none, and keeps it running: when it dies it is
 * started again on the same port. A server that a killed tracker left behind is used again.
 * @throws DataFolderInUse when another tracker works on this folder
 * @throws EmbeddedPostgresFailed when it cannot run here
 */
export async function startEmbeddedPostgres(options: {
  readonly dataDir: string;
  readonly log?: (message: string) => void;
}): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => undefined);
  const place = await placeData(options.dataDir, log);
  const copyParent = place.user === undefined ? await realpath(options.dataDir) : placeOfLastResort;
  const binaries = await prepareBinaries({ user: place.user, copyParent, log });
  await initialiseOnce(place, binaries, log);
  const supervisor = new Supervisor(place, binaries, log);
  const port = await supervisor.start();
  return { url: await databaseUrl(place, port, databaseName), stop: () => supervisor.stop() };
}

/** Holds the folder's lock on a connection of its own; the loss of that connection is how it learns that the server died. */
class Supervisor {
  #lock: Client | undefined;
  #port: number | undefined;
  #isStopping = false;
  #recovery: Promise<void> = Promise.resolve();

  constructor(
    private readonly place: DataPlace,
    private readonly binaries: Binaries,
    private readonly log: (message: string) => void,
  ) {}

  async start(): Promise<number> {
    const { client, server } = await connectToServer(this.place, this.binaries, this.#port);
    try {
      await this.#takeLock(client);
      await createDatabaseOnce(client);
    } catch (error) {
      await client.end();
      throw error;
    }
    client.once('end', () => {
      if (!this.#isStopping) this.#recovery = this.#recover();
    });
    this.#lock = client;
    this.#port = server.port;
    return server.port;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#recovery;
    await this.#lock?.end().catch(() => undefined);
    await stopServer(this.place, this.binaries);
  }

  async #takeLock(client: Client): Promise<void> {
    const deadline = performance.now() + lockPatienceMs;
    for (;;) {
      const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [
        folderLockKey,
      ]);
      if (rows[0]?.taken === true) return;
      if (performance.now() > deadline) throw new DataFolderInUse(this.place.dataDir);
      await sleep(retryMs);
    }
  }

  async #recover(): Promise<void> {
    this.log('the connection to the embedded PostgreSQL was lost: connecting again, or starting it again');
    while (!this.#isStopping) {
      try {
        await this.start();
        this.log('the embedded PostgreSQL is back');
        return;
      } catch (error) {
        this.log(`the embedded PostgreSQL is not back yet: ${messageOf(error)}`);
        await sleep(restartPauseMs);
      }
    }
  }
}

async function createDatabaseOnce(client: Client): Promise<void> {
  const { rows } = await client.query('select 1 from pg_database where datname = $1', [databaseName]);
  if (rows.length > 0) return;
  await client.query(`create database ${databaseName}`).catch((error: unknown) => {
    if (codeOf(error) !== '42P04') throw error;
  });
}
