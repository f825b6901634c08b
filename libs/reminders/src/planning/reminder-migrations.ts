/**
 * The schema `reminders`: which duties there are to be reminded of, what was done about them, and the stages. It is
 * filled again from the event store when it is lost; `due_at`, `attempts` and `claimed_until` then begin anew.
 */
export const reminderMigrations = [
  {
    number: 1,
    name: 'duties, reactions and reminders',
    sql: `
      create table duty (
        model text not null,
        obligation_key text not null,
        obligation_id text not null,
        title text not null,
        actor text,
        deadline timestamptz not null,
        precision text not null check (precision in ('day', 'hour')),
        primary key (model, obligation_key)
      );

      create table reaction (
        model text not null,
        obligation_key text not null,
        acknowledged_deadline timestamptz,
        snoozed_until timestamptz,
        last_sent_at timestamptz,
        primary key (model, obligation_key)
      );

      create table reminder (
        id uuid primary key,
        model text not null,
        obligation_key text not null,
        obligation_id text not null,
        title text not null,
        actor text,
        deadline timestamptz not null,
        stage text not null,
        fire_at timestamptz not null,
        state text not null check (state in ('planned', 'snoozed', 'acknowledged', 'sent', 'failed')),
        settled_at timestamptz,
        reason text,
        -- When it is to be tried: at fire_at, or later after a failure.
        due_at timestamptz not null,
        attempts integer not null default 0,
        -- A sender has it until then; a crashed one leaves it to the next.
        claimed_until timestamptz
      );
      create index reminder_by_due on reminder (due_at) where state in ('planned', 'snoozed');
      create index reminder_by_model on reminder (model, obligation_key);
    `,
  },
] as const;
