import { Controller, Get, Inject, Query } from '@nestjs/common';
import { formatInstant, type ObligationStatus, readInstant, type Timeliness } from '#libs/domain';
import { listObligations, type ObligationRow } from '#libs/projections';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional, IsString } from 'class-validator';
import type { Pool } from 'pg';
import { Access } from '../platform/access.guard.js';
import { DATABASE } from '../platform/ports.js';
import { IsInstantText, minPositionOf, PageQuery } from '../platform/query-fields.js';
import { metadata } from './not-legal-advice.js';
import { VisiblePosition } from './visible-position.js';

const statuses = Object.keys({
  active: true,
  upcoming: true,
  transitional: true,
  exempt: true,
  notApplicable: true,
  pendingReview: true,
  discharged: true,
} satisfies Record<ObligationStatus, true>);

const timelinesses = Object.keys({
  onTime: true,
  dueSoon: true,
  overdue: true,
  met: true,
  metLate: true,
  notDue: true,
} satisfies Record<Timeliness, true>);

/** Several values as `a,b` or as a repeated parameter. */
const Listed = () =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value));

class ObligationsQuery extends PageQuery {
  @IsOptional()
  @Listed()
  @IsIn(statuses, { each: true, message: `some of ${statuses.join(', ')}, separated by commas` })
  status?: ObligationStatus[];

  @IsOptional()
  @Listed()
  @IsIn(timelinesses, { each: true, message: `some of ${timelinesses.join(', ')}, separated by commas` })
  timeliness?: Timeliness[];

  @IsOptional()
  @IsInstantText()
  dueBefore?: string;

  @IsOptional()
  @IsString({ message: 'the id of a model' })
  model?: string;

  @IsOptional()
  @IsString({ message: 'the id of a provider' })
  provider?: string;
}

@Controller('v1/obligations')
@Access('read')
export class ObligationsController {
  constructor(
    @Inject(DATABASE) private readonly database: Pool,
    private readonly visible: VisiblePosition,
  ) {}

  /** Across models, those due first come first. */
  @Get()
  async list(@Query() query: ObligationsQuery) {
    await this.visible.inReadModels(minPositionOf(query));
    const { status, timeliness, dueBefore, model, provider, cursor, limit } = query;
    const page = await listObligations(this.database, {
      limit,
      ...(status === undefined ? {} : { status }),
      ...(timeliness === undefined ? {} : { timeliness }),
      ...(dueBefore === undefined ? {} : { dueBefore: readInstant(dueBefore) }),
      ...(model === undefined ? {} : { model }),
      ...(provider === undefined ? {} : { provider }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    return { items: page.items.map(obligationJson), next: page.next, metadata };
  }
}

/** `dueAt` is the one instant that the list is sorted by, whatever the kind of `due`. */
function obligationJson({ model, key, due, document }: ObligationRow) {
  return { model, key, dueAt: due === null ? null : formatInstant(due), ...document };
}
