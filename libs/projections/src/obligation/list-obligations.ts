import { formatInstant, type Instant, type ObligationStatus, type Timeliness } from '#libs/domain';
import type { Json } from '#libs/event-store';
import type { Pool } from 'pg';
import { readCursor, writeCursor } from '../cursor.js';
import { fromTimestamp } from '../instant-column.js';
import { rethrowBadCursor, type Page } from '../model-status/list-models.js';
import { Where } from '../where.js';

export type ObligationRow = {
  readonly model: string;
  readonly key: string;
  readonly due: Instant | null;
  /** The obligation in the form of the assessment's JSON. */
  readonly document: Json;
};

export type ObligationQuery = {
  readonly status?: readonly ObligationStatus[];
  readonly timeliness?: readonly Timeliness[];
  /** Exclusive. */
  readonly dueBefore?: Instant;
  readonly model?: string;
  /** Id of the provider of record of the model; what its representative owes is listed too. */
  readonly provider?: string;
  readonly cursor?: string;
  /** 1 to 200. */
  readonly limit: number;
};

const sort = 'due';

/** One page of obligations across models: those due first come first, those without a date last. @throws InvalidCursor */
export async function listObligations(pool: Pool, query: ObligationQuery): Promise<Page<ObligationRow>> {
  const where = new Where();
  if (query.status !== undefined) where.and('status = any(?)', query.status);
  if (query.timeliness !== undefined) where.and('timeliness = any(?)', query.timeliness);
  if (query.dueBefore !== undefined) where.and('due_at < ?', formatInstant(query.dueBefore));
  if (query.model !== undefined) where.and('model = ?', query.model);
  if (query.provider !== undefined) where.and('provider = ?', query.provider);
  if (query.cursor !== undefined) {
    where.and('(due_at, model, key) > (?::timestamptz, ?, ?)', ...readCursor(sort, query.cursor, 3));
  }
  const { rows } = await pool
    .query<ObligationColumns>(
      `select model, key, due_at, due_at::text as due_text, document
       from projection.obligation ${where.sql} order by due_at, model, key limit ${query.limit + 1}`,
      where.parameters,
    )
    .catch(rethrowBadCursor);
  const last = rows.length > query.limit ? rows[query.limit - 1] : undefined;
  return {
    items: rows.slice(0, query.limit).map(({ model, key, due_at, document }) => ({
      model,
      key,
      due: fromTimestamp(due_at),
      document,
    })),
    next: last === undefined ? null : writeCursor(sort, [last.due_text, last.model, last.key]),
  };
}

type ObligationColumns = {
  readonly model: string;
  readonly key: string;
  readonly due_at: Date | number;
  readonly due_text: string;
  readonly document: Json;
};
