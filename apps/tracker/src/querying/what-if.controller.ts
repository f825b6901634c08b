import { Body, Controller, HttpCode, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { assessmentToJson, formatInstant } from '#libs/domain';
import { Access } from '../platform/access.guard.js';
import { minPositionOf, ReadAfterWriteQuery } from '../platform/query-fields.js';
import { readSlug } from '../platform/slug.js';
import { metadata } from './not-legal-advice.js';
import { VisiblePosition } from './visible-position.js';
import { readWhatIfBody } from './what-if-body.js';
import { SupposeFacts } from './what-if.js';

@Controller('v1/models')
@Access('read')
export class WhatIfController {
  constructor(
    private readonly queries: QueryBus,
    private readonly visible: VisiblePosition,
  ) {}

  /** The assessment without and with facts that nobody has recorded, and what differs. Records nothing. */
  @Post(':id/what-if')
  @HttpCode(200)
  async whatIf(@Param('id') id: string, @Body() body: unknown, @Query() query: ReadAfterWriteQuery) {
    const modelId = readSlug(id, 'id');
    const { facts, clocks } = readWhatIfBody(body, modelId);
    await this.visible.inEventStore(minPositionOf(query));
    const { question, before, after, difference } = await this.queries.execute(
      new SupposeFacts(modelId, facts, clocks),
    );
    return {
      model: modelId,
      at: formatInstant(question.at),
      knownAt: formatInstant(question.knownAt),
      lawAsOf: formatInstant(question.lawAsOf),
      // `because` names facts by these ids.
      facts: facts.map(({ id: eventId, about, fact }) => ({ id: eventId, about, type: fact.type })),
      before: before === null ? null : assessmentToJson(before),
      after: assessmentToJson(after),
      difference,
      metadata,
    };
  }
}
