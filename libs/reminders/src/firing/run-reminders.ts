import { setTimeout as pause } from 'node:timers/promises';
import type { Instant } from '#libs/domain';
import type { Pool } from 'pg';
import type { ReminderQueue } from '../queue/reminder-queue.js';
import { alarmsBetween, modelsWithDue } from './due-reminders.js';
import type { ReminderSender } from './reminder-sender.js';

export type RemindersOptions = {
  readonly pool: Pool;
  readonly queue: ReminderQueue;
  readonly sender: ReminderSender;
  readonly clock: { now(): Instant };
  readonly log: { warn(entry: object): void };
  readonly signal: AbortSignal;
  readonly reconcileEveryMs?: number;
};

const RECONCILE_EVERY_MS = 60_000;
/** Only alarms of the next minutes are set; the rows keep the rest. More than one round, so that none falls between two. */
const HORIZON_MS = 5 * 60_000;
const ALARMS_MAX = 10_000;
const MODELS_PER_ROUND_MAX = 1_000;
const CONCURRENCY = 4;

/**
 * Rings and sends until the signal is aborted. A reconciler, at once and every minute, sends what is past and unsent and
 * sets the alarms of the next minutes, so that a lost queue costs latency only.
 */
export async function runReminders(options: RemindersOptions): Promise<void> {
  const { queue, sender, log, signal, reconcileEveryMs = RECONCILE_EVERY_MS } = options;
  const send = async (model: string): Promise<void> => {
    try {
      await sender.sendDue(model);
    } catch (error) {
      // The claim ends by itself, and the reconciler comes back to it.
      log.warn({ event: 'reminding-failed', model, reason: reasonOf(error) });
    }
  };
  await queue.start(send);
  while (!signal.aborted) {
    try {
      await reconcile(options, send);
    } catch (error) {
      log.warn({ event: 'reconciling-failed', reason: reasonOf(error) });
    }
    await pause(reconcileEveryMs, undefined, { signal }).catch(() => undefined);
  }
  await queue.close();
}

async function reconcile(
  { pool, queue, clock, signal }: RemindersOptions,
  send: (model: string) => Promise<void>,
): Promise<void> {
  const waiting = [...(await modelsWithDue(pool, clock.now(), MODELS_PER_ROUND_MAX))];
  const sendOneByOne = async (): Promise<void> => {
    for (let model = waiting.shift(); model !== undefined && !signal.aborted; model = waiting.shift())
      await send(model);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, sendOneByOne));
  const now = clock.now();
  await queue.arm(await alarmsBetween(pool, now, (now + HORIZON_MS) as Instant, ALARMS_MAX), now);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
