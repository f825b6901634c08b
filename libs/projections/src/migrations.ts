import type { Migration } from './migrating/migrate.js';

/**
 * The schema `projection`. `fact` is the log's facts once more, indexed by subject, so that a model's history costs one
 * query; everything here can be deleted and is filled again from the event store.
 */
export const projectionMigrations: readonly Migration[] = [
  {
    number: 1,
    name: 'read models',
    sql: `
      create table checkpoint (
        name text primary key,
        position bigint not null
      );

      create table fact (
        position bigint primary key,
        subject text not null,
        event_id uuid not null,
        type text not null,
        data json not null,
        metadata json not null
      );
      create index fact_by_subject on fact (subject, position);

      create table model_subject (
        model text not null,
        subject text not null,
        primary key (model, subject)
      );
      create index model_subject_by_subject on model_subject (subject);

      create table parked_event (
        position bigint primary key,
        stream text not null,
        revision bigint not null,
        event_id uuid not null,
        type text not null,
        event text not null,
        reason text not null,
        parked_at timestamptz not null
      );
      create index parked_event_by_stream on parked_event (stream, position);

      create table model_status (
        id text primary key,
        name text,
        provider text,
        country text,
        gpai boolean,
        systemic_risk boolean not null,
        expected_systemic_risk boolean not null,
        legacy boolean not null,
        open_source_exemption boolean not null,
        internal_use_exception boolean not null,
        placed_on_market_at timestamptz,
        withdrawn_at timestamptz,
        systemic_risk_from timestamptz,
        systemic_risk_until timestamptz,
        cumulative_training_flop numeric,
        next_due_key text,
        next_due_id text,
        next_due_title text,
        next_due_at timestamptz,
        open_count integer not null,
        overdue_count integer not null,
        flag_count integer not null,
        fine_exposure_from date,
        holds_until timestamptz,
        position bigint not null
      );
      create index model_status_by_holds_until on model_status (holds_until) where holds_until is not null;
      create index model_status_by_provider on model_status (provider, id);
      create index model_status_by_name on model_status (lower(coalesce(name, id)), id);
      create index model_status_by_next_due on model_status (coalesce(next_due_at, 'infinity'), id);
      create index model_status_by_placing on model_status (coalesce(placed_on_market_at, '-infinity') desc, id desc);
      create index model_status_by_compute on model_status (coalesce(cumulative_training_flop, -1) desc, id desc);

      create table obligation (
        model text not null,
        key text not null,
        id text not null,
        kind text not null,
        status text not null,
        timeliness text not null,
        actor text,
        due_at timestamptz not null default 'infinity',
        digest text not null,
        document json not null,
        primary key (model, key)
      );
      create index obligation_by_due on obligation (due_at, model, key);
      create index obligation_by_timeliness on obligation (timeliness, due_at, model, key);
      create index obligation_by_status on obligation (status, due_at, model, key);
      create index obligation_by_actor on obligation (actor, due_at, model, key);
    `,
  },
  {
    number: 2,
    name: 'obligations by provider, and the rulebook that they were computed by',
    sql: `
      alter table obligation rename column actor to provider;
      alter index obligation_by_actor rename to obligation_by_provider;
      alter table checkpoint add column rulebook text;
    `,
  },
];
