import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { assessmentToJson, type Instant, readInstant } from '#libs/domain';
import { IsOptional } from 'class-validator';
import { Access } from '../platform/access.guard.js';
import { IsInstantText, minPositionOf, ReadAfterWriteQuery } from '../platform/query-fields.js';
import { readSlug } from '../platform/slug.js';
import { AssessModel } from './assess-model.js';
import { metadata } from './not-legal-advice.js';
import { VisiblePosition } from './visible-position.js';

class AssessmentQuery extends ReadAfterWriteQuery {
  @IsOptional()
  @IsInstantText()
  at?: string;

  @IsOptional()
  @IsInstantText()
  knownAt?: string;

  @IsOptional()
  @IsInstantText()
  lawAsOf?: string;
}

@Controller('v1/models')
@Access('read')
export class AssessmentController {
  constructor(
    private readonly queries: QueryBus,
    private readonly visible: VisiblePosition,
  ) {}

  /** Section by section: what the model is in law, who owes what by when, and why. */
  @Get(':id/assessment')
  async assessment(@Param('id') id: string, @Query() query: AssessmentQuery) {
    const modelId = readSlug(id, 'id');
    await this.visible.inEventStore(minPositionOf(query));
    const assessment = await this.queries.execute(new AssessModel(modelId, clocksOf(query)));
    return { ...assessmentToJson(assessment), metadata };
  }
}

function clocksOf({ at, knownAt, lawAsOf }: AssessmentQuery): { at?: Instant; knownAt?: Instant; lawAsOf?: Instant } {
  return {
    ...(at === undefined ? {} : { at: readInstant(at) }),
    ...(knownAt === undefined ? {} : { knownAt: readInstant(knownAt) }),
    ...(lawAsOf === undefined ? {} : { lawAsOf: readInstant(lawAsOf) }),
  };
}
