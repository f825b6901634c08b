import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { formatFlop, formatInstant, type Instant } from '#libs/domain';
import { findModel, listModels, modelSorts, type ModelSort, type ModelStatus } from '#libs/projections';
import { IsIn, IsOptional, IsString, Length } from 'class-validator';
import type { Pool } from 'pg';
import { Access } from '../platform/access.guard.js';
import { DATABASE } from '../platform/ports.js';
import { notFound } from '../platform/problem.js';
import { minPositionOf, PageQuery, ReadAfterWriteQuery } from '../platform/query-fields.js';
import { readSlug } from '../platform/slug.js';
import { metadata } from './not-legal-advice.js';
import { VisiblePosition } from './visible-position.js';

const trueOrFalse = { message: 'true or false' };
const searchText = { message: 'a text of 1 to 200 characters' };

class ModelsQuery extends PageQuery {
  @IsOptional()
  @IsIn(['true', 'false'], trueOrFalse)
  gpai?: 'true' | 'false';

  @IsOptional()
  @IsIn(['true', 'false'], trueOrFalse)
  systemicRisk?: 'true' | 'false';

  @IsOptional()
  @IsString({ message: 'the id of a provider' })
  provider?: string;

  @IsOptional()
  @Length(1, 200, searchText)
  q?: string;

  @IsOptional()
  @IsIn(modelSorts, { message: `one of ${modelSorts.join(', ')}` })
  sort?: ModelSort;
}

@Controller('v1/models')
@Access('read')
export class ModelsController {
  constructor(
    @Inject(DATABASE) private readonly database: Pool,
    private readonly visible: VisiblePosition,
  ) {}

  @Get()
  async list(@Query() query: ModelsQuery) {
    await this.visible.inReadModels(minPositionOf(query));
    const { gpai, systemicRisk, provider, q, sort, cursor, limit } = query;
    const page = await listModels(this.database, {
      limit,
      ...(gpai === undefined ? {} : { gpai: gpai === 'true' }),
      ...(systemicRisk === undefined ? {} : { systemicRisk: systemicRisk === 'true' }),
      ...(provider === undefined ? {} : { provider }),
      ...(q === undefined ? {} : { q }),
      ...(sort === undefined ? {} : { sort }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    return { items: page.items.map(modelJson), next: page.next, metadata };
  }

  @Get(':id')
  async one(@Param('id') id: string, @Query() query: ReadAfterWriteQuery) {
    const modelId = readSlug(id, 'id');
    await this.visible.inReadModels(minPositionOf(query));
    const model = await findModel(this.database, modelId);
    if (model === undefined)
      throw notFound(
        'model',
        `No model "${modelId}" is listed. If its first fact was recorded just now, ask again with minPosition and the position of that write.`,
      );
    return { ...modelJson(model), metadata };
  }
}

function modelJson(model: ModelStatus) {
  return {
    ...model,
    placedOnMarketAt: instantJson(model.placedOnMarketAt),
    withdrawnAt: instantJson(model.withdrawnAt),
    systemicRiskFrom: instantJson(model.systemicRiskFrom),
    systemicRiskUntil: instantJson(model.systemicRiskUntil),
    cumulativeTrainingFlop: model.cumulativeTrainingFlop === null ? null : formatFlop(model.cumulativeTrainingFlop),
    nextDue: model.nextDue === null ? null : { ...model.nextDue, due: formatInstant(model.nextDue.due) },
    holdsUntil: instantJson(model.holdsUntil),
    position: String(model.position),
  };
}

function instantJson(instant: Instant | null): string | null {
  return instant === null ? null : formatInstant(instant);
}
