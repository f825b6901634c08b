import { Pool } from 'pg';
import { LogReader } from './log-reader.js';
import { LogWriter } from './log-writer.js';
import { RecentRecords } from './recent-records.js';
import type { Append } from './record.js';

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
  }): Promise<EventLog> {
    const log = new EventLog(options.databaseUrl);
    try {
      log.#writer = await LogWriter.open({
        ...options,
        onCommitted: (records) => {
          for (const record of records) log.recent.push(record);
          log.#wake();
        },
        onReopened: () => {
          log.recent.clear();
          log.#wake();
        },
      });
      return log;
    } catch (error) {
      await log.#pool.end();
      throw error;
    }
  }

  /** Position of the last event; 0 when the log is empty. */
  get position(): number {
    return this.#writer?.position ?? 0;
  }

  append(append: Append): void {
    this.#writer?.append(append);
  }

  /** Calls back once when the log may have grown; the returned function calls that off. */
  onGrowth(callback: () => void): () => void {
    this.#waiting.add(callback);
    return () => this.#waiting.delete(callback);
  }

  async close(): Promise<void> {
    await this.#writer?.close();
    await this.#pool.end();
  }

  #wake(): void {
    const callbacks = [...this.#waiting];
    this.#waiting.clear();
    for (const callback of callbacks) callback();
  }
}
