import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'pg';
import { LogReader } from './log-reader.js';
import { LogWriter } from './log-writer.js';
import { RecentRecords } from './recent-records.js';
import type { Write } from './record.js';
import { readStates, neverWritten, type StreamState } from './stream-heads.js';

const closingMsMax = 1_000;
const readersMax = 4;
const recentRecordsMax = 10_000;
const recentBytesMax = 16 * 1024 * 1024;

/** The log in PostgreSQL, opened for writing by this process alone. */
export class EventLog {
  /** The end of the log in memory. */
  readonly recent = new RecentRecords(recentRecordsMax, recentBytesMax);
  readonly reader: LogReader;
  readonly #waiting = new Set<() => void>();
  readonly #pool: Pool;
  #writer: LogWriter | undefined;

  private constructor(databaseUrl: string) {
    this.#pool = new Pool({
      connectionString: databaseUrl,
      application_name: 'event-log-reader',
      max: readersMax,
      keepAlive: true,
    });
    // A connection that breaks while idle is replaced by the pool at the next query.
    this.#pool.on('error', () => undefined);
    this.reader = new LogReader(this.#pool);
  }

  /** @throws EventLogInUse when another process writes to this log */
  static async open(options: {
    readonly databaseUrl: string;
    readonly log: (message: string) => void;
    readonly onCommit?: (committed: { readonly events: number; readonly seconds: number }) => void;
  }): Promise<EventLog> {
    const log = new EventLog(options.databaseUrl);
    try {
      log.#writer = await LogWriter.open({
        ...options,
        onCommitted: (records, seconds) => {
          options.onCommit?.({ events: records.length, seconds });
          for (const record of records) log.recent.push(record);
          log.#wake();
        },
        onReopened: () => {
          log.recent.clear();
          log.#wake();
        },
      });
      if (log.position === 0) await log.#begin();
      return log;
    } catch (error) {
      await log.#writer?.close();
      await log.#pool.end();
      throw error;
    }
  }

  /** A log of EventStoreDB begins with events of its own as well, and no client may take the first event for its own. */
  #begin(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.write({
        kind: 'append',
        stream: '$log',
        expected: 'noStream',
        events: [
          {
            id: randomUUID(),
            type: '$logCreated',
            isJson: true,
            data: Buffer.from('{"by":"embedded event store"}'),
            metadata: new Uint8Array(),
          },
        ],
        deadlineMs: Infinity,
        answer: ({ outcome }) =>
          outcome === 'written' ? resolve() : reject(new Error(`the event log could not be begun: ${outcome}`)),
      });
    });
  }

  /** Position of the last event; 0 when the log is empty. */
  get position(): number {
    return this.#writer?.position ?? 0;
  }

  get pendingCount(): number {
    return this.#writer?.pendingCount ?? 0;
  }

  write(write: Write): void {
    this.#writer?.write(write);
  }

  /** The states of these streams, not older than the last write that was answered. */
  async statesOf(streams: readonly string[]): Promise<ReadonlyMap<string, StreamState>> {
    const states = new Map<string, StreamState>();
    const unknown: string[] = [];
    for (const stream of streams) {
      const state = this.#writer?.stateOf(stream);
      if (state === undefined) unknown.push(stream);
      else states.set(stream, state);
    }
    for (const [stream, state] of await readStates(this.#pool, unknown)) states.set(stream, state);
    return states;
  }

  async stateOf(stream: string): Promise<StreamState> {
    return this.#writer?.stateOf(stream) ?? (await this.statesOf([stream])).get(stream) ?? neverWritten;
  }

  /** Calls back once when the log may have grown; the returned function calls that off. */
  onGrowth(callback: () => void): () => void {
    this.#waiting.add(callback);
    return () => this.#waiting.delete(callback);
  }

  async close(): Promise<void> {
    await this.#writer?.close();
    await Promise.race([this.#pool.end(), sleep(closingMsMax, undefined, { ref: false })]);
  }

  #wake(): void {
    const callbacks = [...this.#waiting];
    this.#waiting.clear();
    for (const callback of callbacks) callback();
  }
}
