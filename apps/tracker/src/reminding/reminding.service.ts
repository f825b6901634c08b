import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { EventStore } from '#libs/event-store';
import { migrate, projectionPosition } from '#libs/projections';
import {
  logChannel,
  openBullMqReminderQueue,
  reminderMigrations,
  ReminderSender,
  runReminders,
  webhookChannel,
} from '#libs/reminders';
import type { Pool } from 'pg';
import type { ResolvedConfig } from '../platform/config.js';
import { type Clock, CLOCK, CONFIG, DATABASE, EVENT_STORE } from '../platform/ports.js';

/** Sends what is due for as long as the application runs. */
@Injectable()
export class RemindingService implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #stop = new AbortController();
  #run: Promise<void> | undefined;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(DATABASE) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: ResolvedConfig,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { store, pool, clock } = this;
    const { databaseUrl, redisUrl } = this.config;
    const log = new Logger('Reminding');
    await migrate(pool, 'reminders', reminderMigrations);
    const queue = await openBullMqReminderQueue({ databaseUrl, log, ...(redisUrl === undefined ? {} : { redisUrl }) });
    const projectedUpTo = () => projectionPosition(pool);
    const sender = new ReminderSender({ pool, store, clock, log, projectedUpTo, channels: this.#channels(log) });
    this.#run = runReminders({ pool, queue, sender, clock, log, signal: this.#stop.signal });
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stop.abort();
    await this.#run;
  }

  #channels(log: Logger) {
    const { webhookUrl: url, webhookSecret: secret } = this.config.reminders;
    return [logChannel(log), ...(url === undefined || secret === undefined ? [] : [webhookChannel({ url, secret })])];
  }
}
