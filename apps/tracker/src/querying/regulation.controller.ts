import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { describeObligation, describeRegulation, nearestNames, readInstant, regulation } from '#libs/domain';
import { streamOf } from '#libs/event-store';
import { IsOptional } from 'class-validator';
import { Access } from '../platform/access.guard.js';
import { type Clock, CLOCK } from '../platform/ports.js';
import { notFound } from '../platform/problem.js';
import { IsInstantText, minPositionOf, ReadAfterWriteQuery } from '../platform/query-fields.js';
import { StreamHistories } from '../recording/stream-histories.js';
import { metadata } from './not-legal-advice.js';
import { VisiblePosition } from './visible-position.js';

class RegulationQuery extends ReadAfterWriteQuery {
  @IsOptional()
  @IsInstantText()
  at?: string;

  @IsOptional()
  @IsInstantText()
  lawAsOf?: string;
}

@Controller('v1/regulation')
@Access('read')
export class RegulationController {
  constructor(
    private readonly histories: StreamHistories,
    private readonly visible: VisiblePosition,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The rulebook: parameters with all their values, holidays, obligations. Clocks that are absent stand at now. */
  @Get()
  async whole(@Query() query: RegulationQuery) {
    await this.visible.inEventStore(minPositionOf(query));
    const { facts } = await this.histories.read(streamOf({ kind: 'regulation' }));
    const now = this.clock.now();
    const question = {
      at: query.at === undefined ? now : readInstant(query.at),
      lawAsOf: query.lawAsOf === undefined ? now : readInstant(query.lawAsOf),
    };
    return { ...describeRegulation(regulation, facts, question), metadata };
  }

  @Get('obligations/:id')
  obligation(@Param('id') id: string) {
    const rule = regulation.obligations.find((other) => other.id === id);
    if (rule === undefined) throw unknownObligation(id);
    return { ...describeObligation(rule, regulation), version: regulation.version, metadata };
  }
}

function unknownObligation(id: string) {
  const nearest = nearestNames(
    id,
    regulation.obligations.map((rule) => rule.id),
  );
  return notFound(
    'obligation',
    `The rulebook has no obligation "${id}". Did you mean ${nearest.join(', ')}? GET /v1/regulation lists all.`,
  );
}
