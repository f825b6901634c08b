import { deletedRevision, type ExpectedRevision, type Head } from './record.js';

/**
 * What is to become of a write, from its expected revision and what is known of the stream alone.
 * - `write`: as it stands.
 * - `refuse`: the expected revision does not hold.
 * - `deleted`: the stream is.
 * - `compareAfter`: it is late; it is the repetition of a write that succeeded if the events after that revision have
 *   its ids, and else it is refused, or written as a new one when `elseWrite`.
 * - `lookUp`: unchecked; it is a repetition if its ids are known to be in the stream.
 */
export type Verdict =
  'write' | 'refuse' | 'deleted' | 'lookUp' | { readonly compareAfter: number; readonly elseWrite: boolean };

/** What of a stream decides. `hasMetadata`: it has metadata, with which a stream without events exists too. */
export type Standing = {
  readonly head: Head | undefined;
  readonly hasMetadata: boolean;
  readonly isSoftDeleted: boolean;
};

export function judge(expected: ExpectedRevision, { head, hasMetadata, isSoftDeleted }: Standing): Verdict {
  if (head?.revision === deletedRevision) return 'deleted';
  switch (expected) {
    case 'any':
      return 'lookUp';
    case 'streamExists':
      if (isSoftDeleted) return 'deleted';
      return head !== undefined || hasMetadata ? 'lookUp' : 'refuse';
    case 'noStream':
      return head === undefined ? 'write' : { compareAfter: -1, elseWrite: isSoftDeleted };
    default:
      if (head === undefined || expected > head.revision) return 'refuse';
      return expected === head.revision ? 'write' : { compareAfter: expected, elseWrite: false };
  }
}

/** Where an event was written, found by its id. */
export type Holder = Head & { readonly stream: string };

/**
 * Settles `lookUp`: a known first id makes the append a repetition, which must then be known as a whole. An unknown
 * first id makes it a new write, even if later ids are known.
 * @returns the head to answer with, when it is a repetition
 */
export function judgeByIds(
  stream: string,
  ids: readonly string[],
  holderOf: (id: string) => Holder | undefined,
): 'write' | 'refuse' | Head {
  let last: Holder | undefined;
  for (const [index, id] of ids.entries()) {
    const holder = holderOf(id);
    if (holder?.stream === stream) last = holder;
    else return index === 0 ? 'write' : 'refuse';
  }
  return last ?? 'write';
}

/**
 * Settles `compareAfter`: `stored` are the stream's events from the revision after the expected one.
 * @returns the head to answer with, when the append is the repetition of a write that succeeded
 */
export function judgeByStored(
  ids: readonly string[],
  stored: readonly (Head & { readonly id: string })[],
  elseWrite: boolean,
): 'write' | 'refuse' | Head {
  if (elseWrite && stored[0]?.id !== ids[0]) return 'write';
  const last = stored[ids.length - 1];
  if (last === undefined || ids.some((id, index) => stored[index]?.id !== id)) return 'refuse';
  return last;
}
