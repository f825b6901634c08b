import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { formatInstant, type GateAction, gateActions, type GateItem, obligationToJson } from '#libs/domain';
import { IsIn, IsOptional, Length } from 'class-validator';
import { Access } from '../platform/access.guard.js';
import { IsDayOrInstantText, minPositionOf, ReadAfterWriteQuery, readDayOrInstant } from '../platform/query-fields.js';
import { readSlug } from '../platform/slug.js';
import { AskGate } from './ask-gate.js';
import { metadata } from './not-legal-advice.js';
import { VisiblePosition } from './visible-position.js';

const channelInWords = { message: 'a text of 1 to 200 characters, such as api or download' };

class GateQuery extends ReadAfterWriteQuery {
  @IsIn(gateActions, { message: `one of ${gateActions.join(', ')}` })
  action!: GateAction;

  @IsOptional()
  @Length(1, 200, channelInWords)
  channel: string = 'unspecified';

  @IsOptional()
  @IsDayOrInstantText()
  on?: string;
}

@Controller('v1/models')
@Access('read')
export class GateController {
  constructor(
    private readonly queries: QueryBus,
    private readonly visible: VisiblePosition,
  ) {}

  /** For CI: may the model be released then? The status is 200 whatever the verdict. */
  @Get(':id/gate')
  async gate(@Param('id') id: string, @Query() query: GateQuery) {
    const modelId = readSlug(id, 'id');
    const { action, channel, on } = query;
    await this.visible.inEventStore(minPositionOf(query));
    const answer = await this.queries.execute(
      new AskGate({ modelId, action, channel, ...(on === undefined ? {} : { at: readDayOrInstant(on) }) }),
    );
    const { verdict, reasons, assumed, assessment } = answer;
    const { at, position, holdsUntil, flags } = assessment;
    return {
      model: modelId,
      action,
      channel,
      on: on ?? formatInstant(at),
      at: formatInstant(at),
      verdict,
      reasons,
      open: answer.open.map(itemJson),
      undetermined: answer.undetermined.map(itemJson),
      advice: answer.advice.map(itemJson),
      flags,
      assumed: assumed === null ? null : { type: 'ModelPlacedOnMarket', ...assumed, at: formatInstant(assumed.at) },
      assessment: {
        position: position.toString(),
        holdsUntil: holdsUntil === null ? null : formatInstant(holdsUntil),
      },
      metadata,
    };
  }
}

function itemJson({ obligation, todo, isOfCode }: GateItem) {
  const { key, id, title, provision, status, timeliness, due, because, sourceStatus } = obligationToJson(obligation);
  return { key, id, title, provision, status, timeliness, due, because, sourceStatus, codeOfPractice: isOfCode, todo };
}
