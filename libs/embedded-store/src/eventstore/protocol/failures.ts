import { status as codes } from '@grpc/grpc-js';
import type { ExpectedRevision } from '../log/record.js';
import type { CallFailure } from '../transport/call.js';
import { appendBytesMax, type BadRequest, type TooLarge } from './read-request.js';

/** How calls fail, in the terms that the official clients understand: a code, and trailers that name the exception. */

function failure(code: codes, details: string, trailers: Readonly<Record<string, string>> = {}): CallFailure {
  return { code, details, trailers };
}

export const unavailable = (reason: string): CallFailure => failure(codes.UNAVAILABLE, reason);
export const invalidArgument = (reason: string): CallFailure => failure(codes.INVALID_ARGUMENT, reason);
export const unknownFailure = (reason: string): CallFailure => failure(codes.UNKNOWN, reason);

/** The outcome is unknown to the caller. */
export const writeTimeout = (): CallFailure =>
  failure(codes.ABORTED, 'the write did not complete in time; it may have taken effect');

export const consumerTooSlow = (): CallFailure =>
  failure(codes.ABORTED, 'the consumer was too slow while live: subscribe again after the last event');

export const notLeader = (leader: { readonly host: string; readonly port: number }): CallFailure =>
  failure(codes.NOT_FOUND, 'this node is not the leader', {
    exception: 'not-leader',
    'leader-endpoint-host': leader.host,
    'leader-endpoint-port': String(leader.port),
  });

export const streamDeleted = (stream: string): CallFailure =>
  failure(codes.FAILED_PRECONDITION, `the stream ${stream} is deleted for good`, {
    exception: 'stream-deleted',
    'stream-name': headerText(stream),
  });

const signedRevisions = { noStream: -1, any: -2, streamExists: -4 } as const;

export const wrongRevision = (stream: string, expected: ExpectedRevision, current: number | undefined): CallFailure =>
  failure(codes.FAILED_PRECONDITION, `the stream ${stream} is not at the expected revision`, {
    exception: 'wrong-expected-version',
    'stream-name': headerText(stream),
    'expected-version': String(typeof expected === 'number' ? expected : signedRevisions[expected]),
    'actual-version': String(current ?? signedRevisions.noStream),
  });

export const accessDenied = (reason: string): CallFailure =>
  failure(codes.PERMISSION_DENIED, reason, { exception: 'access-denied' });

export const unauthenticated = (reason: string): CallFailure => failure(codes.UNAUTHENTICATED, reason);

export function requestFailure(problem: BadRequest | TooLarge): CallFailure {
  switch (problem.problem) {
    case 'badRequest':
      return invalidArgument(problem.message);
    case 'missingMetadata':
      return failure(codes.INVALID_ARGUMENT, problem.message, {
        exception: 'missing-required-metadata-property',
        'required-metadata-properties': 'type,content-type',
      });
    case 'tooLarge':
      return failure(codes.INVALID_ARGUMENT, `an append holds at most ${appendBytesMax} bytes`, {
        exception: 'maximum-append-size-exceeded',
        'maximum-append-size': String(appendBytesMax),
      });
  }
}

/** Names beyond ASCII cannot stand in a header as they are. */
const headerText = (text: string): string => (/^[ -~]*$/.test(text) ? text : encodeURIComponent(text));
