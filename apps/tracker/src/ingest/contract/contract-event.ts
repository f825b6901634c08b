import type { Instant } from '#libs/domain';

/** An event of our contract as an envelope brought it: Standard Webhooks or CloudEvents. */
export type ContractEvent = {
  readonly key: string;
  readonly type: string;
  readonly data: unknown;
  /** Names the model where the data do not. */
  readonly subject?: string;
  /** The envelope's own time. */
  readonly statedAt: Instant | undefined;
  readonly receivedAt: Instant;
};
