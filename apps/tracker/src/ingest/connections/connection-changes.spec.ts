import { type Instant, readInstant } from '#libs/domain';
import { changedConnection, newConnection } from './connection-changes.js';
import { liveCredentials } from './credentials.js';

const now = readInstant('2026-09-23T08:00:00Z');
const secretOf = (byte: number): string => `whsec_${Buffer.alloc(32, byte).toString('base64')}`;
const asked = { id: 'c1', system: 'standard-webhooks', providerId: 'p1' };

describe('a connection', () => {
  it('gets a secret of 32 random bytes when none is given', () => {
    const { secret } = newConnection(asked).credentials;
    expect(Buffer.from(secret.replace('whsec_', ''), 'base64')).toHaveLength(32);
    expect(newConnection(asked).credentials.secret).not.toBe(secret);
  });

  it('keeps the former secret live for a week when a new one is set', () => {
    const before = newConnection({ ...asked, secret: secretOf(1) });
    const { credentials } = changedConnection(before, { secret: secretOf(2) }, now);
    const week = 7 * 24 * 3600 * 1000;
    expect(liveCredentials(credentials, (now + week - 1) as Instant).secrets).toEqual([secretOf(2), secretOf(1)]);
    expect(liveCredentials(credentials, (now + week) as Instant).secrets).toEqual([secretOf(2)]);
  });

  it('ends the former secret when it is told to', () => {
    const before = newConnection({ ...asked, secret: secretOf(1) });
    const rotation = { secret: secretOf(2), credentials: { previous_secret_valid_until: '2026-09-23T08:00:00Z' } };
    expect(liveCredentials(changedConnection(before, rotation, now).credentials, now).secrets).toEqual([secretOf(2)]);
  });

  it.each([
    ['an unknown system', { system: 'fax' }],
    ['a weak secret', { secret: 'whsec_abc' }],
    ['a bearer token where none is asked for', { credentials: { bearer: 'some-bearer-token' } }],
    ['a former secret without an end', { credentials: { previous_secret: secretOf(3) } }],
    ['an end that is no instant', { credentials: { previous_secret_valid_until: 'soon' } }],
  ])('is refused with %s, and the message shows no secret', (_what, wrong) => {
    const act = (): unknown => newConnection({ ...asked, ...wrong });
    expect(act).toThrow('Some fields are wrong');
    expect(act).not.toThrow(secretOf(3));
  });
});
