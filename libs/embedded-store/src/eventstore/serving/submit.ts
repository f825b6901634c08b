import type { WriteFault, WriteRequest } from '../faults.js';
import type { Write, WriteAnswer } from '../log/record.js';
import { notLeader, unavailable } from '../protocol/failures.js';
import type { Call } from '../transport/call.js';
import type { ServedLog } from './served-log.js';

/** No write waits longer for its commit. */
export const writeTimeoutMs = 2_000;

/** Hands a write that has come in as a whole to the log, or to the fault that a test wants to befall it. */
export function submit(served: ServedLog, call: Call, method: WriteRequest['method'], write: Write): void {
  const counted: Write = {
    ...write,
    answer: (answer) => {
      served.counters.writes.add(1, outcomeLabels[answer.outcome]);
      write.answer(answer);
    },
  };
  const { onWrite } = served.faults;
  if (onWrite === undefined) return served.log.write(counted);
  const { stream, events } = write;
  const fault = onWrite({ method, stream, eventIds: events.map((event) => event.id) });
  if (fault === undefined) served.log.write(counted);
  else befall(served, call, counted, fault);
}

const outcomeLabels: Readonly<Record<WriteAnswer['outcome'], string>> = {
  written: 'outcome="written"',
  wrongRevision: 'outcome="wrong_revision"',
  streamDeleted: 'outcome="stream_deleted"',
  timeout: 'outcome="timeout"',
  unavailable: 'outcome="unavailable"',
};

function befall(served: ServedLog, call: Call, write: Write, fault: WriteFault): void {
  const writeThen = (answer: (answer: WriteAnswer) => void): void => served.log.write({ ...write, answer });
  if (typeof fault === 'object') {
    if ('afterCommitMs' in fault) {
      return writeThen((answer) => void setTimeout(() => write.answer(answer), fault.afterCommitMs));
    }
    const late = (): void => served.log.write({ ...write, deadlineMs: write.deadlineMs + fault.beforeCommitMs });
    return void setTimeout(late, fault.beforeCommitMs);
  }
  switch (fault) {
    case 'dropBeforeCommit':
      return;
    case 'dropAfterCommit':
      return writeThen(() => undefined);
    case 'cutBeforeCommit':
      return call.cut();
    case 'cutAfterCommit':
      return writeThen(() => call.cut());
    case 'timeoutBeforeCommit':
      return write.answer({ outcome: 'timeout' });
    case 'timeoutAfterCommit':
      return writeThen(() => write.answer({ outcome: 'timeout' }));
    case 'notLeader':
      return call.fail(notLeader(served.address()));
    case 'tooBusy':
      return call.fail(unavailable('the server is too busy'));
    case 'refuseWrites':
      return write.answer({ outcome: 'unavailable', reason: 'the disk is full' });
  }
}
