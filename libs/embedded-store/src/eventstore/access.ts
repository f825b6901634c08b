import { createHash, timingSafeEqual } from 'node:crypto';
import { accessDenied, unauthenticated } from './protocol/failures.js';
import { originalOf } from './log/stream-metadata.js';
import type { CallFailure } from './transport/call.js';

/** Who may use a server. Only an administrator reads and writes system streams and reads `$all`. */
export type User = { readonly name: string; readonly password: string; readonly isAdmin: boolean };

/** What a caller may use; `undefined` stands for `$all`. */
export type Rights = (stream: string | undefined) => boolean;

/** Finds out who calls, by the name and password that come with each call. */
export class Access {
  readonly #users: ReadonlyMap<string, User> | undefined;

  /** Without users everybody may do everything. */
  constructor(users: readonly User[] | undefined) {
    this.#users = users === undefined ? undefined : new Map(users.map((user) => [user.name, user]));
  }

  rightsOf(authorization: string | undefined): Rights | CallFailure {
    if (this.#users === undefined) return everything;
    if (authorization === undefined) return accessDenied('this server takes calls with a user name and password only');
    const [, encoded = ''] = /^Basic (.+)$/i.exec(authorization) ?? [];
    const [, name = '', password = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
    const user = this.#users.get(name);
    // Compared for unknown users as well, so that the time taken does not tell names.
    const isRight = isEqual(password, user?.password ?? '');
    if (user === undefined || !isRight) return unauthenticated('the user name or the password is wrong');
    return user.isAdmin ? everything : ownStreams;
  }
}

export const refusal = (stream: string | undefined): CallFailure =>
  accessDenied(`${stream ?? '$all'} is for administrators only`);

const everything: Rights = () => true;
const ownStreams: Rights = (stream) => stream !== undefined && !(originalOf(stream) ?? stream).startsWith('$');

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
const isEqual = (one: string, other: string): boolean => timingSafeEqual(digestOf(one), digestOf(other));
