import { isUtf8 } from 'node:buffer';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Instant } from '#libs/domain';
import {
  decodeEnvelope,
  encodeEnvelope,
  eventIdOf,
  type NewEvent,
  type StoredEvent,
  UnreadableEvent,
} from '#libs/event-store';

/** A delivery as its inbox keeps it. What carries credentials is not among it. */
export type DeliveryReceived = {
  /** Event id, made of connection and key: the same delivery has the same id for ever. */
  readonly id: string;
  readonly connection: string;
  readonly system: string;
  /** Whose models the connection told of when it came in. */
  readonly providerId: string;
  readonly key: string;
  /** Hex, of the body as sent. */
  readonly bodySha256: string;
  /** Undefined where the body may not be kept. */
  readonly body: Buffer | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly suffix: string;
  readonly receivedAt: Instant;
};

export const deliveryReceivedType = 'DeliveryReceived.v1';
const streamPrefix = 'inbox-';
/** From here on compressing is worth its time; a store takes a mebibyte in one write. */
const compressFromBytes = 128 * 1024;
/** What a compressed body may unfold to when it is read back: the highest limit that a connection can have. */
const bodyBytesMax = 25 * 1024 * 1024;

export function inboxOf(connection: string): string {
  return `${streamPrefix}${connection}`;
}

export function deliveryId(connection: string, key: string): string {
  return eventIdOf('delivery', connection, key);
}

export function encodeDelivery(delivery: DeliveryReceived, correlationId: string): NewEvent {
  const { id, connection, receivedAt, body, ...rest } = delivery;
  return {
    id,
    type: deliveryReceivedType,
    data: { connection, ...rest, ...encodeBody(body) },
    metadata: encodeEnvelope({
      occurredAt: receivedAt,
      recordedAt: receivedAt,
      actor: `webhook:${connection}`,
      source: `webhook:${connection}`,
      correlationId,
      deliveryId: id,
    }),
  };
}

type EncodedBody = { readonly body: string | null; readonly bodyEncoding: 'utf8' | 'base64' | 'gzip' | 'omitted' };

function encodeBody(body: Buffer | undefined): EncodedBody {
  if (body === undefined) return { body: null, bodyEncoding: 'omitted' };
  if (body.length >= compressFromBytes) return { body: gzipSync(body).toString('base64'), bodyEncoding: 'gzip' };
  return isUtf8(body)
    ? { body: body.toString('utf8'), bodyEncoding: 'utf8' }
    : { body: body.toString('base64'), bodyEncoding: 'base64' };
}

/** @throws UnreadableEvent */
export function decodeDelivery(stored: StoredEvent): DeliveryReceived {
  if (stored.type !== deliveryReceivedType) throw new UnreadableEvent(stored, `expected ${deliveryReceivedType}`);
  return {
    id: stored.id,
    connection: text(stored, 'connection'),
    system: text(stored, 'system'),
    providerId: text(stored, 'providerId'),
    key: text(stored, 'key'),
    bodySha256: text(stored, 'bodySha256'),
    body: decodeBody(stored),
    headers: textsIn(stored, 'headers'),
    suffix: text(stored, 'suffix'),
    receivedAt: decodeEnvelope(stored).occurredAt,
  };
}

function decodeBody(stored: StoredEvent): Buffer | undefined {
  const encoding = text(stored, 'bodyEncoding') as EncodedBody['bodyEncoding'];
  switch (encoding) {
    case 'omitted':
      return undefined;
    case 'utf8':
    case 'base64':
      return Buffer.from(text(stored, 'body'), encoding);
    case 'gzip':
      return gunzipSync(Buffer.from(text(stored, 'body'), 'base64'), { maxOutputLength: bodyBytesMax });
  }
  throw new UnreadableEvent(stored, `expected a known bodyEncoding, found ${JSON.stringify(encoding)}`);
}

function text(stored: StoredEvent, name: string): string {
  const value = stored.data[name];
  if (typeof value === 'string') return value;
  throw new UnreadableEvent(stored, `expected ${name} to be text`);
}

function textsIn(stored: StoredEvent, name: string): Readonly<Record<string, string>> {
  const value = stored.data[name];
  if (typeof value === 'object' && value !== null && Object.values(value).every((entry) => typeof entry === 'string')) {
    return value as Readonly<Record<string, string>>;
  }
  throw new UnreadableEvent(stored, `expected ${name} to be an object of texts`);
}
