import { Module } from '@nestjs/common';
import { FactsController } from './facts.controller.js';
import { RecordingModule } from './recording.module.js';

@Module({ imports: [RecordingModule], controllers: [FactsController] })
export class RecordingApiModule {}
