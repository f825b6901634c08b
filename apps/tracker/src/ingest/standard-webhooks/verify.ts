import type { Instant } from '#libs/domain';
import { createHmac, createPublicKey, timingSafeEqual, verify as verifySignature } from 'node:crypto';
import type { Refusal } from '../reasons.js';
import type { HookRequest } from '../source.js';

const secretPrefix = 'whsec_';
const publicKeyPrefix = 'whpk_';
const secretBytesMin = 24;
const secretBytesMax = 64;
const publicKeyBytes = 32;
/** Exactly this far away still counts; the specification's libraries agree. */
const toleranceSeconds = 300;
const deliveryIdLengthMax = 256;
/** A sender that rotates sends a few; each costs one comparison. */
const signaturesMax = 16;
/** What DER puts before the 32 bytes of an Ed25519 public key (RFC 8410). */
const ed25519Header = Buffer.from('302a300506032b6570032100', 'hex');

type SignatureHeaders = { readonly id: string; readonly timestamp: string; readonly signatures: string };

/** The id of a delivery: `webhook-id`, or `svix-id` from Svix, which sends the same scheme under its own names. */
export function readDeliveryId({ headers }: HookRequest): string | Refusal {
  const id = headers['webhook-id'] ?? headers['svix-id'];
  // With a full stop in the id, one signed text could be read as two different deliveries.
  if (id !== undefined && /^[!-~]+$/.test(id) && !id.includes('.') && id.length <= deliveryIdLengthMax) return id;
  const expected = `1 to ${deliveryIdLengthMax} visible ASCII characters without a full stop`;
  return { reason: 'delivery_id_invalid', detail: `Expected ${expected} in the header webhook-id.` };
}

function readSignatureHeaders(request: HookRequest): SignatureHeaders | Refusal {
  const timestamp = request.headers['webhook-timestamp'] ?? request.headers['svix-timestamp'];
  const signatures = request.headers['webhook-signature'] ?? request.headers['svix-signature'];
  if (signatures === undefined || signatures === '') {
    return { reason: 'signature_missing', detail: 'Expected the header webhook-signature; found none.' };
  }
  if (timestamp === undefined || !/^[0-9]{1,12}$/.test(timestamp)) {
    return {
      reason: 'timestamp_invalid',
      detail: 'Expected whole seconds since 1970 in the header webhook-timestamp.',
    };
  }
  const id = readDeliveryId(request);
  return typeof id === 'string' ? { id, timestamp, signatures } : id;
}

/**
 * Checks a request by the scheme of Standard Webhooks against any of `secrets`, over the bytes as sent. Where the
 * secret is a public key only Ed25519 signatures count, so that nobody can use the public key as an HMAC secret.
 */
export function verify(request: HookRequest, secrets: readonly string[]): Refusal | undefined {
  const headers = readSignatureHeaders(request);
  if ('reason' in headers) return headers;
  const late = checkTimestamp(headers.timestamp, request.receivedAt);
  if (late !== undefined) return late;
  const signed = Buffer.concat([Buffer.from(`${headers.id}.${headers.timestamp}.`), request.body]);
  const signatures = headers.signatures.split(' ').slice(0, signaturesMax);
  if (secrets.some((secret) => signs(secret, signed, signatures))) return undefined;
  return { reason: 'signature_invalid', detail: 'No signature fits this body and a secret of this connection.' };
}

function checkTimestamp(timestamp: string, receivedAt: Instant): Refusal | undefined {
  const ageSeconds = Math.floor(receivedAt / 1000) - Number(timestamp);
  if (Math.abs(ageSeconds) <= toleranceSeconds) return undefined;
  const direction = ageSeconds > 0 ? 'in the past' : 'in the future';
  const detail = `Expected at most ${toleranceSeconds} s from now; found ${Math.abs(ageSeconds)} s ${direction}. Sign each try anew.`;
  return { reason: 'timestamp_out_of_tolerance', detail };
}

function signs(secret: string, signed: Buffer, signatures: readonly string[]): boolean {
  if (secret.startsWith(publicKeyPrefix)) {
    const key = publicKeyOf(secret);
    return signaturesOf('v1a', signatures).some((signature) => verifySignature(null, signed, key, signature));
  }
  const expected = createHmac('sha256', signingKeyOf(secret)).update(signed).digest();
  return signaturesOf('v1', signatures).some(
    (signature) => signature.length === expected.length && timingSafeEqual(signature, expected),
  );
}

function signaturesOf(version: string, signatures: readonly string[]): Buffer[] {
  const prefix = `${version},`;
  return signatures
    .filter((signature) => signature.startsWith(prefix))
    .map((signature) => Buffer.from(signature.slice(prefix.length), 'base64'));
}

function signingKeyOf(secret: string): Buffer {
  return Buffer.from(withoutPrefix(secret, secretPrefix), 'base64');
}

function publicKeyOf(secret: string): ReturnType<typeof createPublicKey> {
  const key = Buffer.concat([ed25519Header, Buffer.from(withoutPrefix(secret, publicKeyPrefix), 'base64')]);
  return createPublicKey({ key, format: 'der', type: 'spki' });
}

/** What is wrong with a secret or public key that a connection is to hold; undefined when it can be used. */
export function problemWithSecret(secret: string): string | undefined {
  if (secret.startsWith(publicKeyPrefix)) {
    const bytes = bytesOf(withoutPrefix(secret, publicKeyPrefix));
    return bytes === publicKeyBytes ? undefined : `whpk_ followed by ${publicKeyBytes} bytes in base64`;
  }
  const bytes = bytesOf(withoutPrefix(secret, secretPrefix));
  const usable = bytes !== undefined && bytes >= secretBytesMin && bytes <= secretBytesMax;
  return usable ? undefined : `whsec_ followed by ${secretBytesMin} to ${secretBytesMax} bytes in base64`;
}

function bytesOf(base64: string): number | undefined {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? Buffer.from(base64, 'base64').length : undefined;
}

function withoutPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}
