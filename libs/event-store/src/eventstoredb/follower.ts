import type { LogFilter, SubscriptionItem, SubscriptionOptions } from '../event-store.js';
import type { SubscriptionObserver } from '../subscription-observer.js';
import type { Client } from './client.js';
import { messageOf, readClientFailure, RefusedByStore } from './client-failure.js';
import { type LogEnd, lookForLogEnd } from './log-end.js';
import { backOffDelayMs, type CallOff, pause, type Pacing } from './pacing.js';
import type { ReadConnection } from './read-connection.js';
import { isSystemEvent, storedEvent } from './stored-event.js';
import { type Incoming, openSubscriptionCall, type SubscriptionCall, Unconfirmed } from './subscription-call.js';

const backOff = { firstMs: 50, mostMs: 1_000 };
/** After so long without a word it is looked whether the log has grown all the same. */
const quietMs = 30_000;

export type FollowerParts = {
  readonly connection: ReadConnection;
  readonly pacing: Pacing;
  /** Aborted when the store is closed. */
  readonly closing: AbortSignal;
  readonly observer?: SubscriptionObserver | undefined;
};

/** The log has grown, but the subscription brings nothing. */
class Quiet extends Error {
  override readonly name = 'Quiet';
  constructor(
    readonly end: 'unanswered' | 'passedOver',
    message: string,
  ) {
    super(message);
  }
}

type Place = { readonly last: bigint | undefined; readonly filter: LogFilter | undefined };

type Taken =
  | { readonly items: readonly Incoming[] }
  | { readonly items: undefined; readonly reason: string; readonly end: 'broken' | 'unanswered' | 'passedOver' };

/** Follows the log through broken calls: each begins strictly after the last item that was handed out. */
export class Follower {
  constructor(private readonly parts: FollowerParts) {}

  async *follow(options: SubscriptionOptions): AsyncGenerator<SubscriptionItem> {
    const { name = 'unnamed', signal } = options;
    const { closing, observer } = this.parts;
    const stopping = new AbortController();
    const stop = (): void => stopping.abort();
    signal.addEventListener('abort', stop);
    closing.addEventListener('abort', stop);
    if (signal.aborted || closing.aborted) stop();
    observer?.began(name);
    try {
      yield* this.#resume({ ...options, name }, stopping.signal);
    } finally {
      observer?.ended(name);
      signal.removeEventListener('abort', stop);
      closing.removeEventListener('abort', stop);
    }
  }

  async *#resume(
    { name, after, filter }: SubscriptionOptions & { name: string },
    stopping: AbortSignal,
  ): AsyncGenerator<SubscriptionItem> {
    const { connection, pacing, observer } = this.parts;
    let last = after;
    let failures = 0;
    while (!stopping.aborted) {
      const { client } = connection;
      const call = openSubscriptionCall(client, { after: last, filter, pacing });
      const endCall = (): void => call.inflow.end();
      stopping.addEventListener('abort', endCall);
      const stopLooking = last === undefined ? undefined : this.#lookForCut(client, name, last);
      let taken: Taken;
      try {
        let isLive = false;
        for (taken = await this.#take(call, client, { last, filter }); taken.items !== undefined;) {
          observer?.isLevel(name, false);
          failures = 0;
          for (const item of inOrder(taken.items, last)) {
            if (stopping.aborted) return;
            last = positionOf(item) ?? last;
            isLive ||= item.kind === 'caughtUp';
            yield item;
            if (last !== undefined) observer?.passed(name, last);
          }
          observer?.isLevel(name, isLive && !call.inflow.isFilled);
          taken = await this.#take(call, client, { last, filter });
        }
      } finally {
        stopping.removeEventListener('abort', endCall);
        stopLooking?.();
        call.stop();
      }
      if (stopping.aborted) return;
      if (taken.end === 'passedOver') continue;
      if (taken.end === 'unanswered') connection.giveUp(client);
      failures += 1;
      const delayMs = backOffDelayMs(failures, backOff, pacing.random);
      observer?.isLevel(name, false);
      observer?.interrupted(name, taken.reason, delayMs);
      await pause(pacing, delayMs, stopping);
    }
  }

  /** A subscription that begins behind the end of the log says nothing and waits until the log has grown up to there. */
  #lookForCut(client: Client, name: string, after: bigint): CallOff | undefined {
    const { connection, pacing, observer } = this.parts;
    if (observer === undefined) return undefined;
    return lookForLogEnd(client, pacing, (end) => {
      if (end.kind !== 'found' || !connection.isAlive(client)) return;
      if (end.position === undefined || end.position < after) observer.logEndsEarly(name, { after, end: end.position });
    });
  }

  /** The next batch, or how the call has ended. @throws RefusedByStore */
  async #take({ inflow }: SubscriptionCall, client: Client, { last, filter }: Place): Promise<Taken> {
    const { pacing } = this.parts;
    let callOff: CallOff = () => undefined;
    const beQuiet = (): void => {
      callOff = pacing.after(quietMs, () => {
        callOff = lookForLogEnd(client, pacing, (end) => {
          const quiet = quietOf(end, { last, filter });
          if (quiet === undefined) beQuiet();
          else inflow.end(quiet);
        });
      });
    };
    if (!inflow.isFilled) beQuiet();
    try {
      const items = await inflow.take();
      return items === undefined ? { items, reason: 'the store ended the call', end: 'broken' } : { items };
    } catch (error) {
      if (readClientFailure(error).kind !== 'refused') {
        const end = error instanceof Quiet ? error.end : error instanceof Unconfirmed ? 'unanswered' : 'broken';
        return { items: undefined, reason: messageOf(error), end };
      }
      throw new RefusedByStore(`the event store refuses a subscription: ${messageOf(error)}`, { cause: error });
    } finally {
      callOff();
    }
  }
}

/**
 * Why a subscription that has been quiet is to begin again: the store is gone, or brings nothing of a log that has grown.
 * With a filter that is as it should be when nothing matched; to begin again then costs one call, and tells how far it
 * has come.
 */
function quietOf(end: LogEnd, { last, filter }: Place): Quiet | undefined {
  if (end.kind === 'unanswered') return new Quiet('unanswered', 'the store does not say where its log ends');
  if (end.kind === 'unknown' || end.position === undefined || end.position <= (last ?? -1n)) return undefined;
  return new Quiet(
    filter === undefined ? 'unanswered' : 'passedOver',
    `nothing came for ${quietMs} ms, though the log has grown to ${end.position}`,
  );
}

/**
 * What the consumer is to see of a batch. Events of the system count as passed over; a checkpoint that brings nothing
 * new is left out.
 */
function* inOrder(batch: readonly Incoming[], after: bigint | undefined): Generator<SubscriptionItem> {
  let last = after ?? -1n;
  let passedOver: bigint | undefined;
  for (const incoming of batch) {
    if (incoming.kind === 'checkpoint') {
      passedOver = incoming.position > last ? incoming.position : passedOver;
      continue;
    }
    if (incoming.kind === 'event') {
      const event = storedEvent(incoming.received);
      if (event.position <= (passedOver ?? last)) {
        throw new Error(
          `the event store went back in its log: position ${event.position} came after ${passedOver ?? last}`,
        );
      }
      last = event.position;
      if (isSystemEvent(event)) {
        passedOver = last;
        continue;
      }
      passedOver = undefined;
      yield { kind: 'event', event };
      continue;
    }
    if (passedOver !== undefined) yield { kind: 'checkpoint', position: passedOver };
    passedOver = undefined;
    yield { kind: 'caughtUp' };
  }
  if (passedOver !== undefined) yield { kind: 'checkpoint', position: passedOver };
}

function positionOf(item: SubscriptionItem): bigint | undefined {
  switch (item.kind) {
    case 'event':
      return item.event.position;
    case 'checkpoint':
      return item.position;
    case 'caughtUp':
      return undefined;
  }
}
