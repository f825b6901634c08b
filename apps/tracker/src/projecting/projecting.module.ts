import { Module } from '@nestjs/common';
import { ProjectingService } from './projecting.service.js';
import { ProjectorHealth } from './projector-health.js';

@Module({ providers: [ProjectingService, ProjectorHealth], exports: [ProjectorHealth] })
export class ProjectingModule {}
