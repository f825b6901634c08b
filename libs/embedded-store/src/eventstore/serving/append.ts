import { refusal } from '../access.js';
import type { WriteAnswer, ExpectedRevision } from '../log/record.js';
import { decodeAppendRequest, type AppendRequest } from '../protocol/append-requests.js';
import { invalidArgument, requestFailure, streamDeleted, unavailable, writeTimeout } from '../protocol/failures.js';
import { shared, streams, type Streams } from '../protocol/protocol.js';
import { IncomingEvents, readStreamName } from '../protocol/read-request.js';
import type { Call } from '../transport/call.js';
import { admit, type ServedLog } from './served-log.js';
import { submit, writeTimeoutMs } from './submit.js';

/** Serves one classic Append call: options, then the events one by one, then the end. */
export function serveAppend(served: ServedLog, call: Call): void {
  const rights = admit(served, call);
  if (rights === undefined) return;
  const incoming = new IncomingEvents();
  let target: { readonly stream: string; readonly expected: ExpectedRevision } | undefined;
  const take = ({ options, message }: AppendRequest): void => {
    if (options !== undefined) {
      const stream = readStreamName(options.streamName);
      if (typeof stream !== 'string') return call.fail(requestFailure(stream));
      if (!rights(stream)) return call.fail(refusal(stream));
      target = { stream, expected: options.expected };
    }
    const problem = message === undefined ? undefined : incoming.add(message);
    if (problem !== undefined) call.fail(requestFailure(problem));
  };
  call.receive(decodeAppendRequest, take, () => {
    if (target === undefined) return call.fail(invalidArgument('the first message must hold the options'));
    const { stream, expected } = target;
    submit(served, call, 'append', {
      kind: 'append',
      stream,
      expected,
      events: incoming.events,
      deadlineMs: Math.min(Date.now() + writeTimeoutMs, call.deadlineMs),
      answer: (answer) => {
        if (answer.outcome === 'timeout') call.fail(writeTimeout());
        else if (answer.outcome === 'streamDeleted') call.fail(streamDeleted(stream));
        else if (answer.outcome === 'unavailable') call.fail(unavailable(answer.reason));
        else call.answer(encode(expected, answer));
      },
    });
  });
}

function encode(
  expected: ExpectedRevision,
  answer: Extract<WriteAnswer, { outcome: 'written' | 'wrongRevision' }>,
): Uint8Array {
  const response = new streams.AppendResp();
  if (answer.outcome === 'wrongRevision') response.setWrongExpectedVersion(wrongRevision(expected, answer.current));
  else response.setSuccess(success(answer));
  return response.serializeBinary();
}

function success({ head }: Extract<WriteAnswer, { outcome: 'written' }>): Streams.AppendResp.Success {
  const message = new streams.AppendResp.Success();
  if (head === undefined) {
    message.setNoStream(new shared.Empty());
    message.setNoPosition(new shared.Empty());
    return message;
  }
  const position = new streams.AppendResp.Position();
  position.setCommitPosition(String(head.position));
  position.setPreparePosition(String(head.position));
  message.setCurrentRevision(String(head.revision));
  message.setPosition(position);
  return message;
}

function wrongRevision(
  expected: ExpectedRevision,
  current: number | undefined,
): Streams.AppendResp.WrongExpectedVersion {
  const message = new streams.AppendResp.WrongExpectedVersion();
  if (current === undefined) message.setCurrentNoStream(new shared.Empty());
  else message.setCurrentRevision(String(current));
  if (expected === 'any') message.setExpectedAny(new shared.Empty());
  else if (expected === 'noStream') message.setExpectedNoStream(new shared.Empty());
  else if (expected === 'streamExists') message.setExpectedStreamExists(new shared.Empty());
  else message.setExpectedRevision(String(expected));
  return message;
}
