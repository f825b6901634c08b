import type { AppendResult } from '@eventstore/db-client';
import { assertAppendable, maxAppendBytes } from '../append-limits.js';
import {
  AppendTooLarge,
  type Appended,
  type ExpectedRevision,
  type NewEvent,
  RevisionConflict,
  type StoredEvent,
  StoreUnavailable,
} from '../event-store.js';
import type { AppendConnection } from './append-connection.js';
import { backOffDelayMs, type Pacing } from './back-off.js';
import { messageOf, readClientFailure, RefusedByStore } from './client-failure.js';

/** Tries of one append in all, the first included. */
const maxAppendTries = 4;
const backOff = { firstMs: 50, mostMs: 1_000 };

export type AppenderParts = {
  readonly connection: Pick<AppendConnection, 'send'>;
  /** Reads so many events of a stream from a revision on. */
  readonly read: (stream: string, from: bigint, count: number) => AsyncIterable<StoredEvent>;
  readonly pacing: Pacing;
  /** For one try. The store itself gives up a write after 2 s. */
  readonly timeoutMs: number;
};

/**
 * Appends until the outcome is known. A try without an answer may have taken effect, now or later, so it is repeated
 * with the same ids at the same revision, which the store answers as if it were the first time.
 */
export class Appender {
  constructor(private readonly parts: AppenderParts) {}

  async append(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<Appended> {
    assertAppendable(stream, events, expected);
    let lastFailure: unknown;
    for (let failures = 0; failures < maxAppendTries; failures += 1) {
      if (failures > 0) await this.parts.pacing.wait(backOffDelayMs(failures, backOff, this.parts.pacing.random));
      try {
        const answer = await this.parts.connection.send(stream, events, { expected, timeoutMs: this.parts.timeoutMs });
        return placeOf(answer) ?? (await this.#known(stream, events, expected));
      } catch (error) {
        if (error instanceof StoreUnavailable) throw error;
        const failure = readClientFailure(error);
        switch (failure.kind) {
          case 'conflict': {
            const standing = await this.#standing(stream, events, expected);
            if (standing !== 'nothing' && 'ours' in standing) return standing.ours;
            throw new RevisionConflict(stream, expected, failure.found);
          }
          case 'tooLarge':
            throw new AppendTooLarge(`the event store takes less than ${maxAppendBytes} bytes at once for ${stream}`);
          case 'refused':
            throw new RefusedByStore(`the event store refuses to append to ${stream}: ${messageOf(error)}`, {
              cause: error,
            });
          case 'notFound':
          case 'notLeader':
          case 'uncertain':
            lastFailure = error;
        }
      }
    }
    return this.#known(stream, events, expected, lastFailure);
  }

  /** What the stream itself says, when nobody has told us. */
  async #known(
    stream: string,
    events: readonly NewEvent[],
    expected: ExpectedRevision,
    cause?: unknown,
  ): Promise<Appended> {
    const standing = await this.#standing(stream, events, expected);
    if (standing !== 'nothing') {
      if ('ours' in standing) return standing.ours;
      throw new RevisionConflict(stream, expected, standing.others);
    }
    throw new StoreUnavailable(
      `the outcome of an append to ${stream} is unknown after ${maxAppendTries} tries (${messageOf(cause)}); say the same again later`,
      { cause },
    );
  }

  /** What stands just behind the expected revision: our events, those of others up to a revision, or nothing yet. */
  async #standing(
    stream: string,
    events: readonly NewEvent[],
    expected: ExpectedRevision,
  ): Promise<{ readonly ours: Appended } | { readonly others: bigint } | 'nothing'> {
    const from = expected === 'noStream' ? 0n : expected + 1n;
    const found: StoredEvent[] = [];
    for await (const event of this.parts.read(stream, from, events.length)) found.push(event);
    const last = found.at(-1);
    if (last === undefined) return 'nothing';
    const areOurs = found.length === events.length && found.every((event, i) => event.id === events[i]?.id);
    return areOurs ? { ours: { revision: last.revision, position: last.position } } : { others: last.revision };
  }
}

function placeOf({ nextExpectedRevision, position }: AppendResult): Appended | undefined {
  return position === undefined ? undefined : { revision: nextExpectedRevision, position: position.commit };
}
