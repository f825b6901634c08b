import type { Credentials } from './credentials.js';

/** Names as in the deliveries' fixtures, where they are the `receiver`. */
export type ConnectionSettings = {
  /** Default: 1 MiB. */
  readonly max_body_bytes?: number;
  /** Origins that may take part in the handshake of CloudEvents; absent: any. */
  readonly allowed_origins?: readonly string[];
};

export type Connection = {
  readonly id: string;
  readonly system: string;
  readonly providerId: string;
  readonly settings: ConnectionSettings;
  readonly credentials: Credentials;
};

export const maxBodyBytesDefault = 1024 * 1024;
