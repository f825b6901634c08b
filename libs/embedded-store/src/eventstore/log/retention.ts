import { deletedRevision, type LogRecord } from './record.js';
import { isSoftDeleted, originalOf } from './stream-metadata.js';
import type { StreamState } from './stream-heads.js';

/** Which events of a stream are shown: those from this revision on that are not older than this. */
export type Retention = { readonly lowestRevision: number; readonly oldestMs: number };

/** Of a metastream only the last event is shown; other streams say it in their metadata. */
export function retentionOf(stream: string, { head, metadata }: StreamState, nowMs: number): Retention {
  const maxCount = originalOf(stream) === undefined ? metadata?.maxCount : 1;
  return {
    lowestRevision: Math.max(
      metadata?.truncateBefore ?? 0,
      maxCount === undefined || head === undefined ? 0 : head.revision - maxCount + 1,
    ),
    oldestMs: metadata?.maxAgeS === undefined ? 0 : nowMs - metadata.maxAgeS * 1_000,
  };
}

export const isRetained = (record: LogRecord, { lowestRevision, oldestMs }: Retention): boolean =>
  record.revision >= lowestRevision && record.createdMs >= oldestMs;

/** Deleted for good: its last event has the largest revision. */
export const isTombstoned = ({ head }: StreamState): boolean => head?.revision === deletedRevision;

/** Whether readers find a stream at all. One whose events are all truncated is found, and empty. */
export const exists = ({ head, metadata }: StreamState): boolean => head !== undefined && !isSoftDeleted(metadata);
