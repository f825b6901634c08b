import { setTimeout as pause } from 'node:timers/promises';
import type { Instant, Regulation } from '#libs/domain';
import { factStreamPrefixes, type EventStore, type LogFilter } from '#libs/event-store';
import type { Pool, PoolClient } from 'pg';
import { migrate, quoteIdentifier, type Migration } from '../migrating/migrate.js';
import { modelStatusReadModel } from '../model-status/model-status.js';
import { obligationReadModel } from '../obligation/obligation.js';
import type { ReadModel } from '../read-model.js';
import { LogFollower, type LogBatch } from './log-follower.js';
import { Projector } from './projector.js';
import type { ProjectionsLog } from './projections-log.js';
import { Sweeper } from './sweeper.js';

export type ProjectionsState = {
  /** False while another process projects, and between an error and the next try. */
  readonly isRunning: boolean;
  /** Whether all that was in the log at the start has been projected. */
  readonly isCaughtUp: boolean;
  /** Up to where the rows reflect the log. */
  readonly position: bigint | undefined;
  readonly parkedStreams: number;
  readonly lastError: string | undefined;
};

export type ProjectionsOptions = {
  readonly store: EventStore;
  /** One connection of it is kept for as long as this runs. */
  readonly pool: Pool;
  readonly clock: { now(): Instant };
  readonly regulation: Regulation;
  /** Written beside `model_status` and `obligation`, in the same transactions. */
  readonly readModels?: readonly ReadModel[];
  /** Ends the run after the transaction at hand. */
  readonly signal: AbortSignal;
  readonly log: ProjectionsLog;
  readonly onState?: (state: ProjectionsState) => void;
  readonly batchEventsMax?: number;
  readonly retryDelayMs?: number;
  readonly retryDelayMsMax?: number;
  /** How often the clock is looked at, at least, for models whose answer changes by time: it may be set forward. */
  readonly sweepCheckMs?: number;
};

const filter: LogFilter = { streamPrefixes: [...factStreamPrefixes, 'reminders-'] };
const defaults = { batchEventsMax: 1_000, retryDelayMs: 200, retryDelayMsMax: 5_000, sweepCheckMs: 1_000 };
/** How often a process that waits for another one's lock asks for it. */
const lockRetryMs = 500;

/**
 * Follows the log for ever and keeps the read models in step with it, until the signal is aborted. Of several processes
 * one projects and the others wait to take over. After an error everything in memory is dropped, and it goes on from the
 * committed checkpoint.
 */
export async function runProjections(options: ProjectionsOptions): Promise<void> {
  const { signal, log, retryDelayMs, retryDelayMsMax } = { ...defaults, ...options };
  let failures = 0;
  while (!signal.aborted) {
    try {
      await runOnce(options, () => (failures = 0));
    } catch (error) {
      if (signal.aborted) return;
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      const delayMs = Math.min(retryDelayMs * 2 ** failures, retryDelayMsMax);
      failures += 1;
      options.onState?.({ ...stopped, lastError: reason });
      log.error({ event: 'projections-failed', reason, retryInMs: delayMs });
      await pauseUnlessAborted(delayMs, signal);
    }
  }
}

const stopped: ProjectionsState = {
  isRunning: false,
  isCaughtUp: false,
  position: undefined,
  parkedStreams: 0,
  lastError: undefined,
};

async function runOnce(options: ProjectionsOptions, onProgress: () => void): Promise<void> {
  const { store, pool, clock, regulation, log, batchEventsMax, sweepCheckMs } = { ...defaults, ...options };
  const readModels = [modelStatusReadModel(), obligationReadModel(), ...(options.readModels ?? [])];
  const client = await pool.connect();
  const broken = new AbortController();
  const signal = AbortSignal.any([options.signal, broken.signal]);
  // Without a listener, a connection that breaks while idle would end the process.
  client.on('error', (error) => broken.abort(error));
  try {
    await migrateAll(pool, readModels);
    await useSchemas(client, readModels);
    if (!(await becomeTheOne(client, signal))) return signal.throwIfAborted();
    const projector = new Projector({ client, regulation, readModels, clock });
    await projector.start();
    for (const stream of [...projector.parkedStreams]) {
      if (await projector.replayParked(stream)) log.log({ event: 'parked-stream-replayed', stream });
    }
    const sweeper = new Sweeper({ projector, client, clock, log });
    await sweeper.sweepIfDue(true);
    const follower = new LogFollower({ store, after: projector.checkpoint, filter, signal, batchEventsMax });
    while (!signal.aborted) {
      options.onState?.({
        isRunning: true,
        isCaughtUp: follower.isCaughtUp && follower.isEmpty,
        position: projector.checkpoint,
        parkedStreams: projector.parkedStreams.size,
        lastError: undefined,
      });
      const batch = await follower.take(Math.min(sweeper.waitMs, sweepCheckMs));
      if (batch !== undefined) await projectBatch(projector, batch, log);
      await sweeper.sweepIfDue(batch !== undefined);
      onProgress();
    }
    if (!options.signal.aborted) signal.throwIfAborted();
  } finally {
    broken.abort();
    // Destroyed rather than given back: it has a search path and a lock of its own.
    client.release(true);
  }
}

async function projectBatch(projector: Projector, batch: LogBatch, log: ProjectionsLog): Promise<void> {
  const parkedBefore = new Set(projector.parkedStreams);
  await projector.project(batch.events, batch.position);
  for (const stream of projector.parkedStreams) {
    if (!parkedBefore.has(stream)) log.error({ event: 'stream-parked', stream, position: String(batch.position) });
  }
}

async function migrateAll(pool: Pool, readModels: readonly ReadModel[]): Promise<void> {
  const schemas = new Map<string, readonly Migration[]>();
  for (const { schema, migrations } of readModels) schemas.set(schema, migrations);
  for (const [schema, migrations] of schemas) await migrate(pool, schema, migrations);
}

async function useSchemas(client: PoolClient, readModels: readonly ReadModel[]): Promise<void> {
  const schemas = [...new Set(readModels.map(({ schema }) => quoteIdentifier(schema)))];
  await client.query(`set search_path to ${schemas.join(', ')}`);
}

/** Waits for the lock that the projecting process holds as long as its connection lives. False: aborted. */
async function becomeTheOne(client: PoolClient, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    const { rows } = await client.query<{ locked: boolean }>(
      "select pg_try_advisory_lock(hashtextextended('projections', 0)) as locked",
    );
    if (rows[0]?.locked === true) return true;
    await pauseUnlessAborted(lockRetryMs, signal);
  }
  return false;
}

async function pauseUnlessAborted(delayMs: number, signal: AbortSignal): Promise<void> {
  // An abort ends the pause early, which is what is wanted.
  await pause(delayMs, undefined, { signal }).catch(() => undefined);
}
