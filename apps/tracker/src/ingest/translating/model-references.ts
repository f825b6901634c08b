import type { Pool, PoolClient } from 'pg';

export type Reference = { readonly providerId: string; readonly system: string; readonly ref: string };
export type Link = Reference & { readonly eventId: string; readonly position: bigint; readonly modelId: string };
export type Merge = {
  readonly eventId: string;
  readonly position: bigint;
  readonly modelId: string;
  readonly intoModelId: string;
};

/** What the log says about references, in its order. */
export type ReferenceChange =
  | { readonly kind: 'linked'; readonly link: Link }
  | { readonly kind: 'unlinked'; readonly modelId: string; readonly system: string; readonly ref: string }
  | { readonly kind: 'merged'; readonly merge: Merge }
  | { readonly kind: 'retracted'; readonly eventId: string };

/** A chain of models that were given up for one another ends; this many steps is far beyond any honest one. */
const mergeStepsMax = 20;
const cachedMax = 50_000;
/** The provider of a model that nobody has registered yet: its references count for everyone. */
export const providerNotKnown = '';

/** Which of our models an outside reference means. A reference belongs to one model at a time: the one linked last. */
export class ModelReferences {
  readonly #cache = new Map<string, string>();

  constructor(private readonly database: Pick<Pool, 'query'>) {}

  async modelOf(reference: Reference): Promise<string | undefined> {
    const key = keyOf(reference);
    const cached = this.#cache.get(key);
    if (cached !== undefined) return cached;
    const { providerId, system, ref } = reference;
    const { rows } = await this.database.query<{ model_id: string }>(
      `select model_id from inbox.model_reference
       where ref = $1 and system = $2 and provider_id in ($3, $4) order by position desc limit 1`,
      [ref, system, providerId, providerNotKnown],
    );
    if (rows[0] === undefined) return undefined;
    const modelId = await this.#afterMerges(rows[0].model_id);
    this.remember(reference, modelId);
    return modelId;
  }

  /** Makes a link known before its row is committed. */
  remember(reference: Reference, modelId: string): void {
    if (this.#cache.size >= cachedMax) this.#cache.clear();
    this.#cache.set(keyOf(reference), modelId);
  }

  /** After an error or a change that may concern any reference: PostgreSQL is asked again. */
  forgetAll(): void {
    this.#cache.clear();
  }

  async #afterMerges(modelId: string): Promise<string> {
    let current = modelId;
    for (let step = 0; step < mergeStepsMax; step += 1) {
      const { rows } = await this.database.query<{ into_model_id: string }>(
        'select into_model_id from inbox.model_merge where model_id = $1 order by position desc limit 1',
        [current],
      );
      if (rows[0] === undefined) return current;
      current = rows[0].into_model_id;
    }
    return current;
  }
}

function keyOf({ providerId, system, ref }: Reference): string {
  return JSON.stringify([providerId, system, ref]);
}

/** Writes changes in their order; one that is there already stays. */
export async function saveReferenceChanges(
  transaction: PoolClient,
  changes: readonly ReferenceChange[],
): Promise<void> {
  for (const change of changes) await saveReferenceChange(transaction, change);
}

async function saveReferenceChange(transaction: PoolClient, change: ReferenceChange): Promise<void> {
  switch (change.kind) {
    case 'linked': {
      const { eventId, position, providerId, system, ref, modelId } = change.link;
      await transaction.query(
        `insert into inbox.model_reference (event_id, position, provider_id, system, ref, model_id)
         values ($1, $2, $3, $4, $5, $6) on conflict (event_id) do nothing`,
        [eventId, String(position), providerId, system, ref, modelId],
      );
      return;
    }
    case 'unlinked':
      await transaction.query('delete from inbox.model_reference where model_id = $1 and system = $2 and ref = $3', [
        change.modelId,
        change.system,
        change.ref,
      ]);
      return;
    case 'merged': {
      const { eventId, position, modelId, intoModelId } = change.merge;
      await transaction.query(
        `insert into inbox.model_merge (event_id, position, model_id, into_model_id)
         values ($1, $2, $3, $4) on conflict (event_id) do nothing`,
        [eventId, String(position), modelId, intoModelId],
      );
      return;
    }
    case 'retracted':
      await transaction.query('delete from inbox.model_reference where event_id = $1', [change.eventId]);
      await transaction.query('delete from inbox.model_merge where event_id = $1', [change.eventId]);
  }
}
