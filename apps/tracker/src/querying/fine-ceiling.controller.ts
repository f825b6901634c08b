import { Controller, Get, Inject, Query } from '@nestjs/common';
import { amendedParameters, fineCeilingEur, formatInstant, type Instant, readInstant, regulation } from '#libs/domain';
import { streamOf } from '#libs/event-store';
import { IsOptional, Matches } from 'class-validator';
import { Access } from '../platform/access.guard.js';
import { type Clock, CLOCK } from '../platform/ports.js';
import { invalidFields } from '../platform/problem.js';
import { IsInstantText } from '../platform/query-fields.js';
import { StreamHistories } from '../recording/stream-histories.js';
import { metadata } from './not-legal-advice.js';

class FineCeilingQuery {
  @Matches(/^\d{1,15}(\.\d{1,2})?$/, { message: 'an amount in euro, up to 15 digits and two decimals' })
  turnoverEur!: string;

  @IsOptional()
  @IsInstantText()
  at?: string;
}

@Controller('v1/regulation/fine-ceiling')
@Access('read')
export class FineCeilingController {
  constructor(
    private readonly histories: StreamHistories,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The highest fine under Art. 101(1) for a worldwide turnover of the preceding financial year. */
  @Get()
  async ceiling(@Query() query: FineCeilingQuery) {
    const at = query.at === undefined ? this.clock.now() : readInstant(query.at);
    const turnoverEur = Number(query.turnoverEur);
    const { facts } = await this.histories.read(streamOf({ kind: 'regulation' }));
    const parameters = amendedParameters(regulation.parameters, facts);
    const ceilingEur = ceilingAt(at, () => fineCeilingEur(turnoverEur, { parameters }, at));
    return { turnoverEur, at: formatInstant(at), ceilingEur, provision: 'Art. 101(1)', metadata };
  }
}

function ceilingAt(at: Instant, ceiling: () => number): number {
  try {
    return ceiling();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw invalidFields([
      { field: 'at', expected: 'a moment at which the act was published', found: formatInstant(at) },
    ]);
  }
}
