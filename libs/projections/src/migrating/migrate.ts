import type { Pool, PoolClient } from 'pg';

/** One step forward of a schema. Its SQL names tables without their schema, and is never edited once it has shipped. */
export type Migration = {
  /** 1, 2, 3 …: the order, without gaps. */
  readonly number: number;
  readonly name: string;
  readonly sql: string;
};

/** The database was migrated by a newer release than this one. */
export class SchemaFromTheFuture extends Error {
  override readonly name = 'SchemaFromTheFuture';
  constructor(schema: string, found: number, known: number) {
    super(
      `schema ${schema}: expected at most migration ${known}, found ${found}; run the release that wrote it, or a newer one`,
    );
  }
}

/**
 * Brings `schema` to the last of `migrations`, creating it if need be. Each migration is one transaction, under a lock
 * that makes other starters wait, so that any number of processes may call this at once.
 * @throws SchemaFromTheFuture when the schema is ahead of `migrations`
 */
export async function migrate(pool: Pool, schema: string, migrations: readonly Migration[]): Promise<void> {
  checkNumbers(schema, migrations);
  const client = await pool.connect();
  let failure: unknown;
  try {
    while (await applyNext(client, schema, migrations));
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    client.release(failure !== undefined);
  }
}

/** A double-quoted identifier, for the places where SQL takes no parameter. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Answers whether there may be more to do. */
async function applyNext(client: PoolClient, schema: string, migrations: readonly Migration[]): Promise<boolean> {
  await client.query('begin');
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`migrate ${schema}`]);
  await client.query(`create schema if not exists ${quoteIdentifier(schema)}`);
  await client.query(`set local search_path to ${quoteIdentifier(schema)}`);
  await client.query(
    `create table if not exists migration (
       number integer primary key,
       name text not null,
       applied_at timestamptz not null default now())`,
  );
  const { rows } = await client.query<{ applied: number }>('select coalesce(max(number), 0) as applied from migration');
  const applied = rows[0]?.applied ?? 0;
  if (applied > migrations.length) throw new SchemaFromTheFuture(schema, applied, migrations.length);
  const next = migrations[applied];
  if (next !== undefined) {
    await client.query(next.sql);
    await client.query('insert into migration (number, name) values ($1, $2)', [next.number, next.name]);
  }
  await client.query('commit');
  return applied + 1 < migrations.length;
}

function checkNumbers(schema: string, migrations: readonly Migration[]): void {
  for (const [index, { number, name }] of migrations.entries()) {
    if (number !== index + 1) {
      throw new RangeError(`schema ${schema}: expected migration "${name}" to be number ${index + 1}, found ${number}`);
    }
  }
}
