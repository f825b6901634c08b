import type { WriteAnswer, ExpectedRevision, Head } from '../log/record.js';
import { any, empty, shared, status, statusCode, streams, type Message, type Shared } from './protocol.js';
import { appendBytesMax, type BadRequest, type TooLarge } from './read-request.js';
import { fieldBytes, varintBytes, writeLength, writeNumber } from './varint.js';

/** What each answer repeats: without either of them the official client breaks down. */
export type Addressee = {
  /** The message `UUID` as it came. */
  readonly correlationId: Uint8Array;
  readonly streamName: Uint8Array;
};

/** The bytes of a `BatchAppendResp` for this outcome. */
export function encodeBatchAnswer(to: Addressee, expected: ExpectedRevision, answer: WriteAnswer): Uint8Array {
  switch (answer.outcome) {
    case 'written':
      return answer.head === undefined ? encodeNothingWritten(to) : encodeWritten(to, answer.head);
    case 'wrongRevision':
      return encodeError(
        to,
        statusCode.ALREADY_EXISTS,
        'event_store.client.WrongExpectedVersion',
        wrongRevision(expected, answer.current),
      );
    case 'streamDeleted': {
      const details = new shared.StreamDeleted();
      details.setStreamIdentifier(identifierOf(to));
      return encodeError(to, statusCode.NOT_FOUND, 'event_store.client.StreamDeleted', details);
    }
    case 'timeout':
      return encodeError(to, statusCode.DEADLINE_EXCEEDED, 'event_store.client.Timeout', new shared.Timeout());
    case 'unavailable':
      return encodeError(to, statusCode.UNAVAILABLE, 'google.protobuf.Empty', new empty.Empty(), answer.reason);
  }
}

/** The bytes of a `BatchAppendResp` for a request that cannot be taken in. */
export function encodeBatchProblem(to: Addressee, problem: BadRequest | TooLarge): Uint8Array {
  if (problem.problem === 'tooLarge') {
    const details = new shared.MaximumAppendSizeExceeded();
    details.setMaxappendsize(appendBytesMax);
    return encodeError(to, statusCode.INVALID_ARGUMENT, 'event_store.client.MaximumAppendSizeExceeded', details);
  }
  const details = new shared.BadRequest();
  details.setMessage(problem.message);
  return encodeError(to, statusCode.INVALID_ARGUMENT, 'event_store.client.BadRequest', details, problem.message);
}

/** The bytes of a `BatchAppendResp` for a stream that the caller may not write to. */
export function encodeAccessDenied(to: Addressee): Uint8Array {
  return encodeError(
    to,
    statusCode.PERMISSION_DENIED,
    'event_store.client.AccessDenied',
    new shared.AccessDenied(),
    'access denied',
  );
}

function wrongRevision(expected: ExpectedRevision, current: number | undefined): Message {
  const details = new shared.WrongExpectedVersion();
  if (current === undefined) details.setCurrentNoStream(new empty.Empty());
  else details.setCurrentStreamRevision(String(current));
  if (expected === 'any') details.setExpectedAny(new empty.Empty());
  else if (expected === 'noStream') details.setExpectedNoStream(new empty.Empty());
  else if (expected === 'streamExists') details.setExpectedStreamExists(new empty.Empty());
  else details.setExpectedStreamPosition(String(expected));
  return details;
}

type Code = (typeof statusCode)[keyof typeof statusCode];

function encodeError(to: Addressee, code: Code, type: string, details: Message, message: string = type): Uint8Array {
  const packed = new any.Any();
  packed.pack(details.serializeBinary(), type);
  const error = new status.Status();
  error.setCode(code);
  error.setMessage(message);
  error.setDetails(packed);
  const response = addressed(to);
  response.setError(error);
  return response.serializeBinary();
}

function encodeNothingWritten(to: Addressee): Uint8Array {
  const success = new streams.BatchAppendResp.Success();
  success.setNoStream(new empty.Empty());
  success.setNoPosition(new empty.Empty());
  const response = addressed(to);
  response.setSuccess(success);
  return response.serializeBinary();
}

function addressed(to: Addressee) {
  const response = new streams.BatchAppendResp();
  response.setCorrelationId(shared.UUID.deserializeBinary(to.correlationId));
  response.setStreamIdentifier(identifierOf(to));
  return response;
}

function identifierOf({ streamName }: Addressee): Shared.StreamIdentifier {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(streamName);
  return identifier;
}

/*
 * BatchAppendResp { 1 correlation_id: UUID, 3 success: Success { 1 current_revision, 3 position { 1 commit, 2 prepare } },
 *   4 stream_identifier: StreamIdentifier { 3 stream_name } }
 * By hand, since every append that succeeds gets one.
 */
function encodeWritten({ correlationId, streamName: name }: Addressee, { revision, position }: Head): Buffer {
  const positionBytes = 2 * (1 + varintBytes(position));
  const successBytes = 1 + varintBytes(revision) + fieldBytes(positionBytes);
  const nameBytes = fieldBytes(name.length);
  const buffer = Buffer.allocUnsafe(
    fieldBytes(correlationId.length) + fieldBytes(successBytes) + fieldBytes(nameBytes),
  );
  let offset = writeLength(buffer, 1, correlationId.length, 0);
  buffer.set(correlationId, offset);
  offset = writeLength(buffer, 3, successBytes, offset + correlationId.length);
  offset = writeNumber(buffer, 1, revision, offset);
  offset = writeLength(buffer, 3, positionBytes, offset);
  offset = writeNumber(buffer, 1, position, offset);
  offset = writeNumber(buffer, 2, position, offset);
  offset = writeLength(buffer, 4, nameBytes, offset);
  offset = writeLength(buffer, 3, name.length, offset);
  buffer.set(name, offset);
  return buffer;
}
