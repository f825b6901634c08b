import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { migrate, projectionMigrations } from '#libs/projections';
import { reminderMigrations } from '#libs/reminders';
import type { Pool } from 'pg';
import { DATABASE } from '../platform/ports.js';
import { RecordingModule } from '../recording/recording.module.js';
import { AskGateHandler } from './ask-gate.js';
import { AssessModelHandler } from './assess-model.js';
import { AssessmentController } from './assessment.controller.js';
import { DeadlinesController } from './deadlines.controller.js';
import { FineCeilingController } from './fine-ceiling.controller.js';
import { GateController } from './gate.controller.js';
import { HistoryController } from './history.controller.js';
import { ModelsController } from './models.controller.js';
import { ObligationsController } from './obligations.controller.js';
import { RegulationController } from './regulation.controller.js';
import { RemindersController } from './reminders.controller.js';
import { RelatedHistories } from './related-histories.js';
import { VisiblePosition } from './visible-position.js';
import { WhatIfController } from './what-if.controller.js';
import { SupposeFactsHandler } from './what-if.js';

@Module({
  imports: [RecordingModule],
  controllers: [
    ModelsController,
    AssessmentController,
    DeadlinesController,
    FineCeilingController,
    GateController,
    HistoryController,
    ObligationsController,
    RegulationController,
    RemindersController,
    WhatIfController,
  ],
  providers: [AssessModelHandler, AskGateHandler, RelatedHistories, SupposeFactsHandler, VisiblePosition],
})
export class QueryingModule implements OnModuleInit {
  constructor(@Inject(DATABASE) private readonly database: Pool) {}

  /** A process that only reads may start before the first projector: its lists are empty then, and not an error. */
  async onModuleInit(): Promise<void> {
    await migrate(this.database, 'projection', projectionMigrations);
    await migrate(this.database, 'reminders', reminderMigrations);
  }
}
