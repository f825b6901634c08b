import type { Instant } from '#libs/domain';

/** A moment at which something may be due for a model. It carries no content: what is due is asked when it rings. */
export type Alarm = { readonly model: string; readonly at: Instant };

/**
 * An alarm clock, not a record: an alarm that is lost costs latency only, and one that rings for nothing does nothing.
 * Every adapter passes `testing/reminder-queue-contract.ts`.
 */
export interface ReminderQueue {
  /** Sets alarms; one that is set already is not set twice. @param now what the delays are counted from */
  arm(alarms: readonly Alarm[], now: Instant): Promise<void>;
  /** Rings from now on, never before `at` by the queue's clock. A handler that fails is not called again for that alarm. */
  start(onAlarm: (model: string) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}
