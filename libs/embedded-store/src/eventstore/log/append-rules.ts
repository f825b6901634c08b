import type { ExpectedRevision, Head } from './record.js';

/**
 * What is to become of an append, from its expected revision and the stream's head alone.
 * - `write`: as it stands.
 * - `refuse`: the expected revision does not hold.
 * - `compare`: it is late; it is the repetition of a write that succeeded if the events after `after` have its ids.
 * - `lookUp`: unchecked; it is a repetition if its ids are known to be in the stream.
 */
export type Verdict = 'write' | 'refuse' | 'lookUp' | { readonly compareAfter: number };

/** `hasMetadata`: the stream has metadata, with which a stream without events exists too. */
export function judge(expected: ExpectedRevision, head: Head | undefined, hasMetadata: boolean): Verdict {
  switch (expected) {
    case 'any':
      return 'lookUp';
    case 'streamExists':
      return head !== undefined || hasMetadata ? 'lookUp' : 'refuse';
    case 'noStream':
      return head === undefined ? 'write' : { compareAfter: -1 };
    default:
      if (head === undefined || expected > head.revision) return 'refuse';
      return expected === head.revision ? 'write' : { compareAfter: expected };
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
): 'refuse' | Head {
  const last = stored[ids.length - 1];
  if (last === undefined || ids.some((id, index) => stored[index]?.id !== id)) return 'refuse';
  return last;
}
