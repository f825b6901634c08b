import { Injectable, Inject } from '@nestjs/common';
import { formatInstant, type Instant } from '#libs/domain';
import type { Pool } from 'pg';
import { DATABASE } from '../../platform/ports.js';
import { Inboxes } from './inboxes.js';
import { RefusalLog } from './refusal-log.js';

/** A delivery as the API shows it. `outcome` is null while its translation is under way. */
export type ListedDelivery = {
  /** Null for refused requests, which are no events. */
  readonly id: string | null;
  readonly key: string | null;
  readonly receivedAt: string;
  /** HTTP status that the sender got at first. */
  readonly status: number;
  readonly outcome: 'recorded' | 'acknowledged' | 'refused' | 'parked' | null;
  readonly reason: string | null;
  /** What to know or to do about it, in words. */
  readonly detail: string | null;
  readonly events: readonly Readonly<Record<string, unknown>>[];
};

type Row = {
  readonly arrival: string;
  readonly id: string | null;
  readonly key: string | null;
  readonly received_at: Date;
  readonly status: number;
  readonly outcome: ListedDelivery['outcome'];
  readonly reason: string | null;
  readonly detail: string | null;
  readonly events: ListedDelivery['events'];
};

/** A refused request belongs to no event; its columns are in the order of `delivery`'s. */
const deliveriesAndRefusals = `
  select arrival, id, key, received_at, 202 as status, outcome, reason, detail, events from inbox.delivery where connection = $1
  union all
  select arrival, null, null, received_at, status, 'refused', reason, detail, '[]'::json from inbox.refusal where connection = $1`;

/** What came in on a connection and what became of it. */
@Injectable()
export class DeliveryList {
  constructor(
    @Inject(DATABASE) private readonly database: Pool,
    private readonly inboxes: Inboxes,
    private readonly refusals: RefusalLog,
  ) {}

  /** In order of arrival, after the place `after`. `next` is the place after the last one, null when there is no more now. */
  async page(
    connection: string,
    { after, limit }: { after: bigint; limit: number },
  ): Promise<{ items: readonly ListedDelivery[]; next: bigint | null; refusedCount: number }> {
    await Promise.all([this.inboxes.settle(), this.refusals.settle()]);
    const { rows } = await this.database.query<Row>(
      `select * from (${deliveriesAndRefusals}) as listed where arrival > $2 order by arrival limit $3`,
      [connection, String(after), limit + 1],
    );
    const counted = await this.database.query<{ refused: string }>(
      'select refused from inbox.refusal_count where connection = $1',
      [connection],
    );
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      items: shown.map(listed),
      next: rows.length > limit && last !== undefined ? BigInt(last.arrival) : null,
      refusedCount: Number(counted.rows[0]?.refused ?? 0),
    };
  }

  /** One delivery of a connection, with its place in the inbox; undefined when there is none of this id. */
  async find(connection: string, id: string): Promise<{ delivery: ListedDelivery; revision: bigint } | undefined> {
    await this.inboxes.settle();
    const { rows } = await this.database.query<Row & { revision: string }>(
      `select arrival, id, key, received_at, 202 as status, outcome, reason, detail, events, revision
       from inbox.delivery where connection = $1 and id = $2`,
      [connection, id],
    );
    return rows[0] === undefined ? undefined : { delivery: listed(rows[0]), revision: BigInt(rows[0].revision) };
  }
}

function listed({ id, key, received_at: receivedAt, status, outcome, reason, detail, events }: Row): ListedDelivery {
  return {
    id,
    key,
    receivedAt: formatInstant(receivedAt.getTime() as Instant),
    status,
    outcome,
    reason,
    detail,
    events,
  };
}
