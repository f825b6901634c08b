import { Module } from '@nestjs/common';
import { RemindingService } from './reminding.service.js';

/** The role `reminders`: nobody misses a date. */
@Module({ providers: [RemindingService] })
export class RemindingModule {}
