import { formatInstant, type Instant } from '#libs/domain';
import type { StoredEvent } from '#libs/event-store';
import type { ClientBase } from 'pg';

/** Another projector has committed in the meantime, so what this one holds in memory is old. */
export class ProjectorFenced extends Error {
  override readonly name = 'ProjectorFenced';
}

const checkpointName = 'projection';

/** The committed position; undefined at the very beginning. */
export async function readCheckpoint(client: ClientBase): Promise<bigint | undefined> {
  const { rows } = await client.query<{ position: string }>('select position from checkpoint where name = $1', [
    checkpointName,
  ]);
  return rows[0] === undefined ? undefined : BigInt(rows[0].position);
}

/** The version of the rulebook that all rows were computed by; null: it is not known. */
export async function readRulebook(client: ClientBase): Promise<string | null> {
  const { rows } = await client.query<{ rulebook: string | null }>('select rulebook from checkpoint where name = $1', [
    checkpointName,
  ]);
  return rows[0]?.rulebook ?? null;
}

export async function writeRulebook(transaction: ClientBase, version: string): Promise<void> {
  await transaction.query('update checkpoint set rulebook = $2 where name = $1', [checkpointName, version]);
}

/** Compare-and-swap: of two projectors that start from one position, one commits. @throws ProjectorFenced */
export async function moveCheckpoint(
  transaction: ClientBase,
  { from, to }: { readonly from: bigint | undefined; readonly to: bigint },
): Promise<void> {
  const { rowCount } =
    from === undefined
      ? await transaction.query('insert into checkpoint (name, position) values ($1, $2) on conflict do nothing', [
          checkpointName,
          String(to),
        ])
      : await transaction.query('update checkpoint set position = $3 where name = $1 and position = $2', [
          checkpointName,
          String(from),
          String(to),
        ]);
  if (rowCount !== 1) throw new ProjectorFenced(`expected the checkpoint at ${from ?? 'the beginning'}; it has moved`);
}

export async function insertFacts(transaction: ClientBase, facts: readonly StoredEvent[]): Promise<void> {
  if (facts.length === 0) return;
  const rows = facts.map(({ position, stream, id, type, data, metadata }) => ({
    position: String(position),
    subject: stream,
    event_id: id,
    type,
    data,
    metadata,
  }));
  await transaction.query(
    `insert into fact (position, subject, event_id, type, data, metadata)
     select * from json_to_recordset($1::json)
       as row (position bigint, subject text, event_id uuid, type text, data json, metadata json)`,
    [JSON.stringify(rows)],
  );
}

/** Streams of the models whose assessments rest on one of `subjects`. */
export async function dependentsOf(transaction: ClientBase, subjects: readonly string[]): Promise<readonly string[]> {
  if (subjects.length === 0) return [];
  const { rows } = await transaction.query<{ model: string }>(
    'select distinct model from model_subject where subject = any($1)',
    [subjects],
  );
  return rows.map(({ model }) => model);
}

/** Remembers whom each model's assessment rests on now. */
export async function writeModelSubjects(
  transaction: ClientBase,
  subjectsByModel: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  if (subjectsByModel.size === 0) return;
  const models: string[] = [];
  const subjects: string[] = [];
  for (const [model, related] of subjectsByModel) {
    for (const subject of related) {
      models.push(model);
      subjects.push(subject);
    }
  }
  await transaction.query('delete from model_subject where model = any($1)', [[...subjectsByModel.keys()]]);
  await transaction.query('insert into model_subject (model, subject) select * from unnest($1::text[], $2::text[])', [
    models,
    subjects,
  ]);
}

export type ParkedEvent = { readonly event: StoredEvent; readonly reason: string };

export async function insertParked(
  transaction: ClientBase,
  parked: readonly ParkedEvent[],
  now: Instant,
): Promise<void> {
  for (const { event, reason } of parked) {
    await transaction.query(
      `insert into parked_event (position, stream, revision, event_id, type, event, reason, parked_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        String(event.position),
        event.stream,
        String(event.revision),
        event.id,
        event.type,
        JSON.stringify({ data: event.data, metadata: event.metadata, created: event.created }),
        // PostgreSQL holds no NUL in text, and the reason may quote one.
        reason.replaceAll('\0', '\\0'),
        formatInstant(now),
      ],
    );
  }
}

/** Streams that wait behind an event that could not be projected. */
export async function readParkedStreams(client: ClientBase): Promise<Set<string>> {
  const { rows } = await client.query<{ stream: string }>('select distinct stream from parked_event');
  return new Set(rows.map(({ stream }) => stream));
}

/** Takes the parked events of one stream out of the table, in order. */
export async function takeParked(transaction: ClientBase, stream: string): Promise<readonly StoredEvent[]> {
  const { rows } = await transaction.query<ParkedColumns>(
    `with taken as (delete from parked_event where stream = $1 returning *)
     select position, stream, revision, event_id, type, event from taken order by position`,
    [stream],
  );
  return rows.map(({ position, revision, event_id: id, type, event }) => ({
    ...(JSON.parse(event) as Pick<StoredEvent, 'data' | 'metadata' | 'created'>),
    id,
    type,
    stream,
    revision: BigInt(revision),
    position: BigInt(position),
  }));
}

type ParkedColumns = {
  readonly position: string;
  readonly revision: string;
  readonly event_id: string;
  readonly type: string;
  readonly event: string;
};

/** Streams of the models whose answer changes by time alone at or before `now`, the longest waiting first. */
export async function modelsToSweep(
  transaction: ClientBase,
  { now, except, limit }: { readonly now: Instant; readonly except: readonly string[]; readonly limit: number },
): Promise<readonly string[]> {
  const { rows } = await transaction.query<{ id: string }>(
    `select id from model_status where holds_until <= $1 and id <> all($2) order by holds_until, id limit $3`,
    [formatInstant(now), except, limit],
  );
  return rows.map(({ id }) => `model-${id}`);
}

export async function nextHoldsUntil(client: ClientBase, except: readonly string[]): Promise<Date | null> {
  const { rows } = await client.query<{ next: Date | null }>(
    'select min(holds_until) as next from model_status where id <> all($1)',
    [except],
  );
  return rows[0]?.next ?? null;
}

/** A page of all models' streams, by id. */
export async function modelsAfter(transaction: ClientBase, model: string, limit: number): Promise<readonly string[]> {
  const { rows } = await transaction.query<{ id: string }>(
    'select id from model_status where id > $1 order by id limit $2',
    [model.slice('model-'.length), limit],
  );
  return rows.map(({ id }) => `model-${id}`);
}
