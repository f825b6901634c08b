import { Controller, Get, Param, Query } from '@nestjs/common';
import { formatInstant, writeFact } from '#libs/domain';
import { streamOf } from '#libs/event-store';
import { Access } from '../platform/access.guard.js';
import { invalidFields, notFound } from '../platform/problem.js';
import { minPositionOf, PageQuery } from '../platform/query-fields.js';
import { readSlug } from '../platform/slug.js';
import type { StoredFact } from '../recording/history.js';
import { StreamHistories } from '../recording/stream-histories.js';
import { unknownModel } from './assess-model.js';
import { VisiblePosition } from './visible-position.js';

@Controller('v1')
@Access('read')
export class HistoryController {
  constructor(
    private readonly histories: StreamHistories,
    private readonly visible: VisiblePosition,
  ) {}

  @Get('models/:id/history')
  async ofModel(@Param('id') id: string, @Query() query: PageQuery) {
    const history = await this.#read(streamOf({ kind: 'model', id: readSlug(id, 'id') }), query);
    if (history.length === 0) throw unknownModel(id);
    return pageOf(history, query);
  }

  @Get('providers/:id/history')
  async ofProvider(@Param('id') id: string, @Query() query: PageQuery) {
    const history = await this.#read(streamOf({ kind: 'provider', id: readSlug(id, 'id') }), query);
    if (history.length === 0) throw notFound('provider', `No fact is recorded about the provider "${id}".`);
    return pageOf(history, query);
  }

  /** What was amended; empty while the law is as it was built in. */
  @Get('regulation/history')
  async ofRegulation(@Query() query: PageQuery) {
    return pageOf(await this.#read(streamOf({ kind: 'regulation' }), query), query);
  }

  async #read(stream: string, query: PageQuery): Promise<readonly StoredFact[]> {
    await this.visible.inEventStore(minPositionOf(query));
    return (await this.histories.read(stream)).facts;
  }
}

/** Events in the order in which they were recorded, the oldest first. */
function pageOf(facts: readonly StoredFact[], { cursor, limit }: PageQuery) {
  const after = cursor === undefined ? -1n : readCursor(cursor);
  const rest = facts.filter(({ revision }) => revision > after);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(historyItem),
    next: last === undefined || rest.length === page.length ? null : writeCursor(last.revision),
  };
}

function historyItem(fact: StoredFact) {
  const { occurredAt, recordedAt, ...origin } = fact.metadata;
  return {
    id: fact.id,
    type: fact.type,
    revision: String(fact.revision),
    position: String(fact.position),
    occurredAt: formatInstant(occurredAt),
    recordedAt: formatInstant(recordedAt),
    ...origin,
    data: writeFact(fact),
  };
}

function writeCursor(revision: bigint): string {
  return Buffer.from(`after ${revision}`).toString('base64url');
}

function readCursor(cursor: string): bigint {
  const revision = /^after (\d{1,19})$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1];
  if (revision !== undefined) return BigInt(revision);
  throw invalidFields([{ field: 'cursor', expected: 'the `next` of the page before', found: JSON.stringify(cursor) }]);
}
