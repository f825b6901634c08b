import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError, type Client, type ClientBase } from 'pg';
import { EventLogDamaged } from './errors.js';
import { migrateLog } from './migrations.js';
import { PendingWrites } from './pending-writes.js';
import { RecentIds } from './recent-ids.js';
import type { LogRecord, Write } from './record.js';
import type { Stage } from './stage.js';
import { StreamHeads, type StreamState } from './stream-heads.js';
import { draft } from './transaction-draft.js';
import { verifyRecords } from './verify.js';
import { connectWriter } from './writer-connection.js';

export type LogWriterOptions = {
  readonly databaseUrl: string;
  /** Called after a commit, in log order, before the appends are answered. */
  readonly onCommitted: (records: readonly LogRecord[], seconds: number) => void;
  /** Called after a new connection has found where the log ends, which another process may have moved. */
  readonly onReopened: () => void;
  readonly log: (message: string) => void;
};

const pendingLimits = { countMax: 10_000, bytesMax: 64 * 1024 * 1024 };
const transactionLimits = { eventsMax: 4_000, bytesMax: 8 * 1024 * 1024 };
/** So much is remembered at least, and up to twice as much. */
const idsMin = 100_000;
const streamsMin = 100_000;
const tailEvents = 2_000;
const reconnectPauseMs = 100;
const closingMsMax = 3_000;

const recentIdsQuery = `
  select recent.id, streams.name, recent.revision, recent.position
  from (select id, stream_id, revision, position from eventstore.events order by position desc limit $1) as recent
  join eventstore.streams as streams on streams.id = recent.stream_id
  order by recent.position`;
const endOfLogQuery = `
  select (select max(id) from eventstore.streams) as stream_id, last.position, last.created_ms
  from (values (1)) as one
  left join (select position, created_ms from eventstore.events order by position desc limit 1) as last on true`;

/**
 * The only writer of the log. Writes that arrive while a transaction commits make up the next one, and all are
 * answered after their commit. Positions are given here, so they rise in commit order and nothing is ever seen behind
 * a position that a reader has passed.
 */
export class LogWriter {
  readonly #pending = new PendingWrites(pendingLimits);
  readonly #heads = new StreamHeads(streamsMin);
  readonly #ids = new RecentIds(idsMin);
  #client: Client | undefined;
  #position = 0;
  #createdMs = 0;
  #nextStreamId = 1;
  #running: Promise<void> | undefined;
  #isClosing = false;

  private constructor(private readonly options: LogWriterOptions) {}

  /**
   * @throws EventLogInUse when another process writes to this log
   * @throws EventLogDamaged when its end is not what was written
   */
  static async open(options: LogWriterOptions): Promise<LogWriter> {
    const writer = new LogWriter(options);
    await writer.#connect(async (client) => {
      await migrateLog(client);
      await checkTail(client);
    });
    return writer;
  }

  /** Position of the last event of the log; 0 when it is empty. */
  get position(): number {
    return this.#position;
  }

  get pendingCount(): number {
    return this.#pending.count;
  }

  /** The state of a stream as far as it is in memory. */
  stateOf(stream: string): StreamState | undefined {
    return this.#heads.get(stream);
  }

  /** Takes a write in; it is answered through its own `answer`. */
  write(write: Write): void {
    if (this.#isClosing) return write.answer({ outcome: 'unavailable', reason: 'the event store is stopping' });
    if (write.deadlineMs <= Date.now()) return write.answer({ outcome: 'timeout' });
    if (!this.#pending.add(write)) {
      return write.answer({ outcome: 'unavailable', reason: 'too many appends are waiting' });
    }
    this.#running ??= this.#run();
  }

  /** Finishes the appends taken in, then lets the lock go. */
  async close(): Promise<void> {
    this.#isClosing = true;
    // A database that hangs does not keep the store from stopping; what it was asked to write may yet be written.
    await Promise.race([this.#running, sleep(closingMsMax, undefined, { ref: false })]);
    this.#pending.answerAll({ outcome: 'timeout' });
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  async #run(): Promise<void> {
    // One turn of the event loop, so that all appends that came in one packet share the first transaction.
    await new Promise(setImmediate);
    while (this.#pending.hasQueued) {
      const client = this.#client ?? (await this.#reconnect());
      if (client === undefined) break;
      const writes = this.#pending.take(transactionLimits);
      try {
        const { stage, rest } = await this.#draft(client, writes);
        if (stage.records.length > 0) await this.#commit(client, stage);
        for (const { write, answer } of stage.answers) this.#pending.answer(write, answer);
        this.#pending.putBack(rest);
      } catch (error) {
        await this.#recover(client, writes, error);
      }
    }
    this.#running = undefined;
  }

  #draft(client: ClientBase, writes: readonly Write[]): ReturnType<typeof draft> {
    this.#createdMs = Math.max(this.#createdMs, Date.now());
    const context = {
      client,
      heads: this.#heads,
      holderOf: (id: string) => this.#ids.get(id),
      lastPosition: this.#position,
      createdMs: this.#createdMs,
      nextStreamId: this.#nextStreamId,
    };
    return draft(context, writes);
  }

  async #commit(client: Client, stage: Stage): Promise<void> {
    const start = performance.now();
    try {
      await stage.commit(client);
    } catch (error) {
      if (isRefusal(error) || !(await this.#tookPlace(client, stage))) throw error;
      this.options.onCommitted(stage.records, (performance.now() - start) / 1_000);
      return;
    }
    for (const [stream, state] of stage.states) this.#heads.set(stream, state);
    for (const [id, holder] of stage.holders) this.#ids.add(id, holder);
    this.#nextStreamId = stage.streamIdAfter;
    this.#position += stage.records.length;
    this.options.onCommitted(stage.records, (performance.now() - start) / 1_000);
  }

  /**
   * Whether a commit whose answer never came took place. Having the lock again means that the old connection's
   * transaction has ended, one way or the other.
   */
  async #tookPlace(lost: Client, stage: Stage): Promise<boolean> {
    this.#drop(lost);
    const client = await this.#reconnect();
    const first = stage.records[0];
    if (client === undefined || first === undefined) return false;
    const { rows } = await client.query('select 1 from eventstore.events where position = $1 and id = $2', [
      first.position,
      first.id,
    ]);
    return rows.length > 0;
  }

  /** A statement that the database has refused wrote nothing; appends on a connection that broke are tried again on a new one. */
  async #recover(client: Client, writes: readonly Write[], error: unknown): Promise<void> {
    const reason = error instanceof Error ? error.message : String(error);
    this.options.log(`a write to the event log failed: ${reason}`);
    if (!isRefusal(error)) {
      this.#drop(client);
      if (!this.#isClosing) return this.#pending.putBack(writes);
      for (const write of writes) this.#pending.answer(write, { outcome: 'timeout' });
      return;
    }
    for (const write of writes) this.#pending.answer(write, { outcome: 'unavailable', reason });
    await this.#readEnd(client).catch(() => this.#drop(client));
  }

  #drop(client: Client): void {
    if (this.#client === client) this.#client = undefined;
    client.end().catch(() => undefined);
  }

  async #reconnect(): Promise<Client | undefined> {
    while (!this.#isClosing) {
      try {
        return await this.#connect();
      } catch (error) {
        this.options.log(`the event log cannot be written: ${error instanceof Error ? error.message : String(error)}`);
        await sleep(reconnectPauseMs);
      }
    }
    return undefined;
  }

  async #connect(prepare?: (client: Client) => Promise<void>): Promise<Client> {
    const client = await connectWriter(this.options.databaseUrl, (lost) => {
      if (this.#client === lost) this.#client = undefined;
    });
    try {
      await prepare?.(client);
      await this.#readEnd(client);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    this.#client = client;
    this.options.onReopened();
    return client;
  }

  /** Drops what was remembered and reads where the log ends. */
  async #readEnd(client: ClientBase): Promise<void> {
    type Row = { stream_id: string | null; position: string | null; created_ms: string | null };
    const { rows } = await client.query<Row>(endOfLogQuery);
    const end = rows[0];
    this.#position = Number(end?.position ?? 0);
    this.#createdMs = Number(end?.created_ms ?? 0);
    this.#nextStreamId = Number(end?.stream_id ?? 0) + 1;
    this.#heads.reset(this.#position === 0);
    this.#ids.clear();
    const recent = await client.query<{ id: string; name: string; revision: string; position: string }>(
      recentIdsQuery,
      [idsMin],
    );
    for (const { id, name, revision, position } of recent.rows) {
      this.#ids.add(id, { stream: name, revision: Number(revision), position: Number(position) });
    }
  }
}

/** Compares the end of the log with its checksums: what was written last is what a failing machine damages first. */
async function checkTail(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ position: string | null }>(
    'select max(position) as position from eventstore.events',
  );
  const [damage] = (await verifyRecords(client, Math.max(0, Number(rows[0]?.position ?? 0) - tailEvents))).damages;
  if (damage !== undefined) throw new EventLogDamaged(damage.position, damage.what);
}

/** Whether the database itself has said no, which ends the transaction without effect. */
const isRefusal = (error: unknown): boolean => error instanceof DatabaseError && error.severity === 'ERROR';
