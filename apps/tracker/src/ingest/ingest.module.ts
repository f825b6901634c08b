import { Inject, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { migrate } from '#libs/projections';
import type { Pool } from 'pg';
import { DATABASE } from '../platform/ports.js';
import { RecordingModule } from '../recording/recording.module.js';
import { Connections } from './connections/connections.js';
import { ConnectionsController } from './connections/connections.controller.js';
import { DeliveriesController } from './deliveries.controller.js';
import { HooksController } from './hooks.controller.js';
import { DeliveryList } from './inbox/delivery-list.js';
import { inboxMigrations } from './inbox/inbox-migrations.js';
import { Inboxes } from './inbox/inboxes.js';
import { RefusalLog } from './inbox/refusal-log.js';
import { Intake } from './intake.js';
import { Translator } from './translating/translator.js';

/** The role `ingest`: webhooks in, facts out. */
@Module({
  imports: [RecordingModule],
  controllers: [HooksController, DeliveriesController, ConnectionsController],
  providers: [Connections, Inboxes, RefusalLog, DeliveryList, Intake, Translator],
})
export class IngestModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    @Inject(DATABASE) private readonly database: Pool,
    private readonly inboxes: Inboxes,
    private readonly refusalLog: RefusalLog,
  ) {}

  async onModuleInit(): Promise<void> {
    await migrate(this.database, 'inbox', inboxMigrations);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.inboxes.settle(), this.refusalLog.settle()]);
  }
}
