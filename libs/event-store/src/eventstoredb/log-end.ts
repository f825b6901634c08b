import { BACKWARDS, END } from '@eventstore/db-client';
import type { Client } from './client.js';
import type { CallOff, Pacing } from './pacing.js';
import type { ReceivedEvent } from './stored-event.js';

/** How long the store may take to say where its log ends. */
const timeoutMs = 5_000;

/** `position` is that of the last record, one of the system or not; undefined: the log is empty. */
export type LogEnd =
  | { readonly kind: 'found'; readonly position: bigint | undefined }
  | { readonly kind: 'unanswered' }
  /** The call broke, or its client was closed. */
  | { readonly kind: 'unknown' };

/** Asks once where the log ends, and tells unless it is called off before. */
export function lookForLogEnd(client: Client, pacing: Pacing, tell: (end: LogEnd) => void): CallOff {
  const call = client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1, requiresLeader: true });
  let position: bigint | undefined;
  let isOver = false;
  const over = (end?: LogEnd): void => {
    if (isOver) return;
    isOver = true;
    callOff();
    call.cancel().catch(() => undefined);
    if (end !== undefined) tell(end);
  };
  const callOff = pacing.after(timeoutMs, () => over({ kind: 'unanswered' }));
  call.on('data', ({ event, commitPosition }: ReceivedEvent) => (position = event?.position?.commit ?? commitPosition));
  call.on('error', () => over({ kind: 'unknown' }));
  call.on('end', () => over({ kind: 'found', position }));
  return () => over();
}
