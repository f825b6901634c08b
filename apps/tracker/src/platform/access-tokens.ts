import { Inject, Injectable } from '@nestjs/common';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import { DATABASE } from './ports.js';

export const scopes = ['facts:write', 'proposals:decide', 'read', 'audit', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** Who a request comes from: the name that its token was given, and what it may do. */
export type AccessToken = { readonly id: string; readonly scopes: readonly Scope[] };

type StoredToken = AccessToken & { readonly digest: Buffer };

export const adminTokenId = 'admin';

/**
 * Another process may have stored a token since. Looking again more often than this would let guesses load the
 * database; a guess waits for its turn instead.
 */
const reloadIntervalMs = 250;

/** The bearer tokens that are let in. Only their SHA-256 is stored. */
@Injectable()
export class AccessTokens {
  #tokens: readonly StoredToken[] = [];
  #loadedAtMs = Number.NEGATIVE_INFINITY;
  #reloading: Promise<void> | undefined;

  constructor(@Inject(DATABASE) private readonly database: Pool) {}

  /** The token that this text is; undefined when it is none of ours. */
  async find(text: string): Promise<AccessToken | undefined> {
    const digest = digestOf(text);
    const known = this.#compare(digest);
    if (known !== undefined) return known;
    await this.#reload();
    return this.#compare(digest);
  }

  /** One reload at a time, for all who wait for it, and not before its time. */
  #reload(): Promise<void> {
    this.#reloading ??= this.#loadInTime().finally(() => {
      this.#reloading = undefined;
    });
    return this.#reloading;
  }

  async #loadInTime(): Promise<void> {
    // A monotonic clock, since this is no fact about the world.
    const waitMs = this.#loadedAtMs + reloadIntervalMs - performance.now();
    if (waitMs > 0) await pause(waitMs);
    await this.#load();
  }

  #compare(digest: Buffer): AccessToken | undefined {
    return this.#tokens.filter((token) => timingSafeEqual(token.digest, digest))[0];
  }

  async #load(): Promise<void> {
    const { rows } = await this.database.query<StoredToken>(
      'select id, scopes, sha256 as digest from settings.access_token',
    );
    this.#tokens = rows;
    this.#loadedAtMs = performance.now();
  }
}

/**
 * Makes sure that there is an administrator's token. With `configured`, that one counts from now on; otherwise the
 * stored one stays. Returns a token that was generated, which nobody can ever look up again.
 */
export async function ensureAdminToken(database: Pool, configured: string | undefined): Promise<string | undefined> {
  const token = configured ?? `gpai_${randomBytes(32).toString('base64url')}`;
  const stored = await database.query(
    `insert into settings.access_token (id, scopes, sha256) values ($1, $2, $3)
     on conflict (id) do ${configured === undefined ? 'nothing' : 'update set scopes = excluded.scopes, sha256 = excluded.sha256'}`,
    [adminTokenId, [...scopes], digestOf(token)],
  );
  return configured === undefined && stored.rowCount === 1 ? token : undefined;
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
