import type { Instant } from '#libs/domain';

/** What a connection's sender may prove itself with; `previousSecret` only before its instant. */
export type Credentials = {
  readonly secret: string;
  readonly bearer?: string;
  readonly previousSecret?: { readonly value: string; readonly validUntil: Instant };
};

/** The credentials that count at one moment. */
export type LiveCredentials = { readonly secrets: readonly string[]; readonly bearer?: string };

/** During a rotation both secrets are live; the former one up to, and not at, its last instant. */
export function liveCredentials({ secret, bearer, previousSecret }: Credentials, now: Instant): LiveCredentials {
  const previous = previousSecret !== undefined && now < previousSecret.validUntil ? [previousSecret.value] : [];
  return { secrets: [secret, ...previous], ...(bearer === undefined ? {} : { bearer }) };
}
