import type { Migration } from '#libs/projections';

/**
 * The schema `inbox`: what came in and what became of it, and which model a reference means. All of it is filled again
 * from the event store when it is lost, save refused requests, which are no events.
 */
export const inboxMigrations: readonly Migration[] = [
  {
    number: 1,
    name: 'deliveries and references',
    sql: `
      create sequence arrival;

      create table delivery (
        id uuid primary key,
        connection text not null,
        arrival bigint not null default nextval('arrival'),
        revision bigint not null,
        key text not null,
        body_sha256 text not null,
        received_at timestamptz not null,
        outcome text,
        reason text,
        detail text,
        events json not null default '[]'
      );
      create index delivery_by_arrival on delivery (connection, arrival);
      create index delivery_by_revision on delivery (connection, revision);

      -- Up to this revision the table holds all deliveries of the connection's stream.
      create table stream_head (
        connection text primary key,
        revision bigint not null
      );

      create table refusal (
        arrival bigint primary key default nextval('arrival'),
        connection text not null,
        received_at timestamptz not null,
        status integer not null,
        reason text not null,
        detail text not null
      );
      create index refusal_by_connection on refusal (connection, arrival);

      create table refusal_count (
        connection text primary key,
        refused bigint not null
      );

      create table checkpoint (
        name text primary key,
        position bigint not null
      );

      create table model_reference (
        event_id uuid primary key,
        position bigint not null,
        provider_id text not null,
        system text not null,
        ref text not null,
        model_id text not null
      );
      create index model_reference_by_ref on model_reference (ref, system, provider_id, position desc);
      create index model_reference_by_model on model_reference (model_id);

      create table model_merge (
        event_id uuid primary key,
        position bigint not null,
        model_id text not null,
        into_model_id text not null
      );
      create index model_merge_by_model on model_merge (model_id, position desc)`,
  },
];
