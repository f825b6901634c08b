import type { Pool } from 'pg';
import { setTimeout as wait } from 'node:timers/promises';

const pollDelayMs = 5;
const undefinedTable = '42P01';
const undefinedSchema = '3F000';

/**
 * Up to which position of the log the read models are written; undefined before the projector has ever committed.
 */
export async function projectionPosition(pool: Pool): Promise<bigint | undefined> {
  try {
    const { rows } = await pool.query<{ position: string }>('select position from projection.checkpoint limit 1');
    const position = rows[0]?.position;
    return position === undefined ? undefined : BigInt(position);
  } catch (error) {
    // A process without the projector may ask before the projector's first start.
    const { code } = error as { code?: string };
    if (code === undefinedTable || code === undefinedSchema) return undefined;
    throw error;
  }
}

/**
 * Resolves with true once the read models show the event at `position`, with false when they do not within
 * `timeoutMs`. All waiters on one pool share one poll, so that a thousand of them cost no more than one.
 */
export async function waitForProjection(pool: Pool, position: bigint, timeoutMs: number): Promise<boolean> {
  const endsAt = performance.now() + timeoutMs;
  for (;;) {
    const reached = await sharedPosition(pool);
    if (reached !== undefined && reached >= position) return true;
    if (performance.now() + pollDelayMs > endsAt) return false;
    await wait(pollDelayMs);
  }
}

const polls = new WeakMap<Pool, Promise<bigint | undefined>>();

function sharedPosition(pool: Pool): Promise<bigint | undefined> {
  const running = polls.get(pool);
  if (running !== undefined) return running;
  const poll = projectionPosition(pool).finally(() => polls.delete(pool));
  polls.set(pool, poll);
  return poll;
}
