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
import { messageOf, readClientFailure, RefusedByStore } from './client-failure.js';
import { backOffDelayMs, pause, type Pacing } from './pacing.js';

/** Tries of one append in all, the first included. */
const maxAppendTries = 12;
const backOff = { firstMs: 50, mostMs: 1_000 };

export type AppenderParts = {
  readonly connection: Pick<AppendConnection, 'send'>;
  /** Reads so many events of a stream from a revision on. */
  readonly read: (stream: string, from: bigint, count: number) => AsyncIterable<StoredEvent>;
  readonly pacing: Pacing;
  /** For one try. The store itself gives up a write after 2 s. */
  readonly timeoutMs: number;
  /** No try begins later than this after the first. */
  readonly retryForMs: number;
};

type Append = {
  readonly stream: string;
  readonly events: readonly NewEvent[];
  readonly expected: ExpectedRevision;
};

/** What stands just behind the expected revision: our events, those of others up to a revision, or nothing yet. */
type Standing = { readonly ours: Appended } | { readonly others: bigint } | undefined;

/**
 * Appends until the outcome is known. A try without an answer may have taken effect, now or later, so it is repeated
 * with the same ids at the same revision, which the store answers as if it were the first time.
 */
export class Appender {
  constructor(private readonly parts: AppenderParts) {}

  async append(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<Appended> {
    assertAppendable(stream, events, expected);
    const { pacing, retryForMs } = this.parts;
    const append = { stream, events, expected };
    const endsAtMs = pacing.now() + retryForMs;
    for (let tries = 1; ; tries += 1) {
      let failure: unknown;
      try {
        return await this.#try(append, Math.max(endsAtMs - pacing.now(), 0));
      } catch (error) {
        if (error instanceof RevisionConflict || error instanceof AppendTooLarge) throw error;
        // Of a try before this one they say nothing.
        const isOnlyOfThisTry = error instanceof RefusedByStore || error instanceof StoreUnavailable;
        if (isOnlyOfThisTry && tries === 1) throw error;
        if (isOnlyOfThisTry) return this.#known(append, error);
        failure = error;
      }
      const delayMs = backOffDelayMs(tries, backOff, pacing.random);
      if (tries >= maxAppendTries || pacing.now() + delayMs >= endsAtMs) return this.#known(append, failure);
      await pause(pacing, delayMs);
    }
  }

  /**
   * @throws RevisionConflict, AppendTooLarge, RefusedByStore when the store said no; StoreUnavailable when it was not
   * sent; anything else when the outcome is unknown
   */
  async #try(append: Append, turnTimeoutMs: number): Promise<Appended> {
    const { stream, events, expected } = append;
    const { connection, timeoutMs } = this.parts;
    let answer: AppendResult;
    try {
      answer = await connection.send(stream, events, { expected, timeoutMs, turnTimeoutMs });
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      const failure = readClientFailure(error);
      switch (failure.kind) {
        case 'conflict': {
          // It may be with an earlier try of the same append.
          const standing = await this.#standing(append);
          if (standing !== undefined && 'ours' in standing) return standing.ours;
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
          throw error;
      }
    }
    return placeOf(answer) ?? (await this.#known(append));
  }

  /** What the stream itself says, when nobody has told us. */
  async #known(append: Append, cause?: unknown): Promise<Appended> {
    const standing = await this.#standing(append);
    if (standing === undefined) {
      throw new StoreUnavailable(
        `the outcome of an append to ${append.stream} is unknown (${messageOf(cause)}); say the same again later`,
        { cause },
      );
    }
    if ('ours' in standing) return standing.ours;
    throw new RevisionConflict(append.stream, append.expected, standing.others);
  }

  async #standing({ stream, events, expected }: Append): Promise<Standing> {
    const from = expected === 'noStream' ? 0n : expected + 1n;
    const found: StoredEvent[] = [];
    for await (const event of this.parts.read(stream, from, events.length)) found.push(event);
    const last = found.at(-1);
    if (last === undefined) return undefined;
    const areOurs = found.length === events.length && found.every((event, i) => event.id === events[i]?.id);
    return areOurs ? { ours: { revision: last.revision, position: last.position } } : { others: last.revision };
  }
}

function placeOf({ nextExpectedRevision, position }: AppendResult): Appended | undefined {
  return position === undefined ? undefined : { revision: nextExpectedRevision, position: position.commit };
}
