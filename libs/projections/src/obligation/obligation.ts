import { hash } from 'node:crypto';
import { deadlineOf, formatInstant, obligationToJson, type Assessment, type Obligation } from '#libs/domain';
import type { ClientBase } from 'pg';
import { BoundedCache } from '../bounded-cache.js';
import { projectionMigrations } from '../migrations.js';
import type { AssessedModel, ProjectedBatch, ReadModel } from '../read-model.js';

/** Digests kept in memory, some 30 MB. */
const cachedDigestsMax = 200_000;

/** What is written of one model: a digest by the key of the obligation. */
type Written = Map<string, string>;

/**
 * One row an obligation of a model, with its JSON. Most obligations stay as they are when their model is assessed again,
 * so only the rows whose digest differs are written.
 */
export function obligationReadModel(): ReadModel {
  const written = new BoundedCache<Written>(cachedDigestsMax, ({ size }) => size + 1);
  return {
    name: 'obligation',
    schema: 'projection',
    migrations: projectionMigrations,
    async apply(transaction, batch) {
      await loadWritten(transaction, written, batch);
      const rows: string[] = [];
      const gone = { models: [] as string[], keys: [] as string[] };
      for (const { assessment } of batch.assessed) {
        const before = written.get(assessment.model) ?? new Map<string, string>();
        const after: Written = new Map();
        for (const obligation of assessment.obligations) {
          const document = JSON.stringify(obligationToJson(obligation));
          const digest = hash('sha1', `${assessment.provider.ofRecord ?? ''} ${document}`, 'base64');
          after.set(obligation.key, digest);
          if (before.get(obligation.key) !== digest) {
            rows.push(rowOf(assessment, obligation, digest, document));
          }
        }
        for (const key of before.keys()) {
          if (after.has(key)) continue;
          gone.models.push(assessment.model);
          gone.keys.push(key);
        }
        written.set(assessment.model, after);
      }
      await write(transaction, rows, gone);
      written.trim();
    },
    forget: () => written.clear(),
  };
}

async function loadWritten(
  transaction: ClientBase,
  written: BoundedCache<Written>,
  { assessed }: ProjectedBatch,
): Promise<void> {
  const isUnknown = ({ assessment, isNew }: AssessedModel): boolean =>
    !isNew && written.get(assessment.model) === undefined;
  const models = assessed.filter(isUnknown).map(({ assessment }) => assessment.model);
  if (models.length === 0) return;
  for (const model of models) written.set(model, new Map());
  const { rows } = await transaction.query<{ model: string; key: string; digest: string }>(
    'select model, key, digest from obligation where model = any($1)',
    [models],
  );
  for (const { model, key, digest } of rows) written.get(model)?.set(key, digest);
}

/** A row as JSON text; the document is already JSON, and is not written a second time. */
function rowOf({ model, provider }: Assessment, obligation: Obligation, digest: string, document: string): string {
  const { key, id, kind, status, timeliness, due } = obligation;
  const deadline = due?.kind === 'earliest' ? due.earliest : deadlineOf(due);
  const due_at = deadline === null ? 'infinity' : formatInstant(deadline);
  const row = JSON.stringify({
    ...{ model, key, id, kind, status, timeliness, provider: provider.ofRecord, due_at, digest },
  });
  return `${row.slice(0, -1)},"document":${document}}`;
}

async function write(
  transaction: ClientBase,
  rows: readonly string[],
  gone: { readonly models: readonly string[]; readonly keys: readonly string[] },
): Promise<void> {
  if (gone.models.length > 0) {
    await transaction.query(
      `delete from obligation using unnest($1::text[], $2::text[]) as gone (model, key)
       where obligation.model = gone.model and obligation.key = gone.key`,
      [gone.models, gone.keys],
    );
  }
  if (rows.length === 0) return;
  await transaction.query(
    `insert into obligation (model, key, id, kind, status, timeliness, provider, due_at, digest, document)
     select model, key, id, kind, status, timeliness, provider, due_at, digest, document
     from json_to_recordset($1::json) as row (model text, key text, id text, kind text, status text,
       timeliness text, provider text, due_at timestamptz, digest text, document json)
     on conflict (model, key) do update set (id, kind, status, timeliness, provider, due_at, digest, document) =
       row(excluded.id, excluded.kind, excluded.status, excluded.timeliness, excluded.provider, excluded.due_at,
           excluded.digest, excluded.document)`,
    [`[${rows.join(',')}]`],
  );
}
