import type { PoolClient } from 'pg';
import type { DeliveryReceived } from '../inbox/delivery-received.js';
import type { DeliveryOutcome } from './delivery-translation.js';

export type OutcomeRow = {
  readonly delivery: DeliveryReceived;
  readonly revision: bigint;
  readonly outcome: DeliveryOutcome;
};

/** Writes what became of deliveries; the rows may be there from their intake or not yet. */
export async function saveOutcomes(transaction: PoolClient, rows: readonly OutcomeRow[]): Promise<void> {
  if (rows.length === 0) return;
  await transaction.query(
    `insert into inbox.delivery
       (id, connection, revision, key, body_sha256, received_at, outcome, reason, detail, events)
     select * from unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::timestamptz[],
                          $7::text[], $8::text[], $9::text[], $10::json[])
     on conflict (id) do update
     set outcome = excluded.outcome, reason = excluded.reason, detail = excluded.detail, events = excluded.events`,
    [
      rows.map(({ delivery }) => delivery.id),
      rows.map(({ delivery }) => delivery.connection),
      rows.map(({ revision }) => String(revision)),
      rows.map(({ delivery }) => delivery.key),
      rows.map(({ delivery }) => delivery.bodySha256),
      rows.map(({ delivery }) => new Date(delivery.receivedAt)),
      rows.map(({ outcome }) => outcome.outcome),
      rows.map(({ outcome }) => outcome.reason),
      rows.map(({ outcome }) => outcome.detail),
      rows.map(({ outcome }) => JSON.stringify(outcome.events)),
    ],
  );
}
