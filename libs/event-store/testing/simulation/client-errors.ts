import type { BreakKind } from './fault-plan.js';

/** Errors as the client hands them over: most with a `type`, some as gRPC gave them; the answer to an append has no code. */
function error(message: string, how: { readonly type?: string; readonly code?: number }): Error {
  return Object.assign(new Error(message), how);
}

export const unavailable = (): Error => error('14 UNAVAILABLE: no connection', { type: 'unavailable', code: 14 });
export const notLeader = (): Error => error('5 NOT_FOUND: not leader', { type: 'not-leader', code: 5 });
export const cancelledByClient = (): Error => error('1 CANCELLED: Cancelled on client', { type: 'unknown', code: 1 });
export const timeoutAnswer = (): Error => error('', { type: 'deadline-exceeded' });
export const unknownAnswer = (): Error => error('Could not recognize', { type: 'unknown' });
export const streamNotFound = (stream: string): Error => error(`${stream} not found`, { type: 'stream-not-found' });
export const raw = (code: number): Error => error(`${code}: not converted`, { code });

/** How a server or the network between ends a call; undefined: as if it were complete. */
export function breakError(how: BreakKind): Error | undefined {
  switch (how) {
    case 'unavailable':
      return unavailable();
    case 'cancelled':
      return error('1 CANCELLED: the server went away', { type: 'cancelled', code: 1 });
    case 'reset':
      return error('13 INTERNAL: Received RST_STREAM with code 0', { type: 'unknown', code: 13 });
    case 'tooSlow':
      return error('10 ABORTED: Operation timed out: Consumer too slow to handle event while live.', {
        type: 'timeout',
        code: 10,
      });
    case 'end':
      return undefined;
  }
}

export function wrongExpectedVersion(actualVersion: bigint | 'no_stream'): Error {
  return Object.assign(error('', { type: 'wrong-expected-version' }), { actualVersion });
}
