import { eventually, type FakeCall, FakeClient, receivedEvent } from '../../testing/fake-client.js';
import { eventsOf } from '../../testing/given-store.js';
import type { SubscriptionItem } from '../event-store.js';
import { RefusedByStore } from './client-failure.js';
import { Follower } from './follower.js';
import { NotJson } from './stored-event.js';

const slow = {
  code: 10,
  type: 'timeout',
  message: 'Operation timed out: Consumer too slow to handle event while live.',
};

describe('following the log through calls that break', () => {
  const given = () => {
    const client = new FakeClient();
    const closing = new AbortController();
    const stopping = new AbortController();
    const waits: number[] = [];
    const pacing = { wait: async (delayMs: number) => void waits.push(delayMs), random: () => 1 };
    const follower = new Follower({ client: client.asClient(), pacing, closing: closing.signal });
    const taken: SubscriptionItem[] = [];
    const follow = async (after?: bigint): Promise<void> => {
      const from = after === undefined ? {} : { after };
      const filter = { streamPrefixes: ['model-'] };
      for await (const item of follower.follow({ ...from, filter, signal: stopping.signal })) taken.push(item);
    };
    const call = async (number: number): Promise<FakeCall> => {
      await eventually(() => client.calls.length >= number);
      return client.calls[number - 1]!;
    };
    return { client, closing, stopping, waits, taken, follow, call };
  };
  const positions = (items: readonly SubscriptionItem[]): (number | string)[] =>
    items.map((item) =>
      item.kind === 'event'
        ? Number(item.event.position)
        : item.kind === 'checkpoint'
          ? `to ${item.position}`
          : 'caught up',
    );
  const reachCheckpoint = async (call: FakeCall, commit: bigint): Promise<void> => {
    const { checkpointReached } = call.options['filter'] as {
      checkpointReached: (call: unknown, position: { commit: bigint }) => Promise<void>;
    };
    await checkpointReached(call, { commit });
  };

  it('goes on after the last event when the server finds the consumer too slow', async () => {
    const { follow, call, stopping, taken, client } = given();
    const following = follow(3n);
    const first = await call(1);
    expect(first.options['fromPosition']).toEqual({ commit: 3n, prepare: 3n });
    first.write(receivedEvent(4));
    first.write(receivedEvent(5));
    await eventually(() => taken.length === 2);
    first.break(slow);
    const second = await call(2);
    expect(second.options['fromPosition']).toEqual({ commit: 5n, prepare: 5n });
    expect(first.isCancelled).toBe(true);
    second.write(receivedEvent(6));
    await eventually(() => taken.length === 3);
    stopping.abort();
    await following;
    expect(positions(taken)).toEqual([4, 5, 6]);
    expect(client.calls).toHaveLength(2);
  });

  it('goes on after the last checkpoint, and after a call that just ends', async () => {
    const { follow, call, stopping, taken } = given();
    const following = follow();
    const first = await call(1);
    expect(first.options['fromPosition']).toBe('start');
    await reachCheckpoint(first, 70n);
    await eventually(() => taken.length === 1);
    first.end();
    const second = await call(2);
    expect(second.options['fromPosition']).toEqual({ commit: 70n, prepare: 70n });
    stopping.abort();
    await following;
  });

  it('gives a checkpoint and the news of being live only behind the events that came before them', async () => {
    const { follow, call, stopping, taken } = given();
    const following = follow();
    const first = await call(1);
    first.pause();
    for (const position of [1, 2, 3]) first.write(receivedEvent(position));
    await eventually(() => first.readableLength === 3);
    await reachCheckpoint(first, 9n);
    first.emit('caughtUp');
    expect(taken).toEqual([]);
    first.write(receivedEvent(10));
    first.resume();
    await eventually(() => eventsOf(taken).length === 4);
    stopping.abort();
    await following;
    expect(positions(taken)).toEqual([1, 2, 3, 'to 9', 'caught up', 10]);
  });

  it('leaves out a checkpoint that brings nothing new', async () => {
    const { follow, call, stopping, taken } = given();
    const following = follow(3n);
    const first = await call(1);
    await reachCheckpoint(first, 3n);
    first.write(receivedEvent(4));
    await eventually(() => taken.length === 1);
    await reachCheckpoint(first, 4n);
    first.write(receivedEvent(5));
    await eventually(() => taken.length === 2);
    stopping.abort();
    await following;
    expect(positions(taken)).toEqual([4, 5]);
  });

  it('shows an event of the system only as a place that has been passed', async () => {
    const { follow, call, stopping, taken } = given();
    const following = follow();
    (await call(1)).write(receivedEvent(1, { type: '$metadata', streamId: '$$model-m1' }));
    await eventually(() => taken.length === 1);
    stopping.abort();
    await following;
    expect(positions(taken)).toEqual(['to 1']);
  });

  it('hands on an event that is not JSON, so that it can be put aside', async () => {
    const { follow, call, stopping, taken } = given();
    const following = follow();
    const first = await call(1);
    first.write(receivedEvent(1, { data: '{"cut off' }));
    first.write(receivedEvent(2));
    await eventually(() => taken.length === 2);
    stopping.abort();
    await following;
    const [unreadable, readable] = eventsOf(taken);
    expect(() => unreadable!.data).toThrow(NotJson);
    expect(() => unreadable!.data).toThrow('revision 1 of stream model-m1');
    expect(readable!.data).toEqual({ position: 2 });
  });

  it('waits longer after each call that brings nothing, and is patient for ever', async () => {
    const { follow, call, stopping, waits, taken } = given();
    const following = follow();
    for (let number = 1; number <= 8; number += 1) (await call(number)).break({ code: 14, type: 'unavailable' });
    const ninth = await call(9);
    ninth.write(receivedEvent(1));
    await eventually(() => taken.length === 1);
    ninth.break({ code: 1, type: 'cancelled' });
    await call(10);
    stopping.abort();
    await following;
    expect(waits).toEqual([50, 100, 200, 400, 800, 1_000, 1_000, 1_000, 50]);
  });

  it('holds the server back while the consumer is busy', async () => {
    const { client, stopping } = given();
    const pacing = { wait: async () => undefined, random: () => 0 };
    const follower = new Follower({ client: client.asClient(), pacing, closing: new AbortController().signal });
    const items = follower.follow({ signal: stopping.signal });
    const first = items.next();
    await eventually(() => client.calls.length === 1);
    const call = client.calls[0]!;
    call.write(receivedEvent(1));
    await first;
    for (let position = 2; position <= 1_000; position += 1) call.write(receivedEvent(position));
    await eventually(() => call.isPaused());
    expect(call.writableLength + call.readableLength).toBeGreaterThan(800);
    let last = 1n;
    while (last < 1_000n) {
      const { value } = (await items.next()) as { value: SubscriptionItem };
      if (value.kind !== 'event') throw new Error(`got ${value.kind}`);
      expect(value.event.position).toBe(last + 1n);
      last = value.event.position;
    }
    await items.return(undefined);
  });

  it('fails, and does not try for ever, when the store refuses', async () => {
    const { follow, call } = given();
    const refused = expect(follow()).rejects.toBeInstanceOf(RefusedByStore);
    (await call(1)).break({ code: 7, type: 'access-denied', message: 'no rights' });
    await refused;
  });

  it('ends with the store', async () => {
    const { follow, call, closing } = given();
    const following = follow();
    const first = await call(1);
    closing.abort();
    await following;
    expect(first.isCancelled).toBe(true);
  });
});
