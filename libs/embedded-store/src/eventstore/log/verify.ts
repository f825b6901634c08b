import type { ClientBase, Pool } from 'pg';
import { checksumOf } from './checksum.js';
import { recordOf, recordColumns, type Row } from './log-reader.js';

/** What is wrong at one place of the log. */
export type Damage = { readonly position: number; readonly what: string };

export type Verification = {
  readonly eventCount: number;
  /** Events from before checksums were kept. */
  readonly uncheckedCount: number;
  readonly damages: readonly Damage[];
};

const pageEvents = 2_000;
/** More of them say nothing that the first ones do not. */
const damagesMax = 100;

const pageQuery = `
  select ${recordColumns}, events.checksum
  from eventstore.events as events left join eventstore.streams as streams on streams.id = events.stream_id
  where events.position >= $1 order by events.position limit ${pageEvents}`;

/** Reads the log after a position and compares it with its checksums, its numbering and itself. */
export async function verifyRecords(
  database: ClientBase | Pool,
  after: number,
  onProgress: (eventCount: number) => void = () => undefined,
): Promise<Verification> {
  const damages: Damage[] = [];
  let eventCount = 0;
  let uncheckedCount = 0;
  let expected = after + 1;
  for (;;) {
    const { rows } = await database.query<[...Row, number | null]>({
      name: 'eventstore-verify',
      text: pageQuery,
      values: [expected],
      rowMode: 'array',
    });
    for (const row of rows) {
      const record = recordOf(row);
      const checksum = row[9];
      const { position } = record;
      if (position !== expected) {
        const until = position - 1;
        damages.push({ position: expected, what: `the events up to position ${until} are missing` });
      }
      expected = position + 1;
      if ((row[1] as string | null) === null) damages.push({ position, what: 'its stream is missing' });
      else if (checksum === null) uncheckedCount += 1;
      else if (checksum !== checksumOf(record)) damages.push({ position, what: 'the checksum does not match' });
      if (damages.length >= damagesMax) return { eventCount, uncheckedCount, damages };
    }
    eventCount += rows.length;
    onProgress(eventCount);
    if (rows.length < pageEvents) return { eventCount, uncheckedCount, damages };
  }
}

const streamsQuery = `
  select streams.name, min(events.position) as position, count(*) as count, max(events.revision) as last
  from eventstore.events as events left join eventstore.streams as streams on streams.id = events.stream_id
  where events.revision <> $1
  group by events.stream_id, streams.name
  having count(*) <> max(events.revision) + 1
  order by 2 limit ${damagesMax}`;

/** Streams whose revisions have a gap. */
export async function verifyStreams(database: ClientBase | Pool, deletedRevision: number): Promise<readonly Damage[]> {
  const { rows } = await database.query<{ name: string | null; position: string; count: string; last: string }>(
    streamsQuery,
    [deletedRevision],
  );
  return rows.map(({ name, position, count, last }) => ({
    position: Number(position),
    what: `the stream ${name ?? '(unknown)'} that begins here has ${count} events up to revision ${last}`,
  }));
}
