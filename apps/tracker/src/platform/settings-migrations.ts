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
];
