import { refusal } from '../access.js';
import type { ExpectedRevision, Head, Write, WriteAnswer } from '../log/record.js';
import { requestFailure, streamDeleted, unavailable, writeTimeout, wrongRevision } from '../protocol/failures.js';
import { shared, streams, type Streams } from '../protocol/protocol.js';
import { readStreamName, readUint64 } from '../protocol/read-request.js';
import type { Call } from '../transport/call.js';
import { admit, type ServedLog } from './served-log.js';
import { submit, writeTimeoutMs } from './submit.js';

/** Serves a call that deletes a stream until somebody writes to it again. */
export function serveDelete(served: ServedLog, call: Call): void {
  call.receiveOne(streams.DeleteReq, (request) =>
    remove(served, call, 'delete', request.getOptions(), (head) => {
      const response = new streams.DeleteResp();
      if (head === undefined) response.setNoPosition(new shared.Empty());
      else {
        const position = new streams.DeleteResp.Position();
        position.setCommitPosition(String(head.position));
        position.setPreparePosition(String(head.position));
        response.setPosition(position);
      }
      return response.serializeBinary();
    }),
  );
}

/** Serves a call that deletes a stream for good. */
export function serveTombstone(served: ServedLog, call: Call): void {
  call.receiveOne(streams.TombstoneReq, (request) =>
    remove(served, call, 'tombstone', request.getOptions(), (head) => {
      const response = new streams.TombstoneResp();
      if (head === undefined) response.setNoPosition(new shared.Empty());
      else {
        const position = new streams.TombstoneResp.Position();
        position.setCommitPosition(String(head.position));
        position.setPreparePosition(String(head.position));
        response.setPosition(position);
      }
      return response.serializeBinary();
    }),
  );
}

type Options = Streams.DeleteReq.Options | Streams.TombstoneReq.Options;

function remove(
  served: ServedLog,
  call: Call,
  kind: Exclude<Write['kind'], 'append'>,
  options: Options | undefined,
  encode: (head: Head | undefined) => Uint8Array,
): void {
  const rights = admit(served, call);
  if (rights === undefined) return;
  const stream = readStreamName(options?.getStreamIdentifier()?.getStreamName_asU8());
  if (typeof stream !== 'string') return call.fail(requestFailure(stream));
  if (!rights(stream)) return call.fail(refusal(stream));
  const expected = expectedRevision(options);
  const answer = (answer: WriteAnswer): void => {
    switch (answer.outcome) {
      case 'written':
        return call.answer(encode(answer.head));
      case 'wrongRevision':
        return call.fail(wrongRevision(stream, expected, answer.current));
      case 'streamDeleted':
        return call.fail(streamDeleted(stream));
      case 'timeout':
        return call.fail(writeTimeout());
      case 'unavailable':
        return call.fail(unavailable(answer.reason));
    }
  };
  const deadlineMs = Math.min(Date.now() + writeTimeoutMs, call.deadlineMs);
  submit(served, call, kind, { kind, stream, expected, events: [], deadlineMs, answer });
}

function expectedRevision(options: Options | undefined): ExpectedRevision {
  if (options?.hasNoStream() === true) return 'noStream';
  if (options?.hasStreamExists() === true) return 'streamExists';
  return options?.hasRevision() === true ? readUint64(options.getRevision()) : 'any';
}
