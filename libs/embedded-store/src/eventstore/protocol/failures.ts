import { Metadata, status as codes, type StatusObject } from '@grpc/grpc-js';
import { appendBytesMax, type BadRequest, type TooLarge } from './read-request.js';

/** How a call fails, in the terms that the official clients understand: a code, and trailers that name the exception. */
export type CallFailure = Pick<StatusObject, 'code' | 'details' | 'metadata'>;

function failure(code: codes, details: string, trailers: Readonly<Record<string, string>> = {}): CallFailure {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, value);
  return { code, details, metadata };
}

export const unavailable = (reason: string): CallFailure => failure(codes.UNAVAILABLE, reason);
export const invalidArgument = (reason: string): CallFailure => failure(codes.INVALID_ARGUMENT, reason);
export const unknownFailure = (reason: string): CallFailure => failure(codes.UNKNOWN, reason);

/** The outcome is unknown to the caller. */
export const writeTimeout = (): CallFailure =>
  failure(codes.ABORTED, 'the write did not complete in time; it may have taken effect');

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
