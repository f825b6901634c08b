import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Pool } from 'pg';
import type { ResolvedConfig } from '../../platform/config.js';
import { CONFIG, DATABASE } from '../../platform/ports.js';
import { unavailable } from '../../platform/problem.js';
import type { Connection } from './connection.js';
import { ConnectionTable } from './connection-table.js';
import { SecretBox } from './secret-box.js';

/** For how long a change that another process made may go unnoticed. */
const reloadAfterMs = 5_000;
/** An unknown id may be new; looking again more often than this would let guesses load the database. */
const reloadForUnknownAfterMs = 1_000;
const retryAfterSeconds = 5;

/** The connections, kept in memory: a delivery must not wait for PostgreSQL, nor be lost while it is away. */
@Injectable()
export class Connections {
  readonly #logger = new Logger('Connections');
  readonly #table: ConnectionTable;
  #byId: ReadonlyMap<string, Connection> = new Map();
  #loadedAtMs = Number.NEGATIVE_INFINITY;
  #loading: Promise<void> | undefined;

  constructor(@Inject(DATABASE) database: Pool, @Inject(CONFIG) config: ResolvedConfig) {
    this.#table = new ConnectionTable(database, new SecretBox(config.secretKey));
  }

  /** Undefined when there is none of this id. @throws Problem 503 when that cannot be found out */
  async find(id: string): Promise<Connection | undefined> {
    const known = this.#byId.get(id);
    // A monotonic clock: the wall clock may jump, and this is no fact about the world.
    const ageMs = performance.now() - this.#loadedAtMs;
    if (known !== undefined) {
      if (ageMs >= reloadAfterMs) void this.#load().catch((error: unknown) => this.#warn(error));
      return known;
    }
    if (this.#loading === undefined && ageMs < reloadForUnknownAfterMs) return undefined;
    try {
      await this.#load();
    } catch (error) {
      this.#warn(error);
      throw unavailable('The connections cannot be looked up at the moment. Send it again later.', retryAfterSeconds);
    }
    return this.#byId.get(id);
  }

  async all(): Promise<readonly Connection[]> {
    await this.#reload();
    return [...this.#byId.values()];
  }

  /** False when there is one of this id. */
  async add(connection: Connection): Promise<boolean> {
    const added = await this.#table.insert(connection);
    if (added) await this.#reload();
    return added;
  }

  /** Undefined when there is none of this id. */
  async change(id: string, change: (before: Connection) => Connection): Promise<Connection | undefined> {
    const after = await this.#table.update(id, change);
    await this.#reload();
    return after;
  }

  async remove(id: string): Promise<boolean> {
    const removed = await this.#table.delete(id);
    await this.#reload();
    return removed;
  }

  /** Loads what is there now: a load that is already under way may have begun too early. */
  async #reload(): Promise<void> {
    await this.#loading?.catch(() => undefined);
    await this.#load();
  }

  #load(): Promise<void> {
    this.#loading ??= this.#loadAll().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #loadAll(): Promise<void> {
    this.#loadedAtMs = performance.now();
    const connections = await this.#table.all();
    this.#byId = new Map(connections.map((connection) => [connection.id, connection]));
  }

  #warn(error: unknown): void {
    this.#logger.warn({ event: 'connectionsNotReloaded', reason: String(error) });
  }
}
