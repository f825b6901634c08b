import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type { EventStore } from '#libs/event-store';
import { EVENT_STORE } from '../platform/ports.js';
import { FactRecorder } from './fact-recorder.js';
import { RecordFactsHandler } from './record-facts.js';
import { StreamHistories } from './stream-histories.js';

const histories = {
  provide: StreamHistories,
  useFactory: (store: EventStore) => new StreamHistories(store),
  inject: [EVENT_STORE],
};

/** The write side, for whoever has facts: the API and the translator of webhooks. */
@Module({
  imports: [CqrsModule],
  providers: [FactRecorder, RecordFactsHandler, histories],
  exports: [CqrsModule, FactRecorder, StreamHistories],
})
export class RecordingModule {}
