import { formatInstant, instantFromMilliseconds, type Instant } from '#libs/domain';
import type { ClientBase } from 'pg';
import { reminderIdOf } from '../reminder-events.js';
import type { Duty, PlannedStage, Reaction } from './plan-stages.js';

const noReaction: Reaction = { acknowledgedDeadline: null, snoozedUntil: null, lastSentAt: null };

type StoredStage = Pick<PlannedStage, 'fireAt'> & { readonly state: string; readonly deadline: Instant };

/** What the tables hold of one model. */
export class ModelPlan {
  readonly duties = new Map<string, Duty>();
  readonly reactions = new Map<string, Reaction>();
  /** By id of the reminder. */
  readonly stages = new Map<string, StoredStage>();

  reactionTo(obligationKey: string): Reaction {
    return this.reactions.get(obligationKey) ?? noReaction;
  }
}

export async function loadPlans(
  transaction: ClientBase,
  models: readonly string[],
): Promise<ReadonlyMap<string, ModelPlan>> {
  const plans = new Map(models.map((model) => [model, new ModelPlan()]));
  const duties = await transaction.query<DutyColumns>('select * from duty where model = any($1)', [models]);
  for (const row of duties.rows) {
    const { obligation_key: key, obligation_id: id, title, actor, precision } = row;
    plans.get(row.model)?.duties.set(key, { key, id, title, actor, precision, deadline: instant(row.deadline) });
  }
  const reactions = await transaction.query<ReactionColumns>('select * from reaction where model = any($1)', [models]);
  for (const row of reactions.rows) {
    plans.get(row.model)?.reactions.set(row.obligation_key, {
      acknowledgedDeadline: instantOrNull(row.acknowledged_deadline),
      snoozedUntil: instantOrNull(row.snoozed_until),
      lastSentAt: instantOrNull(row.last_sent_at),
    });
  }
  const stages = await transaction.query<StageColumns>(
    'select id, model, deadline, fire_at, state from reminder where model = any($1)',
    [models],
  );
  for (const { id, model, deadline, fire_at, state } of stages.rows) {
    plans.get(model)?.stages.set(id, { deadline: instant(deadline), fireAt: instant(fire_at), state });
  }
  return plans;
}

/** Writes the duties that differ from those in the tables. */
export async function writeDuties(
  transaction: ClientBase,
  plans: ReadonlyMap<string, ModelPlan>,
  dutiesByModel: ReadonlyMap<string, readonly Duty[]>,
): Promise<void> {
  const rows: object[] = [];
  const gone = { models: [] as string[], keys: [] as string[] };
  for (const [model, duties] of dutiesByModel) {
    const stored = plans.get(model)?.duties ?? new Map<string, Duty>();
    const kept = new Set<string>();
    for (const duty of duties) {
      kept.add(duty.key);
      if (!sameDuty(stored.get(duty.key), duty)) rows.push({ model, ...duty, deadline: formatInstant(duty.deadline) });
    }
    for (const key of stored.keys()) {
      if (kept.has(key)) continue;
      gone.models.push(model);
      gone.keys.push(key);
    }
  }
  if (gone.keys.length > 0) {
    await transaction.query(
      `delete from duty using unnest($1::text[], $2::text[]) as gone (model, key)
       where duty.model = gone.model and duty.obligation_key = gone.key`,
      [gone.models, gone.keys],
    );
  }
  if (rows.length === 0) return;
  await transaction.query(
    `insert into duty (model, obligation_key, obligation_id, title, actor, deadline, precision)
     select * from json_to_recordset($1::json) as row
       (model text, key text, id text, title text, actor text, deadline timestamptz, precision text)
     on conflict (model, obligation_key) do update set (obligation_id, title, actor, deadline, precision) =
       row(excluded.obligation_id, excluded.title, excluded.actor, excluded.deadline, excluded.precision)`,
    [JSON.stringify(rows)],
  );
}

/**
 * Makes the pending stages those that `stagesOf` plans. What was sent or has failed stays as it is, and a stage that
 * keeps its time keeps its claim and its attempts.
 */
export async function writeStages(
  transaction: ClientBase,
  plans: ReadonlyMap<string, ModelPlan>,
  stagesOf: (model: string, plan: ModelPlan) => readonly PlannedStage[],
): Promise<void> {
  const rows: object[] = [];
  const gone: string[] = [];
  for (const [model, plan] of plans) {
    const kept = new Set<string>();
    for (const { duty, stage, fireAt, state } of stagesOf(model, plan)) {
      const id = reminderIdOf(model, duty.key, stage);
      kept.add(id);
      const stored = plan.stages.get(id);
      const isSame = stored?.fireAt === fireAt && stored.state === state && stored.deadline === duty.deadline;
      if (isSame || isSettled(stored)) continue;
      const { key, title, actor } = duty;
      const [fire_at, deadline] = [formatInstant(fireAt), formatInstant(duty.deadline)];
      rows.push({ id, model, key, obligation_id: duty.id, title, actor, deadline, stage, fire_at, state });
    }
    for (const [id, stored] of plan.stages) if (!kept.has(id) && !isSettled(stored)) gone.push(id);
  }
  if (gone.length > 0) await transaction.query('delete from reminder where id = any($1)', [gone]);
  if (rows.length === 0) return;
  await transaction.query(
    `insert into reminder
       (id, model, obligation_key, obligation_id, title, actor, deadline, stage, fire_at, due_at, state)
     select id, model, key, obligation_id, title, actor, deadline, stage, fire_at, fire_at, state
     from json_to_recordset($1::json) as row (id uuid, model text, key text, obligation_id text, title text,
       actor text, deadline timestamptz, stage text, fire_at timestamptz, state text)
     on conflict (id) do update set (title, actor, deadline, fire_at, due_at, state) =
       row(excluded.title, excluded.actor, excluded.deadline, excluded.fire_at, excluded.due_at, excluded.state)`,
    [JSON.stringify(rows)],
  );
}

function isSettled(stage: StoredStage | undefined): boolean {
  return stage?.state === 'sent' || stage?.state === 'failed';
}

function sameDuty(a: Duty | undefined, b: Duty): boolean {
  return (
    a !== undefined &&
    a.deadline === b.deadline &&
    a.title === b.title &&
    a.actor === b.actor &&
    a.id === b.id &&
    a.precision === b.precision
  );
}

type DutyColumns = {
  readonly model: string;
  readonly obligation_key: string;
  readonly obligation_id: string;
  readonly title: string;
  readonly actor: string | null;
  readonly deadline: Date;
  readonly precision: Duty['precision'];
};

type ReactionColumns = {
  readonly model: string;
  readonly obligation_key: string;
  readonly acknowledged_deadline: Date | null;
  readonly snoozed_until: Date | null;
  readonly last_sent_at: Date | null;
};

type StageColumns = {
  readonly id: string;
  readonly model: string;
  readonly deadline: Date;
  readonly fire_at: Date;
  readonly state: string;
};

function instant(column: Date): Instant {
  return instantFromMilliseconds(column.getTime());
}

function instantOrNull(column: Date | null): Instant | null {
  return column === null ? null : instant(column);
}
