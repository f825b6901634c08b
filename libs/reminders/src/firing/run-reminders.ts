import { setTimeout as pause } from 'node:timers/promises';
import type { Instant } from '#libs/domain';
import type { Pool } from 'pg';
import type { ReminderQueue } from '../queue/reminder-queue.js';
import { alarmsBetween, modelsWithDue } from './due-reminders.js';
import type { ReminderSender } from './reminder-sender.js';

export type RemindersOptions = {
  readonly pool: Pool;
  readonly queue: ReminderQueue;
  readonly sender: Pick<ReminderSender, 'sendDue'>;
  readonly clock: { now(): Instant };
  readonly log: { warn(entry: object): void };
  readonly signal: AbortSignal;
  readonly reconcileEveryMs?: number;
  readonly lookEveryMs?: number;
};

/** How often the alarms of the next minutes are set, and at least how often what is past and unsent is looked for. */
const RECONCILE_EVERY_MS = 60_000;
/** A look is one read of a small index. It finds what was planned for at once, and a clock that was set forward. */
const LOOK_EVERY_MS = 1_000;
/** Only alarms of the next minutes are set; the rows keep the rest. More than one round, so that none falls between two. */
const HORIZON_MS = 5 * 60_000;
const ALARMS_MAX = 10_000;
const MODELS_PER_ROUND_MAX = 1_000;
const CONCURRENCY = 4;

/** Answers whether the model is settled for now; false: look again, later. */
type Send = (model: string) => Promise<boolean>;

/**
 * Rings and sends until the signal is aborted. It sends what is past and unsent at once, and sets the alarms of the next
 * minutes at once and every minute, so that a queue that is lost, or cannot be reached, costs latency only.
 */
export async function runReminders(options: RemindersOptions): Promise<void> {
  const { queue, signal, reconcileEveryMs = RECONCILE_EVERY_MS, lookEveryMs = LOOK_EVERY_MS } = options;
  const send = sending(options);
  await attempt(options, 'reminder-queue-not-started', () => queue.start(async (model) => void (await send(model))));
  let armedAtMs = Number.NEGATIVE_INFINITY;
  let pauseMs = lookEveryMs;
  while (!signal.aborted) {
    const isQuiet = await attempt(options, 'reconciling-failed', () => sendWaiting(options, send));
    // While sending fails, or the rows are behind the log, looking every second would help nobody.
    pauseMs = isQuiet === true ? lookEveryMs : Math.min(pauseMs * 2, reconcileEveryMs);
    if (performance.now() - armedAtMs >= reconcileEveryMs) {
      armedAtMs = performance.now();
      await attempt(options, 'arming-failed', () => arm(options));
    }
    await pause(pauseMs, undefined, { signal }).catch(() => undefined);
  }
  await attempt(options, 'reminder-queue-not-closed', () => queue.close());
}

function sending({ sender, log }: RemindersOptions): Send {
  return async (model) => {
    try {
      return (await sender.sendDue(model)) === 'done';
    } catch (error) {
      // The claim ends by itself, and the next look after that comes back to it.
      log.warn({ event: 'reminding-failed', model, reason: reasonOf(error) });
      return false;
    }
  };
}

/** Answers whether all that was due is settled. */
async function sendWaiting({ pool, clock, signal }: RemindersOptions, send: Send): Promise<boolean> {
  const waiting = [...(await modelsWithDue(pool, clock.now(), MODELS_PER_ROUND_MAX))];
  let isQuiet = true;
  const sendOneByOne = async (): Promise<void> => {
    for (let model = waiting.shift(); model !== undefined && !signal.aborted; model = waiting.shift()) {
      if (!(await send(model))) isQuiet = false;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, sendOneByOne));
  return isQuiet;
}

async function arm({ pool, queue, clock }: RemindersOptions): Promise<void> {
  const now = clock.now();
  await queue.arm(await alarmsBetween(pool, now, (now + HORIZON_MS) as Instant, ALARMS_MAX), now);
}

/** Undefined when it failed, which is logged: the next round does what is missing. */
async function attempt<Result>(
  { log }: RemindersOptions,
  event: string,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    log.warn({ event, reason: reasonOf(error) });
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
