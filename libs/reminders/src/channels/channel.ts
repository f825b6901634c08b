import type { Instant } from '#libs/domain';

/** One duty that a message reminds of. */
export type ReminderItem = {
  readonly obligationKey: string;
  readonly obligationId: string;
  readonly title: string;
  /** Provider who owes it; `null` while unknown. */
  readonly actor: string | null;
  readonly deadline: Instant;
  /** The stage that is due, such as `7-days-before-2026-10-19`. */
  readonly stage: string;
  /** Earlier stages that this message makes up for. */
  readonly missedStages: readonly string[];
};

/** What is sent of one model at once. `id` is the same whenever the same stages are sent, so that receivers can tell. */
export type ReminderMessage = {
  readonly id: string;
  readonly model: string;
  readonly sentAt: Instant;
  readonly items: readonly ReminderItem[];
};

/** A way to reach people. `send` resolves when the message was taken, and throws when it was not. */
export type Channel = { readonly name: string; send(message: ReminderMessage): Promise<void> };
