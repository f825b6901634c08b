import { EVENT_TYPE, START, STREAM_NAME } from '@eventstore/db-client';
import type { LogFilter } from '../event-store.js';
import type { Client } from './client.js';
import { Inflow } from './inflow.js';
import type { Pacing } from './pacing.js';
import type { ReceivedEvent } from './stored-event.js';

/** How long the store may take to confirm a subscription. */
const confirmationTimeoutMs = 10_000;
/** Events that are held for a consumer that is busy with the ones before. */
const maxHeld = 128;
/** Events that a filtered subscription considers in a step; after each step it tells how far it has come. */
const eventsPerCheckpoint = 500;

/** What a call of the client brings, in the order of the log. */
export type Incoming =
  | { readonly kind: 'event'; readonly received: ReceivedEvent }
  | { readonly kind: 'checkpoint'; readonly position: bigint }
  | { readonly kind: 'caughtUp' };

export type SubscriptionCall = { readonly inflow: Inflow<Incoming>; stop(): void };

/** The store did not confirm the subscription in time: nothing is to be expected of this connection any more. */
export class Unconfirmed extends Error {
  override readonly name = 'Unconfirmed';
}

/** One subscription of the client, from right behind a position to the end that the server gives it. */
export function openSubscriptionCall(
  client: Client,
  {
    after,
    filter,
    pacing,
  }: { readonly after: bigint | undefined; readonly filter: LogFilter | undefined; readonly pacing: Pacing },
): SubscriptionCall {
  let checkpointReached: (position: bigint) => void = () => undefined;
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
            checkpointReached: async (_call, { commit }) => checkpointReached(commit),
          },
        }),
  });
  const inflow = new Inflow<Incoming>(call, maxHeld);

  // The client tells of checkpoints and of having caught up while earlier events are still in its buffer. Each such mark
  // waits until as many events have come out as were in there.
  const marks: { readonly marker: Incoming; eventsBefore: number }[] = [];
  const passMarks = (): void => {
    for (let [first] = marks; first !== undefined && first.eventsBefore <= 0; [first] = marks) {
      inflow.push(first.marker);
      marks.shift();
    }
  };
  const mark = (marker: Incoming): void => {
    marks.push({ marker, eventsBefore: call.readableLength });
    passMarks();
  };
  checkpointReached = (position) => mark({ kind: 'checkpoint', position });

  const stopWaiting = pacing.after(confirmationTimeoutMs, () =>
    inflow.end(new Unconfirmed(`a subscription was not confirmed within ${confirmationTimeoutMs} ms`)),
  );
  call.on('confirmation', stopWaiting);
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
      stopWaiting();
      inflow.end();
      call.unsubscribe().catch(() => undefined);
    },
  };
}
