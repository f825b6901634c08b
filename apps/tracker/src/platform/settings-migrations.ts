import type { Migration } from '#libs/projections';

/** Schema `settings`: what operators set. It is configuration, so it is not rebuilt from the log. */
export const settingsMigrations: readonly Migration[] = [
  {
    number: 1,
    name: 'access tokens',
    sql: `
      create table access_token (
        id text primary key,
        scopes text[] not null,
        sha256 bytea not null check (length(sha256) = 32),
        created_at timestamptz not null default now()
      )`,
  },
  {
    number: 2,
    name: 'webhook connections',
    sql: `
      create table connection (
        id text primary key,
        system text not null,
        provider_id text not null,
        settings json not null,
        secret bytea not null,
        bearer bytea,
        previous_secret bytea,
        previous_secret_valid_until timestamptz,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      )`,
  },
];
