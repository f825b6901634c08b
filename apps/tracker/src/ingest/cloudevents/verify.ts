import { sameSecret } from '../constant-time.js';
import type { Refusal } from '../reasons.js';
import type { LiveCredentials } from '../connections/credentials.js';
import type { HookRequest } from '../source.js';

/**
 * Checks the access token of cloudevents/http-webhook.md: in the `Authorization` header or as `?access_token=`. Where
 * both are there both have to be right. Several tokens are live during a rotation.
 */
export function verify(request: HookRequest, { secrets, bearer }: LiveCredentials): Refusal | undefined {
  const authorization = request.headers['authorization'];
  const inQuery = request.query.getAll('access_token');
  if ((authorization === undefined || authorization === '') && inQuery.length === 0) {
    const detail = 'Expected `Authorization: Bearer <token>` or `?access_token=<token>`; found neither.';
    return { reason: 'credentials_missing', detail };
  }
  const sent: (string | undefined)[] = [...inQuery, ...(authorization === undefined ? [] : [bearerIn(authorization)])];
  const tokens = bearer === undefined ? secrets : [...secrets, bearer];
  const right = sent.every((token) => token !== undefined && isOneOf(token, tokens));
  return right
    ? undefined
    : { reason: 'credentials_invalid', detail: 'The access token is not one of this connection.' };
}

/** The scheme's name is compared without regard to case. */
function bearerIn(authorization: string): string | undefined {
  return /^bearer +(\S+) *$/i.exec(authorization)?.[1];
}

/** Compares with every token, so that the time tells nothing about which one came close. */
function isOneOf(token: string, tokens: readonly string[]): boolean {
  return tokens.filter((candidate) => sameSecret(token, candidate)).length > 0;
}

const tokenLengthMin = 8;
const tokenLengthMax = 512;

/** What is wrong with an access token that a connection is to hold; undefined when it can be used. */
export function problemWithSecret(secret: string): string | undefined {
  const usable = /^[\w.~+/=-]+$/.test(secret) && secret.length >= tokenLengthMin && secret.length <= tokenLengthMax;
  return usable
    ? undefined
    : `${tokenLengthMin} to ${tokenLengthMax} letters, digits and - . _ ~ + / =, as a Bearer header can carry`;
}
