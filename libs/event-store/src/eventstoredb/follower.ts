import { EVENT_TYPE, START, STREAM_NAME } from '@eventstore/db-client';
import type { LogFilter, SubscriptionItem, SubscriptionOptions } from '../event-store.js';
import { backOffDelayMs, type Pacing } from './back-off.js';
import type { Client } from './client.js';
import { messageOf, readClientFailure, RefusedByStore } from './client-failure.js';
import { Inflow } from './inflow.js';
import { isSystemEvent, type ReceivedEvent, storedEvent } from './stored-event.js';

const backOff = { firstMs: 50, mostMs: 1_000 };
/** How long the store may take to confirm a subscription. */
const confirmationTimeoutMs = 10_000;
/** Events that are held for a consumer that is busy with the ones before. */
const maxHeld = 128;
/** Events that a filtered subscription considers in a step; after each step it tells how far it has come. */
const eventsPerCheckpoint = 500;

/** What a call of the client brings, in the order of the log. */
type Incoming =
  | { readonly kind: 'event'; readonly received: ReceivedEvent }
  | { readonly kind: 'checkpoint'; readonly position: bigint }
  | { readonly kind: 'caughtUp' };

type OpenCall = { readonly inflow: Inflow<Incoming>; stop(): void };

export type FollowerParts = {
  readonly client: Client;
  readonly pacing: Pacing;
  /** Aborted when the store is closed. */
  readonly closing: AbortSignal;
};

/** Follows the log through broken calls: each begins strictly after the last item that came in. */
export class Follower {
  constructor(private readonly parts: FollowerParts) {}

  async *follow({ after, filter, signal }: SubscriptionOptions): AsyncGenerator<SubscriptionItem> {
    const stopping = new AbortController();
    const stop = (): void => stopping.abort();
    signal.addEventListener('abort', stop);
    this.parts.closing.addEventListener('abort', stop);
    if (signal.aborted || this.parts.closing.aborted) stop();
    let last = after;
    let failures = 0;
    try {
      while (!stopping.signal.aborted) {
        const call = openCall(this.parts.client, last, filter);
        const endCall = (): void => call.inflow.end();
        stopping.signal.addEventListener('abort', endCall);
        try {
          for (let batch = await take(call); batch !== undefined; batch = await take(call)) {
            failures = 0;
            for (const item of inOrder(batch, last)) {
              if (stopping.signal.aborted) return;
              last = positionOf(item) ?? last;
              yield item;
            }
          }
        } finally {
          stopping.signal.removeEventListener('abort', endCall);
          call.stop();
        }
        if (stopping.signal.aborted) return;
        failures += 1;
        const delayMs = backOffDelayMs(failures, backOff, this.parts.pacing.random);
        await this.parts.pacing.wait(delayMs, stopping.signal);
      }
    } finally {
      signal.removeEventListener('abort', stop);
      this.parts.closing.removeEventListener('abort', stop);
    }
  }
}

/** The next batch; undefined when the call has broken or was ended. @throws RefusedByStore */
async function take(call: OpenCall): Promise<readonly Incoming[] | undefined> {
  try {
    return await call.inflow.take();
  } catch (error) {
    if (readClientFailure(error).kind !== 'refused') return undefined;
    throw new RefusedByStore(`the event store refuses a subscription: ${messageOf(error)}`, { cause: error });
  }
}

function openCall(client: Client, after: bigint | undefined, filter: LogFilter | undefined): OpenCall {
  let mark: (marker: Incoming) => void = () => undefined;
  const call = client.subscribeToAll({
    fromPosition: after === undefined ? START : { commit: after, prepare: after },
    ...(filter === undefined
      ? {}
      : {
          filter: {
            ...('streamPrefixes' in filter
              ? { filterOn: STREAM_NAME, prefixes: [...filter.streamPrefixes] }
              : { filterOn: EVENT_TYPE, prefixes: [...filter.typePrefixes] }),
            maxSearchWindow: eventsPerCheckpoint,
            checkpointInterval: 1,
            checkpointReached: async (_call, { commit }) => mark({ kind: 'checkpoint', position: commit }),
          },
        }),
  });
  const inflow = new Inflow<Incoming>(call, maxHeld);

  // The client tells of checkpoints and of having caught up while earlier events are still in its buffer. Each such mark
  // waits until as many events have come out as were in there.
  const marks: { readonly marker: Incoming; eventsBefore: number }[] = [];
  mark = (marker) => marks.push({ marker, eventsBefore: call.readableLength });
  const passMarks = (): void => {
    for (let [first] = marks; first !== undefined && first.eventsBefore <= 0; [first] = marks) {
      inflow.push(first.marker);
      marks.shift();
    }
  };
  const markNow = mark;
  mark = (marker) => {
    markNow(marker);
    passMarks();
  };

  const confirmation = setTimeout(
    () => inflow.end(new Error(`a subscription was not confirmed within ${confirmationTimeoutMs} ms`)),
    confirmationTimeoutMs,
  );
  call.on('confirmation', () => clearTimeout(confirmation));
  call.on('caughtUp', () => mark({ kind: 'caughtUp' }));
  // Stays for good: an error that finds no listener ends the process.
  call.on('error', (error: unknown) => inflow.end(error ?? new Error('the subscription broke off')));
  call.on('end', () => inflow.end());
  call.on('data', (received: ReceivedEvent) => {
    inflow.push({ kind: 'event', received });
    for (const waiting of marks) waiting.eventsBefore -= 1;
    passMarks();
  });
  return {
    inflow,
    stop: () => {
      clearTimeout(confirmation);
      inflow.end();
      call.unsubscribe().catch(() => undefined);
    },
  };
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
