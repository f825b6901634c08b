import type { WriteFault, WriteRequest } from '../faults.js';
import type { Append, AppendAnswer } from '../log/record.js';
import { notLeader, unavailable } from '../protocol/failures.js';
import type { Call } from '../transport/call.js';
import type { ServedLog } from './served-log.js';

/** Hands an append that has come in as a whole to the log, or to the fault that a test wants to befall it. */
export function submit(served: ServedLog, call: Call, method: WriteRequest['method'], append: Append): void {
  const { stream, events } = append;
  const fault = served.faults.onWrite?.({ method, stream, eventIds: events.map((event) => event.id) });
  if (fault === undefined) served.log.append(append);
  else befall(served, call, append, fault);
}

function befall(served: ServedLog, call: Call, append: Append, fault: WriteFault): void {
  const appendThen = (answer: (answer: AppendAnswer) => void): void => served.log.append({ ...append, answer });
  if (typeof fault === 'object') {
    if ('afterCommitMs' in fault) {
      return appendThen((answer) => void setTimeout(() => append.answer(answer), fault.afterCommitMs));
    }
    const late = (): void => served.log.append({ ...append, deadlineMs: append.deadlineMs + fault.beforeCommitMs });
    return void setTimeout(late, fault.beforeCommitMs);
  }
  switch (fault) {
    case 'dropBeforeCommit':
      return;
    case 'dropAfterCommit':
      return appendThen(() => undefined);
    case 'cutBeforeCommit':
      return call.cut();
    case 'cutAfterCommit':
      return appendThen(() => call.cut());
    case 'timeoutBeforeCommit':
      return append.answer({ outcome: 'timeout' });
    case 'timeoutAfterCommit':
      return appendThen(() => append.answer({ outcome: 'timeout' }));
    case 'notLeader':
      return call.fail(notLeader(served.address()));
    case 'tooBusy':
      return call.fail(unavailable('the server is too busy'));
    case 'refuseWrites':
      return append.answer({ outcome: 'unavailable', reason: 'the disk is full' });
  }
}
