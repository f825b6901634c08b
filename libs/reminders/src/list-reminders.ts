import { formatInstant, instantFromMilliseconds, type Instant } from '#libs/domain';
import type { Pool } from 'pg';

export const reminderStates = ['planned', 'snoozed', 'acknowledged', 'sent', 'failed'] as const;
export type ReminderState = (typeof reminderStates)[number];

export type ReminderRow = {
  readonly id: string;
  readonly model: string;
  readonly obligation: string;
  readonly title: string;
  readonly stage: string;
  readonly fireAt: Instant;
  readonly deadline: Instant;
  readonly state: ReminderState;
  /** When it was sent, or given up. */
  readonly settledAt: Instant | null;
  readonly reason: string | null;
};

export type ReminderQuery = {
  readonly state?: readonly ReminderState[];
  readonly model?: string;
  /** Stages that come before this; exclusive. */
  readonly before?: Instant;
  /** Goes on after this row. */
  readonly after?: { readonly fireAt: Instant; readonly id: string };
  readonly limit: number;
};

/** Reminder stages across models, in order of time. */
export async function listReminders(pool: Pool, query: ReminderQuery): Promise<readonly ReminderRow[]> {
  const { rows } = await pool.query<Columns>(
    `select id, model, obligation_key, title, stage, fire_at, deadline, state, settled_at, reason
     from reminders.reminder
     where ($1::text[] is null or state = any($1)) and ($2::text is null or model = $2)
       and ($3::timestamptz is null or fire_at < $3)
       and ($4::timestamptz is null or (fire_at, id) > ($4, $5::uuid))
     order by fire_at, id limit $6`,
    [
      query.state ?? null,
      query.model ?? null,
      query.before === undefined ? null : formatInstant(query.before),
      query.after === undefined ? null : formatInstant(query.after.fireAt),
      query.after?.id ?? null,
      query.limit,
    ],
  );
  return rows.map((row) => ({
    id: row.id,
    model: row.model,
    obligation: row.obligation_key,
    title: row.title,
    stage: row.stage,
    fireAt: instantFromMilliseconds(row.fire_at.getTime()),
    deadline: instantFromMilliseconds(row.deadline.getTime()),
    state: row.state,
    settledAt: row.settled_at === null ? null : instantFromMilliseconds(row.settled_at.getTime()),
    reason: row.reason,
  }));
}

type Columns = {
  readonly id: string;
  readonly model: string;
  readonly obligation_key: string;
  readonly title: string;
  readonly stage: string;
  readonly fire_at: Date;
  readonly deadline: Date;
  readonly state: ReminderState;
  readonly settled_at: Date | null;
  readonly reason: string | null;
};
