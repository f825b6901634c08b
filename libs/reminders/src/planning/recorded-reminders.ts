import { formatInstant, type Instant } from '#libs/domain';
import type { ClientBase } from 'pg';
import { type RecordedReminderEvent, reminderIdOf } from '../reminder-events.js';

/** Brings the tables to what the events say; they come in the order of the log, and each may come again. */
export async function recordEvents(transaction: ClientBase, events: readonly RecordedReminderEvent[]): Promise<void> {
  for (const recorded of events) {
    switch (recorded.type) {
      case 'ReminderSent':
        await settle(transaction, recorded, 'sent', null);
        break;
      case 'ReminderFailed':
        await settle(transaction, recorded, 'failed', recorded.data.reason);
        break;
      case 'ReminderAcknowledged':
        await react(transaction, recorded, 'acknowledged_deadline', recorded.data.deadline);
        break;
      case 'ReminderSnoozed':
        await react(transaction, recorded, 'snoozed_until', recorded.data.until);
        break;
    }
  }
}

type Outcome = Extract<RecordedReminderEvent, { type: 'ReminderSent' | 'ReminderFailed' }>;

async function settle(
  transaction: ClientBase,
  { model, occurredAt, data }: Outcome,
  state: 'sent' | 'failed',
  reason: string | null,
): Promise<void> {
  const { obligationKey, obligationId, title, deadline, stages } = data;
  const rows = stages.map(({ stage, fireAt }) => ({
    id: reminderIdOf(model, obligationKey, stage),
    stage,
    fire_at: formatInstant(fireAt),
  }));
  await transaction.query(
    `insert into reminder (id, model, obligation_key, obligation_id, title, deadline, stage, fire_at, due_at, state,
       settled_at, reason)
     select id, $2, $3, $4, $5, $6, stage, fire_at, fire_at, $7, $8, $9
     from json_to_recordset($1::json) as row (id uuid, stage text, fire_at timestamptz)
     on conflict (id) do update set (title, actor, deadline, fire_at, due_at, state, settled_at, reason, attempts,
       claimed_until) = row(excluded.title, null::text, excluded.deadline, excluded.fire_at, excluded.due_at,
       excluded.state, excluded.settled_at, excluded.reason, 0, null::timestamptz)`,
    [
      ...[JSON.stringify(rows), model, obligationKey, obligationId, title, formatInstant(deadline)],
      ...[state, formatInstant(occurredAt), reason],
    ],
  );
  // A failure counts too: the next stage for being overdue is to come the next morning, not at once.
  await react(transaction, { model, data }, 'last_sent_at', occurredAt);
}

async function react(
  transaction: ClientBase,
  { model, data }: { readonly model: string; readonly data: { readonly obligationKey: string } },
  column: 'acknowledged_deadline' | 'snoozed_until' | 'last_sent_at',
  value: Instant,
): Promise<void> {
  await transaction.query(
    `insert into reaction (model, obligation_key, ${column}) values ($1, $2, $3)
     on conflict (model, obligation_key) do update set ${column} = excluded.${column}`,
    [model, data.obligationKey, formatInstant(value)],
  );
}
