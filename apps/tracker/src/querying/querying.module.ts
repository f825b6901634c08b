import { Module } from '@nestjs/common';
import { RecordingModule } from '../recording/recording.module.js';
import { AssessModelHandler } from './assess-model.js';
import { AssessmentController } from './assessment.controller.js';
import { HistoryController } from './history.controller.js';
import { VisiblePosition } from './visible-position.js';

@Module({
  imports: [RecordingModule],
  controllers: [AssessmentController, HistoryController],
  providers: [AssessModelHandler, VisiblePosition],
})
export class QueryingModule {}
