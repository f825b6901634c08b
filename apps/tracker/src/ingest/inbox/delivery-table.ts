import type { Pool } from 'pg';
import type { DeliveryReceived } from './delivery-received.js';

export type DeliveryRow = Pick<DeliveryReceived, 'id' | 'connection' | 'key' | 'bodySha256' | 'receivedAt'> & {
  readonly revision: bigint;
};

/** The deliveries that PostgreSQL knows of: an index over the inbox streams, never ahead of them. */
export class DeliveryTable {
  constructor(private readonly database: Pick<Pool, 'query'>) {}

  /** Up to which revision the table holds everything; -1n for nothing. */
  async headOf(connection: string): Promise<bigint> {
    const { rows } = await this.database.query<{ revision: string }>(
      'select revision from inbox.stream_head where connection = $1',
      [connection],
    );
    return rows[0] === undefined ? -1n : BigInt(rows[0].revision);
  }

  /** The latest deliveries, with the hashes of their bodies; at most `limit`. */
  async latest(
    connection: string,
    limit: number,
  ): Promise<readonly { readonly id: string; readonly bodySha256: string }[]> {
    const { rows } = await this.database.query<{ id: string; bodySha256: string }>(
      `select id, body_sha256 as "bodySha256" from inbox.delivery where connection = $1 order by revision desc limit $2`,
      [connection, limit],
    );
    return rows;
  }

  /** Hashes of the bodies that came with these ids. */
  async find(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { rows } = await this.database.query<{ id: string; bodySha256: string }>({
      name: 'find-deliveries',
      text: 'select id, body_sha256 as "bodySha256" from inbox.delivery where id = any($1::uuid[])',
      values: [ids],
    });
    return new Map(rows.map(({ id, bodySha256 }) => [id, bodySha256]));
  }

  /**
   * Adds rows that follow each other in one stream, all or none, and moves the head on. False when the table lacks
   * what comes before them: then read the stream from `headOf`.
   */
  async add(rows: readonly DeliveryRow[]): Promise<boolean> {
    const [first] = rows;
    const last = rows.at(-1);
    if (first === undefined || last === undefined) return true;
    const { rowCount } = await this.database.query({
      name: 'add-deliveries',
      text: `with head as (
               insert into inbox.stream_head as known (connection, revision)
               select $1::text, $3::bigint where $2::bigint = 0 or exists (select from inbox.stream_head where connection = $1::text)
               on conflict (connection) do update set revision = greatest(known.revision, excluded.revision)
               where known.revision >= $2::bigint - 1
               returning 1
             )
             insert into inbox.delivery (id, connection, revision, key, body_sha256, received_at)
             select id, $1::text, revision, key, body_sha256, received_at
             from unnest($4::uuid[], $5::bigint[], $6::text[], $7::text[], $8::timestamptz[]) as row (id, revision, key, body_sha256, received_at)
             where exists (select from head)
             on conflict (id) do update set revision = excluded.revision`,
      values: [
        first.connection,
        String(first.revision),
        String(last.revision),
        rows.map(({ id }) => id),
        rows.map(({ revision }) => String(revision)),
        rows.map(({ key }) => key),
        rows.map(({ bodySha256 }) => bodySha256),
        rows.map(({ receivedAt }) => new Date(receivedAt)),
      ],
    });
    return rowCount !== 0;
  }
}
