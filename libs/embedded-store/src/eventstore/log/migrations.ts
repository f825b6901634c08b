import type { ClientBase } from 'pg';

/**
 * Forward only, in order, each run once; one that has shipped is never edited. Names of streams are unique by a hash,
 * because they may be longer than an entry of an ordered index. Values that are mostly JSON of some hundred bytes stay
 * uncompressed: the time to pack and unpack them is worth more than the room.
 */
const migrations: readonly string[] = [
  `create table eventstore.streams (
     id bigint primary key,
     name text not null,
     constraint streams_by_name exclude using hash (name with =)
   );
   create table eventstore.events (
     position bigint primary key,
     stream_id bigint not null,
     revision bigint not null,
     created_ms bigint not null,
     id uuid not null,
     is_json boolean not null,
     type text not null,
     data bytea not null,
     metadata bytea not null
   );
   alter table eventstore.events alter column data set storage external, alter column metadata set storage external;
   create unique index events_by_stream on eventstore.events (stream_id, revision);`,
  // Events written before have none.
  'alter table eventstore.events add column checksum int',
];

/** Brings the schema `eventstore` to this release's form. Call it while holding the writer's lock. */
export async function migrateLog(client: ClientBase): Promise<void> {
  await client.query('create schema if not exists eventstore');
  await client.query(
    'create table if not exists eventstore.migrations (number int primary key, applied_at timestamptz not null default now())',
  );
  const { rows } = await client.query<{ done: number }>(
    'select coalesce(max(number), 0) as done from eventstore.migrations',
  );
  const done = rows[0]?.done ?? 0;
  if (done > migrations.length) {
    throw new Error(
      `the event log is at version ${done}, this release knows ${migrations.length}: install a newer one`,
    );
  }
  for (const [index, statements] of migrations.entries()) {
    if (index < done) continue;
    await client.query('begin');
    try {
      await client.query(statements);
      await client.query('insert into eventstore.migrations (number) values ($1)', [index + 1]);
      await client.query('commit');
    } catch (error) {
      await client.query('rollback');
      throw error;
    }
  }
}
