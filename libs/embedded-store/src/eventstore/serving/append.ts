import type { sendUnaryData, ServerReadableStream } from '@grpc/grpc-js';
import type { EventLog } from '../log/event-log.js';
import type { AppendAnswer, ExpectedRevision } from '../log/record.js';
import { invalidArgument, requestFailure, unavailable, writeTimeout, type CallFailure } from '../protocol/failures.js';
import { shared, streams, type Streams } from '../protocol/protocol.js';
import { IncomingEvents, readStreamName, readUint64 } from '../protocol/read-request.js';
import { writeTimeoutMs } from './batch-append.js';

type Call = ServerReadableStream<Streams.AppendReq, Uint8Array>;

/** Serves one classic Append call: options, then the events one by one, then the end. */
export function serveAppend(log: EventLog, call: Call, callback: sendUnaryData<Uint8Array>): void {
  const incoming = new IncomingEvents();
  let target: { readonly stream: string; readonly expected: ExpectedRevision } | undefined;
  let isAnswered = false;
  const fail = (failure: CallFailure): void => {
    if (isAnswered) return;
    isAnswered = true;
    callback(failure);
  };
  call.on('data', (request: Streams.AppendReq) => {
    const options = request.getOptions();
    if (options !== undefined) {
      const stream = readStreamName(options.getStreamIdentifier());
      if (typeof stream === 'string') target = { stream, expected: expectedRevision(options) };
      else fail(requestFailure(stream));
    }
    const message = request.getProposedMessage();
    const problem = message === undefined || isAnswered ? undefined : incoming.add(message);
    if (problem !== undefined) fail(requestFailure(problem));
  });
  call.on('error', () => {
    isAnswered = true;
  });
  call.on('end', () => {
    if (isAnswered) return;
    if (target === undefined) return fail(invalidArgument('the first message must hold the options'));
    const { stream, expected } = target;
    log.append({
      stream,
      expected,
      events: incoming.events,
      deadlineMs: Date.now() + writeTimeoutMs,
      answer: (answer) => {
        if (answer.outcome === 'timeout') fail(writeTimeout());
        else if (answer.outcome === 'unavailable') fail(unavailable(answer.reason));
        else callback(null, encode(expected, answer));
      },
    });
  });
}

function expectedRevision(options: Streams.AppendReq.Options): ExpectedRevision {
  if (options.hasNoStream()) return 'noStream';
  if (options.hasStreamExists()) return 'streamExists';
  return options.hasRevision() ? readUint64(options.getRevision()) : 'any';
}

function encode(
  expected: ExpectedRevision,
  answer: Extract<AppendAnswer, { outcome: 'written' | 'wrongRevision' }>,
): Uint8Array {
  const response = new streams.AppendResp();
  if (answer.outcome === 'wrongRevision') response.setWrongExpectedVersion(wrongRevision(expected, answer.current));
  else response.setSuccess(success(answer));
  return response.serializeBinary();
}

function success({ head }: Extract<AppendAnswer, { outcome: 'written' }>): Streams.AppendResp.Success {
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
