import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { assessmentToJson } from '#libs/domain';
import { Access } from '../platform/access.guard.js';
import { minPositionOf } from '../platform/query-fields.js';
import { readSlug } from '../platform/slug.js';
import { AssessModel } from './assess-model.js';
import { ClocksQuery, clocksOf } from './clocks-query.js';
import { metadata } from './not-legal-advice.js';
import { VisiblePosition } from './visible-position.js';

@Controller('v1/models')
@Access('read')
export class AssessmentController {
  constructor(
    private readonly queries: QueryBus,
    private readonly visible: VisiblePosition,
  ) {}

  /** Section by section: what the model is in law, who owes what by when, and why. */
  @Get(':id/assessment')
  async assessment(@Param('id') id: string, @Query() query: ClocksQuery) {
    const modelId = readSlug(id, 'id');
    await this.visible.inEventStore(minPositionOf(query));
    const assessment = await this.queries.execute(new AssessModel(modelId, clocksOf(query)));
    return { ...assessmentToJson(assessment), metadata };
  }
}
