import { createPostgresBackend, Queue, withBackend, Worker, type Job } from 'bullmq';
import type { Instant } from '#libs/domain';
import type { Alarm, ReminderQueue } from './reminder-queue.js';

export type BullMqOptions = {
  /** PostgreSQL that holds the queue, in the schema `bullmq`, unless there is a Redis. */
  readonly databaseUrl: string;
  readonly redisUrl?: string;
  readonly queueName?: string;
  readonly schema?: string;
  readonly log: { warn(entry: object): void };
};

type AlarmData = { readonly model: string };
/** What is used of BullMQ's classes, which are typed by their backend. */
type AlarmQueue = Pick<Queue<AlarmData>, 'addBulk' | 'close' | 'waitUntilReady'> & {
  on(event: 'error', listener: (error: Error) => void): unknown;
};
type AlarmWorker = Pick<Worker<AlarmData>, 'close' | 'waitUntilReady'> & {
  on(event: 'error', listener: (error: Error) => void): unknown;
};

const workerConcurrency = 4;

/** Alarms as delayed jobs of BullMQ. When its tables are gone it makes them again, empty. */
export async function openBullMqReminderQueue(options: BullMqOptions): Promise<ReminderQueue> {
  const queue = new BullMqReminderQueue(options);
  await queue.open();
  return queue;
}

class BullMqReminderQueue implements ReminderQueue {
  #queue: AlarmQueue | undefined;
  #worker: AlarmWorker | undefined;
  #onAlarm: ((model: string) => Promise<void>) | undefined;

  constructor(private readonly options: BullMqOptions) {}

  async open(): Promise<void> {
    this.#queue = this.#heard(openQueue(this.options));
    await this.#queue.waitUntilReady();
  }

  async arm(alarms: readonly Alarm[], now: Instant): Promise<void> {
    if (alarms.length === 0) return;
    const jobs = alarms.map(({ model, at }) => ({
      name: 'alarm',
      data: { model },
      opts: { jobId: `${model}-at-${at}`, delay: Math.max(0, at - now), removeOnComplete: true, removeOnFail: true },
    }));
    try {
      await (this.#queue ?? (await this.#reopened())).addBulk(jobs);
    } catch (error) {
      this.options.log.warn({ event: 'reminder-queue-reopened', reason: messageOf(error) });
      await (await this.#reopened()).addBulk(jobs);
    }
  }

  async start(onAlarm: (model: string) => Promise<void>): Promise<void> {
    this.#onAlarm = onAlarm;
    this.#worker = this.#heard(openWorker(this.options, ({ data }) => onAlarm(data.model)));
    await this.#worker.waitUntilReady();
  }

  async close(): Promise<void> {
    await Promise.all([this.#worker?.close(), this.#queue?.close()]);
  }

  async #reopened(): Promise<AlarmQueue> {
    const onAlarm = this.#onAlarm;
    await this.close().catch(() => undefined);
    await this.open();
    if (onAlarm !== undefined) await this.start(onAlarm);
    return this.#queue as AlarmQueue;
  }

  /** Without a listener an error of the connection would end the process. */
  #heard<Emitter extends AlarmQueue | AlarmWorker>(emitter: Emitter): Emitter {
    emitter.on('error', (error) => this.options.log.warn({ event: 'reminder-queue-error', reason: error.message }));
    return emitter;
  }
}

const defaultQueueName = 'reminders';

function openQueue({
  databaseUrl,
  redisUrl,
  queueName = defaultQueueName,
  schema = 'bullmq',
}: BullMqOptions): AlarmQueue {
  if (redisUrl !== undefined) return new Queue<AlarmData>(queueName, { connection: { url: redisUrl } });
  const { Queue: PostgresQueue } = withBackend(createPostgresBackend);
  return new PostgresQueue<AlarmData>(queueName, {
    connection: { connectionString: databaseUrl, schema, migrate: true, max: 4 },
  });
}

function openWorker(
  { databaseUrl, redisUrl, queueName = defaultQueueName, schema = 'bullmq' }: BullMqOptions,
  work: (job: Pick<Job<AlarmData>, 'data'>) => Promise<void>,
): AlarmWorker {
  if (redisUrl !== undefined) {
    // BullMQ asks for this on connections that block.
    const connection = { url: redisUrl, maxRetriesPerRequest: null };
    return new Worker<AlarmData>(queueName, work, { connection, concurrency: workerConcurrency });
  }
  const { Worker: PostgresWorker } = withBackend(createPostgresBackend);
  return new PostgresWorker<AlarmData>(queueName, work, {
    connection: { connectionString: databaseUrl, schema, migrate: true, max: 4 },
    concurrency: workerConcurrency,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
