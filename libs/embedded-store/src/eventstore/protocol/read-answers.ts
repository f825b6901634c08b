import type { LogRecord } from '../log/record.js';
import { encodeRecord } from './encode-record.js';
import { streams, type Shared } from './protocol.js';

const encoded = new WeakMap<LogRecord, Buffer>();

/** The bytes that carry an event of the end of the log, made once for all its subscribers. */
export function encodeRecent(record: LogRecord): Buffer {
  const known = encoded.get(record);
  if (known !== undefined) return known;
  const bytes = encodeRecord(record);
  encoded.set(record, bytes);
  return bytes;
}

export function encodeConfirmation(subscriptionId: string): Uint8Array {
  const confirmation = new streams.ReadResp.SubscriptionConfirmation();
  confirmation.setSubscriptionId(subscriptionId);
  const response = new streams.ReadResp();
  response.setConfirmation(confirmation);
  return response.serializeBinary();
}

export function encodeCaughtUp(): Uint8Array {
  const response = new streams.ReadResp();
  response.setCaughtUp(new streams.ReadResp.CaughtUp());
  return response.serializeBinary();
}

export function encodeCheckpoint(position: number): Uint8Array {
  const checkpoint = new streams.ReadResp.Checkpoint();
  checkpoint.setCommitPosition(String(position));
  checkpoint.setPreparePosition(String(position));
  const response = new streams.ReadResp();
  response.setCheckpoint(checkpoint);
  return response.serializeBinary();
}

export function encodeStreamNotFound(stream: Shared.StreamIdentifier | undefined): Uint8Array {
  const notFound = new streams.ReadResp.StreamNotFound();
  notFound.setStreamIdentifier(stream);
  const response = new streams.ReadResp();
  response.setStreamNotFound(notFound);
  return response.serializeBinary();
}
