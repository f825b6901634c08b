import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { type Instant, readInstant } from '#libs/domain';
import type { HookRequest } from '../source.js';
import { problemWithSecret, verify } from './verify.js';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const receivedAt = readInstant('2026-09-23T08:00:03Z');
const seconds = Math.floor(receivedAt / 1000);

function signedRequest({
  id = 'msg_1',
  timestamp = String(seconds),
  body = '{"type":"a"}',
  key = Buffer.alloc(32, 7),
  prefix = 'webhook',
  at = receivedAt,
} = {}): HookRequest {
  const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    method: 'POST',
    suffix: '',
    query: new URLSearchParams(),
    headers: { [`${prefix}-id`]: id, [`${prefix}-timestamp`]: timestamp, [`${prefix}-signature`]: `v1,${mac}` },
    body: Buffer.from(body),
    receivedAt: at,
  };
}

describe('the signature of Standard Webhooks', () => {
  it('lets in what is signed with a secret of the connection', () => {
    expect(verify(signedRequest(), [secret])).toBeUndefined();
  });

  it('is also read from the headers that Svix sends', () => {
    expect(verify(signedRequest({ prefix: 'svix' }), [secret])).toBeUndefined();
  });

  it('covers every byte of the body', () => {
    const request = { ...signedRequest(), body: Buffer.from('{"type":"a" }') };
    expect(verify(request, [secret])).toMatchObject({ reason: 'signature_invalid' });
  });

  it('covers the id and the time', () => {
    const request = signedRequest();
    const otherId = { ...request, headers: { ...request.headers, 'webhook-id': 'msg_2' } };
    const otherTime = { ...request, headers: { ...request.headers, 'webhook-timestamp': String(seconds - 1) } };
    expect(verify(otherId, [secret])).toMatchObject({ reason: 'signature_invalid' });
    expect(verify(otherTime, [secret])).toMatchObject({ reason: 'signature_invalid' });
  });

  it.each([
    [300, undefined],
    [301, 'timestamp_out_of_tolerance'],
    [-300, undefined],
    [-301, 'timestamp_out_of_tolerance'],
  ])('of %i seconds ago is answered with %s', (ageSeconds, reason) => {
    expect(verify(signedRequest({ timestamp: String(seconds - ageSeconds) }), [secret])?.reason).toBe(reason);
  });

  it('is replayed in vain after the window has closed', () => {
    const request = signedRequest({ at: (receivedAt + 301_000) as Instant });
    expect(verify(request, [secret])).toMatchObject({ reason: 'timestamp_out_of_tolerance' });
  });

  it.each(['1790150400abc', '', '-1', '1e9', ' 1790150400'])('refuses the time %j', (timestamp) => {
    expect(verify(signedRequest({ timestamp }), [secret])).toMatchObject({ reason: 'timestamp_invalid' });
  });

  it.each(['a.b', '', 'a b', 'ä', 'a'.repeat(257)])('refuses the id %j', (id) => {
    expect(verify(signedRequest({ id }), [secret])).toMatchObject({ reason: 'delivery_id_invalid' });
  });

  it('by Ed25519 is checked with the public key, and an HMAC made with that key counts for nothing', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
    const publicSecret = `whpk_${raw.toString('base64')}`;
    const request = signedRequest({ key: raw });
    expect(verify(request, [publicSecret])).toMatchObject({ reason: 'signature_invalid' });
    const signature = sign(null, Buffer.from(`msg_1.${seconds}.{"type":"a"}`), privateKey).toString('base64');
    const signed = { ...request, headers: { ...request.headers, 'webhook-signature': `v1a,${signature}` } };
    expect(verify(signed, [publicSecret])).toBeUndefined();
  });
});

describe('a secret for Standard Webhooks', () => {
  it.each([
    [secret, true],
    [secret.replace('whsec_', ''), true],
    [`whpk_${Buffer.alloc(32).toString('base64')}`, true],
    [`whpk_${Buffer.alloc(31).toString('base64')}`, false],
    [`whsec_${Buffer.alloc(23).toString('base64')}`, false],
    ['whsec_not base64!', false],
    ['', false],
  ])('%s is usable: %s', (candidate, usable) => {
    expect(problemWithSecret(candidate) === undefined).toBe(usable);
  });
});
