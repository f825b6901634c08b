import { formatInstant, instantFromMilliseconds, type Instant } from '#libs/domain';
import type { Pool } from 'pg';
import type { Alarm } from '../queue/reminder-queue.js';

/** A stage that this process has claimed: nobody else sends it until the claim ends. */
export type ClaimedReminder = {
  readonly id: string;
  readonly obligationKey: string;
  readonly obligationId: string;
  readonly title: string;
  readonly actor: string | null;
  readonly deadline: Instant;
  readonly stage: string;
  readonly fireAt: Instant;
  /** How often it was tried, this time included. */
  readonly attempts: number;
};

/** How long a sender has. One that crashes leaves its reminders to the next after this time. */
export const CLAIM_MS = 60_000;

const isPending = `state in ('planned', 'snoozed')`;

/** Providers who owe duties of the model. */
export async function actorsOf(pool: Pool, model: string): Promise<readonly string[]> {
  const { rows } = await pool.query<{ actor: string }>(
    'select distinct actor from reminders.duty where model = $1 and actor is not null',
    [model],
  );
  return rows.map(({ actor }) => actor);
}

/** Claims all that is due for a model; the rows are gone when their duty is, so what is claimed is still owed. */
export async function claimDue(pool: Pool, model: string, now: Instant): Promise<readonly ClaimedReminder[]> {
  const { rows } = await pool.query<ReminderColumns>(
    `update reminders.reminder set claimed_until = $3, attempts = attempts + 1
     where model = $1 and ${isPending} and due_at <= $2 and (claimed_until is null or claimed_until <= $2)
     returning id, obligation_key, obligation_id, title, actor, deadline, stage, fire_at, attempts`,
    [model, formatInstant(now), formatInstant((now + CLAIM_MS) as Instant)],
  );
  return rows
    .map((row) => ({
      id: row.id,
      obligationKey: row.obligation_key,
      obligationId: row.obligation_id,
      title: row.title,
      actor: row.actor,
      deadline: instantFromMilliseconds(row.deadline.getTime()),
      stage: row.stage,
      fireAt: instantFromMilliseconds(row.fire_at.getTime()),
      attempts: row.attempts,
    }))
    .sort((a, b) => a.fireAt - b.fireAt);
}

/** Gives claimed reminders back, to be tried at `dueAt`. */
export async function postpone(pool: Pool, ids: readonly string[], dueAt: Instant): Promise<void> {
  await pool.query('update reminders.reminder set claimed_until = null, due_at = $2 where id = any($1)', [
    ids,
    formatInstant(dueAt),
  ]);
}

/** Models for which something is due that nobody is sending, those that wait longest first. */
export async function modelsWithDue(pool: Pool, now: Instant, limit: number): Promise<readonly string[]> {
  const { rows } = await pool.query<{ model: string }>(
    `select model from reminders.reminder
     where ${isPending} and due_at <= $1 and (claimed_until is null or claimed_until <= $1)
     group by model order by min(due_at) limit $2`,
    [formatInstant(now), limit],
  );
  return rows.map(({ model }) => model);
}

/** The moments after `now` and up to `until` at which something will be due. */
export async function alarmsBetween(
  pool: Pool,
  now: Instant,
  until: Instant,
  limit: number,
): Promise<readonly Alarm[]> {
  const { rows } = await pool.query<{ model: string; due_at: Date }>(
    `select distinct model, due_at from reminders.reminder
     where ${isPending} and due_at > $1 and due_at <= $2 order by due_at limit $3`,
    [formatInstant(now), formatInstant(until), limit],
  );
  return rows.map(({ model, due_at }) => ({ model, at: instantFromMilliseconds(due_at.getTime()) }));
}

type ReminderColumns = {
  readonly id: string;
  readonly obligation_key: string;
  readonly obligation_id: string;
  readonly title: string;
  readonly actor: string | null;
  readonly deadline: Date;
  readonly stage: string;
  readonly fire_at: Date;
  readonly attempts: number;
};
