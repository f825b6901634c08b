import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadRequest } from '../faults.js';
import { consumerTooSlow, notLeader, unavailable } from '../protocol/failures.js';
import type { Call } from '../transport/call.js';
import type { ServedLog } from './served-log.js';

/** How a test lets a read end before its time. `stall` keeps it open, in silence. */
export type Interruption = { readonly afterEvents: number; readonly interrupt: () => void };

/**
 * Lets the fault that a test wants for this read befall it. Resolves with `false` when nothing is left to be served,
 * or with the interruption to come, if any.
 */
export async function befallRead(
  served: ServedLog,
  call: Call,
  request: ReadRequest,
): Promise<false | Interruption | undefined> {
  const fault = served.faults.onRead?.(request);
  if (fault === undefined) return undefined;
  const ends = {
    cut: () => call.cut(),
    tooBusy: () => call.fail(unavailable('the server is too busy')),
    tooSlow: () => call.fail(consumerTooSlow()),
    notLeader: () => call.fail(notLeader(served.address())),
    reset: () => call.reset(),
    stall: () => undefined,
  };
  if (fault === 'drop') return false;
  if (typeof fault === 'string') {
    ends[fault]();
    return false;
  }
  if ('delayMs' in fault) {
    await sleep(fault.delayMs);
    return undefined;
  }
  return { afterEvents: fault.afterEvents, interrupt: ends[fault.then] };
}
