import { readFlop, type Flop, type Instant, type LocalDate } from '#libs/domain';
import type { Pool } from 'pg';
import { InvalidCursor, readCursor, writeCursor } from '../cursor.js';
import { fromTimestamp } from '../instant-column.js';
import { Where } from '../where.js';

/** The unmet deadline that comes first; one that has passed is still to be met, so it comes before later ones. */
export type NextDue = { readonly key: string; readonly id: string; readonly title: string; readonly due: Instant };

export type ModelStatus = {
  readonly id: string;
  readonly name: string | null;
  readonly provider: string | null;
  /** Where the provider is established, ISO 3166-1 alpha-2. */
  readonly country: string | null;
  readonly gpai: boolean | null;
  readonly systemicRisk: boolean;
  readonly expectedSystemicRisk: boolean;
  readonly legacy: boolean;
  readonly openSourceExemption: boolean;
  readonly internalUseException: boolean;
  readonly placedOnMarketAt: Instant | null;
  readonly withdrawnAt: Instant | null;
  readonly systemicRiskFrom: Instant | null;
  readonly systemicRiskUntil: Instant | null;
  readonly cumulativeTrainingFlop: Flop | null;
  readonly nextDue: NextDue | null;
  /** Unmet duties with a date, the overdue ones among them. */
  readonly openCount: number;
  readonly overdueCount: number;
  readonly flagCount: number;
  readonly fineExposureFrom: LocalDate | null;
  readonly holdsUntil: Instant | null;
  /** Place in the log of the last event that the row rests on. */
  readonly position: bigint;
};

export const modelSorts = ['id', 'name', 'nextDue', 'placedOnMarketAt', 'cumulativeTrainingFlop'] as const;
export type ModelSort = (typeof modelSorts)[number];

export type ModelQuery = {
  readonly gpai?: boolean;
  readonly systemicRisk?: boolean;
  /** Provider id. */
  readonly provider?: string;
  /** Part of the id or the name, in any case. */
  readonly q?: string;
  /** Default: by id. The newest placing and the largest compute come first. */
  readonly sort?: ModelSort;
  readonly cursor?: string;
  /** 1 to 200. */
  readonly limit: number;
};

export type Page<Row> = { readonly items: readonly Row[]; readonly next: string | null };

type Sorting = { readonly column: string; readonly cast: string; readonly direction: 'asc' | 'desc' };

const sortings: Readonly<Record<Exclude<ModelSort, 'id'>, Sorting>> = {
  name: { column: 'lower(coalesce(name, id))', cast: 'text', direction: 'asc' },
  nextDue: { column: "coalesce(next_due_at, 'infinity')", cast: 'timestamptz', direction: 'asc' },
  placedOnMarketAt: {
    column: "coalesce(placed_on_market_at, '-infinity')",
    cast: 'timestamptz',
    direction: 'desc',
  },
  cumulativeTrainingFlop: { column: 'coalesce(cumulative_training_flop, -1)', cast: 'numeric', direction: 'desc' },
};

// A date is read as text: as a Date it would be midnight in the time zone of this process.
const columns = '*, fine_exposure_from::text as fine_exposure_from';

/** One page of the models, by index. @throws InvalidCursor */
export async function listModels(pool: Pool, query: ModelQuery): Promise<Page<ModelStatus>> {
  const sort = query.sort ?? 'id';
  const sorting = sort === 'id' ? undefined : sortings[sort];
  const where = filters(query);
  if (query.cursor !== undefined) afterCursor(where, sort, sorting, query.cursor);
  const direction = sorting?.direction ?? 'asc';
  const order = sorting === undefined ? 'id asc' : `${sorting.column} ${direction}, id ${direction}`;
  const { rows } = await pool
    .query<ModelStatusColumns>(
      `select ${columns}, ${sorting === undefined ? 'id' : `(${sorting.column})::text`} as sort_value
       from projection.model_status ${where.sql} order by ${order} limit ${query.limit + 1}`,
      where.parameters,
    )
    .catch(rethrowBadCursor);
  const last = rows.length > query.limit ? rows[query.limit - 1] : undefined;
  return {
    items: rows.slice(0, query.limit).map(readModelStatus),
    next: last === undefined ? null : writeCursor(sort, sorting === undefined ? [last.id] : [last.sort_value, last.id]),
  };
}

/** The row of one model; undefined for a model that nothing was recorded about. */
export async function findModel(pool: Pool, id: string): Promise<ModelStatus | undefined> {
  const { rows } = await pool.query<ModelStatusColumns>(
    `select ${columns} from projection.model_status where id = $1`,
    [id],
  );
  return rows.map(readModelStatus)[0];
}

function filters({ gpai, systemicRisk, provider, q }: ModelQuery): Where {
  const where = new Where();
  if (gpai !== undefined) where.and('gpai = ?', gpai);
  if (systemicRisk !== undefined) where.and('systemic_risk = ?', systemicRisk);
  if (provider !== undefined) where.and('provider = ?', provider);
  if (q !== undefined) {
    const text = q.toLowerCase();
    where.and('position(? in lower(id)) > 0 or position(? in lower(name)) > 0', text, text);
  }
  return where;
}

function afterCursor(where: Where, sort: string, sorting: Sorting | undefined, cursor: string): void {
  if (sorting === undefined) {
    where.and('id > ?', ...readCursor(sort, cursor, 1));
    return;
  }
  const compare = sorting.direction === 'asc' ? '>' : '<';
  where.and(`(${sorting.column}, id) ${compare} (?::${sorting.cast}, ?)`, ...readCursor(sort, cursor, 2));
}

/** A cursor that was tampered with can hold text that is no time or number. */
export function rethrowBadCursor(error: unknown): never {
  const { code } = error as { code?: string };
  if (code?.startsWith('22') === true) throw new InvalidCursor();
  throw error;
}

type Timestamp = Date | number | null;

type ModelStatusColumns = {
  readonly id: string;
  readonly name: string | null;
  readonly provider: string | null;
  readonly country: string | null;
  readonly gpai: boolean | null;
  readonly systemic_risk: boolean;
  readonly expected_systemic_risk: boolean;
  readonly legacy: boolean;
  readonly open_source_exemption: boolean;
  readonly internal_use_exception: boolean;
  readonly placed_on_market_at: Timestamp;
  readonly withdrawn_at: Timestamp;
  readonly systemic_risk_from: Timestamp;
  readonly systemic_risk_until: Timestamp;
  readonly cumulative_training_flop: string | null;
  readonly next_due_key: string | null;
  readonly next_due_id: string | null;
  readonly next_due_title: string | null;
  readonly next_due_at: Timestamp;
  readonly open_count: number;
  readonly overdue_count: number;
  readonly flag_count: number;
  readonly fine_exposure_from: string | null;
  readonly holds_until: Timestamp;
  readonly position: string;
  readonly sort_value: string;
};

function readModelStatus(row: ModelStatusColumns): ModelStatus {
  const flop = row.cumulative_training_flop;
  return {
    id: row.id,
    name: row.name,
    provider: row.provider,
    country: row.country,
    gpai: row.gpai,
    systemicRisk: row.systemic_risk,
    expectedSystemicRisk: row.expected_systemic_risk,
    legacy: row.legacy,
    openSourceExemption: row.open_source_exemption,
    internalUseException: row.internal_use_exception,
    placedOnMarketAt: fromTimestamp(row.placed_on_market_at),
    withdrawnAt: fromTimestamp(row.withdrawn_at),
    systemicRiskFrom: fromTimestamp(row.systemic_risk_from),
    systemicRiskUntil: fromTimestamp(row.systemic_risk_until),
    cumulativeTrainingFlop: flop === null ? null : readFlop(flop),
    nextDue: readNextDue(row),
    openCount: row.open_count,
    overdueCount: row.overdue_count,
    flagCount: row.flag_count,
    fineExposureFrom: row.fine_exposure_from as LocalDate | null,
    holdsUntil: fromTimestamp(row.holds_until),
    position: BigInt(row.position),
  };
}

function readNextDue(row: ModelStatusColumns): NextDue | null {
  const { next_due_key: key, next_due_id: id, next_due_title: title } = row;
  const due = fromTimestamp(row.next_due_at);
  return key === null || id === null || title === null || due === null ? null : { key, id, title, due };
}
