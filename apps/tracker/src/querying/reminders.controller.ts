import { Controller, Get, Inject, Query } from '@nestjs/common';
import { formatInstant, readInstant } from '#libs/domain';
import { InvalidCursor, readCursor, writeCursor } from '#libs/projections';
import { listReminders, type ReminderRow, reminderStates, type ReminderState } from '#libs/reminders';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional, IsString } from 'class-validator';
import type { Pool } from 'pg';
import { Access } from '../platform/access.guard.js';
import { DATABASE } from '../platform/ports.js';
import { IsInstantText, minPositionOf, PageQuery } from '../platform/query-fields.js';
import { metadata } from './not-legal-advice.js';
import { VisiblePosition } from './visible-position.js';

class RemindersQuery extends PageQuery {
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value))
  @IsIn(reminderStates, { each: true, message: `some of ${reminderStates.join(', ')}, separated by commas` })
  state?: ReminderState[];

  @IsOptional()
  @IsString({ message: 'the id of a model' })
  model?: string;

  @IsOptional()
  @IsInstantText()
  before?: string;
}

const sort = 'fireAt';

@Controller('v1/reminders')
@Access('read')
export class RemindersController {
  constructor(
    @Inject(DATABASE) private readonly database: Pool,
    private readonly visible: VisiblePosition,
  ) {}

  /** Planned, sent and failed stages across models, in order of time. */
  @Get()
  async list(@Query() query: RemindersQuery) {
    await this.visible.inReadModels(minPositionOf(query));
    const { state, model, before, cursor, limit } = query;
    const rows = await listReminders(this.database, {
      limit: limit + 1,
      ...(state === undefined ? {} : { state }),
      ...(model === undefined ? {} : { model }),
      ...(before === undefined ? {} : { before: readInstant(before) }),
      ...(cursor === undefined ? {} : { after: placeOf(cursor) }),
    });
    const items = rows.slice(0, limit);
    const last = rows.length > limit ? items.at(-1) : undefined;
    const next = last === undefined ? null : writeCursor(sort, [formatInstant(last.fireAt), last.id]);
    return { items: items.map(reminderJson), next, metadata };
  }
}

function placeOf(cursor: string) {
  const [fireAt = '', id = ''] = readCursor(sort, cursor, 2);
  if (!/^[0-9a-f-]{36}$/.test(id)) throw new InvalidCursor();
  try {
    return { fireAt: readInstant(fireAt), id };
  } catch {
    throw new InvalidCursor();
  }
}

function reminderJson({ fireAt, deadline, settledAt, reason, ...row }: ReminderRow) {
  const settled = settledAt === null ? null : formatInstant(settledAt);
  return {
    ...row,
    fireAt: formatInstant(fireAt),
    due: formatInstant(deadline),
    ...(row.state === 'sent' ? { sentAt: settled } : {}),
    ...(row.state === 'failed' ? { failedAt: settled, reason } : {}),
  };
}
