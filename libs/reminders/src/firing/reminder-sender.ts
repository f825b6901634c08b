import type { Instant } from '#libs/domain';
import { RevisionConflict, streamOf, type EventStore, type ExpectedRevision } from '#libs/event-store';
import type { Pool } from 'pg';
import type { Channel, ReminderItem, ReminderMessage } from '../channels/channel.js';
import { encodeReminderEvent, outcomeIdOf, reminderStreamOf, type ReminderEvent } from '../reminder-events.js';
import { actorsOf, claimDue, postpone, type ClaimedReminder } from './due-reminders.js';

export type SenderOptions = {
  readonly pool: Pool;
  readonly store: EventStore;
  readonly channels: readonly Channel[];
  /** Position of the log up to which the rows are written. */
  readonly projectedUpTo: () => Promise<bigint | undefined>;
  readonly clock: { now(): Instant };
  readonly log: { warn(entry: object): void };
};

/** After so many attempts a reminder is recorded as failed; the next stage tries again. */
export const ATTEMPTS_MAX = 6;
const RETRY_DELAY_MS = 30_000;
const APPEND_ATTEMPTS_MAX = 3;
/** How far back in a model's reminders an outcome that a crash kept from the rows is looked for. */
const OUTCOMES_LOOKED_AT = 500;

/** The stages of one obligation that are due: the last one is sent, and stands for those that were missed. */
type Digest = { readonly stages: readonly ClaimedReminder[]; readonly last: ClaimedReminder };

/** `behind`: the rows do not show yet what was recorded last about the model; ask again soon. */
export type Sending = 'done' | 'behind';

/** Sends what is due, and records it. */
export class ReminderSender {
  constructor(private readonly options: SenderOptions) {}

  /**
   * Sends all that is due for a model as one message, and appends what became of it. Several processes may ask at once:
   * one sends. A reminder is recorded once; after a crash between sending and recording the same message, by its id, is
   * sent again. Nothing is sent on rows that are behind the log: the duty may have been met, or a rebuild may not have
   * come to what met it.
   */
  async sendDue(model: string): Promise<Sending> {
    const { pool, clock } = this.options;
    if (!(await this.#isProjected(model))) return 'behind';
    const claimed = await claimDue(pool, model, clock.now());
    if (claimed.length === 0) return 'done';
    const settled = await this.#settledOutcomes(model);
    const digests = digestsOf(claimed).filter(({ last }) => !settled.ids.has(outcomeIdOf(last.id)));
    if (digests.length === 0) return 'done';
    const reason = await this.#trySending(messageOf(model, digests, clock.now()));
    if (reason === undefined) await this.#record(model, digests, (digest) => this.#sent(digest));
    else await this.#tryLater(model, digests, reason);
    return 'done';
  }

  /** Whether the rows show all that was recorded about the model and those who owe its duties. */
  async #isProjected(model: string): Promise<boolean> {
    const { pool, store, projectedUpTo } = this.options;
    const owed = (await actorsOf(pool, model)).map((id) => streamOf({ kind: 'provider', id }));
    const projected = (await projectedUpTo()) ?? -1n;
    for (const stream of [streamOf({ kind: 'model', id: model }), ...owed]) {
      for await (const last of store.readStream(stream, { direction: 'backwards', maxCount: 1 })) {
        if (last.position > projected) return false;
      }
    }
    return true;
  }

  /** With a growing pause, until the attempts are used up: then it is recorded as failed. */
  async #tryLater(model: string, digests: readonly Digest[], reason: string): Promise<void> {
    const { pool, clock } = this.options;
    const exhausted = digests.filter(({ last }) => last.attempts >= ATTEMPTS_MAX);
    const rest = digests.filter(({ last }) => last.attempts < ATTEMPTS_MAX);
    if (exhausted.length > 0) {
      await this.#record(model, exhausted, (digest) => ({
        type: 'ReminderFailed',
        data: { ...about(digest), reason },
      }));
    }
    for (const { stages, last } of rest) {
      const delayMs = RETRY_DELAY_MS * 2 ** (last.attempts - 1);
      await postpone(
        pool,
        stages.map(({ id }) => id),
        (clock.now() + delayMs) as Instant,
      );
    }
  }

  /** Why it could not be sent; undefined when every channel took it. */
  async #trySending(message: ReminderMessage): Promise<string | undefined> {
    const reasons: string[] = [];
    for (const channel of this.options.channels) {
      try {
        await channel.send(message);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        reasons.push(`${channel.name}: ${reason}`);
        this.options.log.warn({ event: 'reminder-not-sent', id: message.id, channel: channel.name, reason });
      }
    }
    return reasons.length === 0 ? undefined : reasons.join('; ');
  }

  #sent(digest: Digest): ReminderEvent {
    return {
      type: 'ReminderSent',
      data: { ...about(digest), channels: this.options.channels.map(({ name }) => name) },
    };
  }

  async #record(model: string, digests: readonly Digest[], eventOf: (digest: Digest) => ReminderEvent): Promise<void> {
    const occurredAt = this.options.clock.now();
    const events = digests.map((digest) => {
      const id = outcomeIdOf(digest.last.id);
      return encodeReminderEvent({ id, event: eventOf(digest), occurredAt, actor: 'system', correlationId: id });
    });
    for (let attempt = 1; ; attempt += 1) {
      const { ids, revision } = await this.#settledOutcomes(model);
      const missing = events.filter(({ id }) => !ids.has(id));
      if (missing.length === 0) return;
      try {
        await this.options.store.append(reminderStreamOf(model), missing, revision);
        return;
      } catch (error) {
        if (!(error instanceof RevisionConflict) || attempt >= APPEND_ATTEMPTS_MAX) throw error;
      }
    }
  }

  async #settledOutcomes(model: string): Promise<{ ids: ReadonlySet<string>; revision: ExpectedRevision }> {
    const ids = new Set<string>();
    let revision: ExpectedRevision = 'noStream';
    const latestFirst = { direction: 'backwards', maxCount: OUTCOMES_LOOKED_AT } as const;
    for await (const event of this.options.store.readStream(reminderStreamOf(model), latestFirst)) {
      if (revision === 'noStream') revision = event.revision;
      ids.add(event.id);
    }
    return { ids, revision };
  }
}

function digestsOf(claimed: readonly ClaimedReminder[]): readonly Digest[] {
  const byObligation = new Map<string, ClaimedReminder[]>();
  for (const reminder of claimed) {
    const stages = byObligation.get(reminder.obligationKey);
    if (stages === undefined) byObligation.set(reminder.obligationKey, [reminder]);
    else stages.push(reminder);
  }
  return [...byObligation.values()].map((stages) => ({ stages, last: stages.at(-1) as ClaimedReminder }));
}

function messageOf(model: string, digests: readonly Digest[], sentAt: Instant): ReminderMessage {
  const items = digests.map(({ stages, last }): ReminderItem => {
    const { obligationKey, obligationId, title, actor, deadline, stage } = last;
    const missedStages = stages.slice(0, -1).map((missed) => missed.stage);
    return { obligationKey, obligationId, title, actor, deadline, stage, missedStages };
  });
  return { id: outcomeIdOf(digests.map(({ last }) => last.id).join(' ')), model, sentAt, items };
}

function about({ stages, last }: Digest) {
  const { obligationKey, obligationId, title, deadline } = last;
  return {
    obligationKey,
    obligationId,
    title,
    deadline,
    stages: stages.map(({ stage, fireAt }) => ({ stage, fireAt })),
  };
}
