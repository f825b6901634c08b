import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { FactRecorder } from './fact-recorder.js';
import { RecordFactsHandler } from './record-facts.js';
import { StreamHistories } from './stream-histories.js';

/** The write side, for whoever has facts: the API and the translator of webhooks. */
@Module({
  imports: [CqrsModule],
  providers: [FactRecorder, StreamHistories, RecordFactsHandler],
  exports: [CqrsModule, FactRecorder, StreamHistories],
})
export class RecordingModule {}
