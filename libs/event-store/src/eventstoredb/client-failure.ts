import type { ExpectedRevision } from '../event-store.js';

/**
 * What a failure of the client means for us. `uncertain`: whether the call took effect is unknown, and it may be tried
 * again.
 */
export type ClientFailure = (
  | { readonly kind: 'conflict'; readonly found: ExpectedRevision }
  | { readonly kind: 'notFound' }
  | { readonly kind: 'tooLarge' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'notLeader' }
  | { readonly kind: 'uncertain' }
) & {
  /**
   * The failure is not the server's answer to this append, but that of the stream which carries all of them, or of the
   * negotiation before it: nothing else that went the same way will be answered, and a negotiation that has failed
   * stays failed for as long as the client lives.
   */
  readonly breaksConnection: boolean;
};

/** The store understood and said no; trying again would be answered in the same way. */
export class RefusedByStore extends Error {
  override readonly name = 'RefusedByStore';
}

const refusedCodes = new Set([
  3 /* invalid argument */, 7 /* permission denied */, 12 /* unimplemented */, 16 /* unauthenticated */,
]);

/**
 * Reads an error by its `type`, or by its gRPC `code` where it has none: the client hands some errors through as gRPC
 * gave them.
 */
export function readClientFailure(error: unknown): ClientFailure {
  const type = property(error, 'type');
  const code = property(error, 'code');
  const breaksConnection = code !== undefined || type === undefined;
  switch (type) {
    case 'wrong-expected-version': {
      const found = property(error, 'actualVersion');
      const revision = typeof found === 'bigint' && found >= 0n ? found : 'noStream';
      return { kind: 'conflict', found: revision, breaksConnection: false };
    }
    case 'stream-not-found':
      return { kind: 'notFound', breaksConnection: false };
    case 'maximum-append-size-exceeded':
      return { kind: 'tooLarge', breaksConnection: false };
    case 'not-leader':
      // The client turns to the leader by itself, and it alone was told the way.
      return { kind: 'notLeader', breaksConnection: false };
    case 'access-denied':
    case 'stream-deleted':
    case 'invalid-argument':
    case 'missing-required-metadata-property':
      return { kind: 'refused', breaksConnection };
  }
  if (typeof code === 'number' && refusedCodes.has(code)) return { kind: 'refused', breaksConnection };
  return { kind: 'uncertain', breaksConnection };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function property(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? (error as Record<string, unknown>)[name] : undefined;
}
