import { type FakeCall, FakeClient, receivedEvent } from '../../testing/fake-client.js';
import { eventsOf } from '../../testing/given-store.js';
import { VirtualTime } from '../../testing/virtual-time.js';
import type { SubscriptionItem, SubscriptionOptions } from '../event-store.js';
import { SubscriptionMetrics, type SubscriptionWarning } from '../subscription-metrics.js';
import { RefusedByStore } from './client-failure.js';
import { Follower } from './follower.js';
import { ReadConnection } from './read-connection.js';
import { NotJson } from './stored-event.js';

const slow = {
  code: 10,
  type: 'timeout',
  message: 'Operation timed out: Consumer too slow to handle event while live.',
};

describe('following the log through calls that break', () => {
  const given = () => {
    const time = new VirtualTime();
    const clients: FakeClient[] = [];
    const openedAtMs: number[] = [];
    const open = () => {
      const client = new FakeClient();
      clients.push(client);
      return client.asClient();
    };
    const closing = new AbortController();
    const stopping = new AbortController();
    const pacing = time.pacing(() => 1);
    const warnings: SubscriptionWarning[] = [];
    const observer = new SubscriptionMetrics({ warn: (warning) => warnings.push(warning), now: () => time.nowMs });
    const connection = new ReadConnection(open, pacing, closing.signal);
    const follower = new Follower({ connection, pacing, closing: closing.signal, observer });
    const taken: SubscriptionItem[] = [];
    const follow = async (
      after?: bigint,
      filter: SubscriptionOptions['filter'] | null = { streamPrefixes: ['model-'] },
    ): Promise<void> => {
      const options = { ...(after === undefined ? {} : { after }), ...(filter === null ? {} : { filter }) };
      const items = follower.follow({ name: 'test', ...options, signal: stopping.signal });
      for await (const item of items) taken.push(item);
    };
    const callsOf = (kind: FakeCall['kind']): FakeCall[] =>
      clients.flatMap((client) => client.calls).filter((call) => call.kind === kind);
    /** The subscription of this number. */
    const call = async (number: number): Promise<FakeCall> => {
      await time.until(() => callsOf('subscribeToAll').length >= number);
      openedAtMs[number - 1] ??= time.nowMs;
      return callsOf('subscribeToAll')[number - 1]!;
    };
    /** What the follower asks for the end of the log, by number. */
    const endOfLog = async (number: number, position?: number): Promise<void> => {
      await time.until(() => callsOf('readAll').length >= number);
      const asked = callsOf('readAll')[number - 1]!;
      if (position !== undefined) asked.write(receivedEvent(position));
      asked.end();
      await time.settle();
    };
    return {
      ...{ time, clients, closing, stopping, taken, follow, follower, call, callsOf, endOfLog, warnings, observer },
      openedAtMs,
    };
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
    const { time, follow, call, callsOf, stopping, taken } = given();
    const following = follow(3n);
    const first = await call(1);
    expect(first.options['fromPosition']).toEqual({ commit: 3n, prepare: 3n });
    first.write(receivedEvent(4));
    first.write(receivedEvent(5));
    await time.until(() => taken.length === 2);
    first.break(slow);
    const second = await call(2);
    expect(second.options['fromPosition']).toEqual({ commit: 5n, prepare: 5n });
    expect(first.isCancelled).toBe(true);
    second.write(receivedEvent(6));
    await time.until(() => taken.length === 3);
    stopping.abort();
    await following;
    expect(positions(taken)).toEqual([4, 5, 6]);
    expect(callsOf('subscribeToAll')).toHaveLength(2);
  });

  it('goes on after the last checkpoint, and after a call that just ends', async () => {
    const { time, follow, call, stopping, taken } = given();
    const following = follow();
    const first = await call(1);
    expect(first.options['fromPosition']).toBe('start');
    await reachCheckpoint(first, 70n);
    await time.until(() => taken.length === 1);
    first.end();
    const second = await call(2);
    expect(second.options['fromPosition']).toEqual({ commit: 70n, prepare: 70n });
    stopping.abort();
    await following;
  });

  it('gives a checkpoint and the news of being live only behind the events that came before them', async () => {
    const { time, follow, call, stopping, taken } = given();
    const following = follow();
    const first = await call(1);
    first.pause();
    for (const position of [1, 2, 3]) first.write(receivedEvent(position));
    await time.until(() => first.readableLength === 3);
    await reachCheckpoint(first, 9n);
    first.emit('caughtUp');
    expect(taken).toEqual([]);
    first.write(receivedEvent(10));
    first.resume();
    await time.until(() => eventsOf(taken).length === 4);
    stopping.abort();
    await following;
    expect(positions(taken)).toEqual([1, 2, 3, 'to 9', 'caught up', 10]);
  });

  it('leaves out a checkpoint that brings nothing new', async () => {
    const { time, follow, call, stopping, taken } = given();
    const following = follow(3n);
    const first = await call(1);
    await reachCheckpoint(first, 3n);
    first.write(receivedEvent(4));
    await time.until(() => taken.length === 1);
    await reachCheckpoint(first, 4n);
    first.write(receivedEvent(5));
    await time.until(() => taken.length === 2);
    stopping.abort();
    await following;
    expect(positions(taken)).toEqual([4, 5]);
  });

  it('shows an event of the system only as a place that has been passed', async () => {
    const { time, follow, call, stopping, taken } = given();
    const following = follow();
    (await call(1)).write(receivedEvent(1, { type: '$metadata', streamId: '$$model-m1' }));
    await time.until(() => taken.length === 1);
    stopping.abort();
    await following;
    expect(positions(taken)).toEqual(['to 1']);
  });

  it('hands on an event that is not JSON, so that it can be put aside', async () => {
    const { time, follow, call, stopping, taken } = given();
    const following = follow();
    const first = await call(1);
    first.write(receivedEvent(1, { data: '{"cut off' }));
    first.write(receivedEvent(2));
    await time.until(() => taken.length === 2);
    stopping.abort();
    await following;
    const [unreadable, readable] = eventsOf(taken);
    expect(() => unreadable!.data).toThrow(NotJson);
    expect(() => unreadable!.data).toThrow('revision 1 of stream model-m1');
    expect(readable!.data).toEqual({ position: 2 });
  });

  it('waits longer after each call that brings nothing, and is patient for ever', async () => {
    const { time, follow, call, stopping, openedAtMs, taken } = given();
    const following = follow();
    for (let number = 1; number <= 8; number += 1) (await call(number)).break({ code: 14, type: 'unavailable' });
    const ninth = await call(9);
    ninth.write(receivedEvent(1));
    await time.until(() => taken.length === 1);
    ninth.break({ code: 1, type: 'cancelled' });
    await call(10);
    stopping.abort();
    await following;
    const waitsMs = openedAtMs.slice(1).map((openedMs, i) => openedMs - openedAtMs[i]!);
    expect(waitsMs).toEqual([50, 100, 200, 400, 800, 1_000, 1_000, 1_000, 50]);
  });

  it('holds the server back while the consumer is busy', async () => {
    const { time, clients, follower, stopping } = given();
    const items = follower.follow({ signal: stopping.signal });
    const first = items.next();
    await time.until(() => clients[0]!.calls.length === 1);
    const call = clients[0]!.calls[0]!;
    call.write(receivedEvent(1));
    await first;
    for (let position = 2; position <= 1_000; position += 1) call.write(receivedEvent(position));
    await time.until(() => call.isPaused());
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

  it.each([
    ['unavailable', { code: 14, type: 'unavailable' }],
    ['cancelled by the server', { code: 1, type: 'cancelled' }],
    ['reset at a clean stop', { code: 13, type: 'unknown', message: 'Received RST_STREAM with code 0' }],
    ['too slow a consumer', slow],
    ['another leader', { code: 5, type: 'not-leader' }],
    ['a regular end', undefined],
  ])('goes on after %s', async (_end, error) => {
    const { time, follow, call, stopping, taken } = given();
    const following = follow();
    const first = await call(1);
    first.write(receivedEvent(1));
    await time.until(() => taken.length === 1);
    if (error === undefined) first.end();
    else first.break(error);
    const second = await call(2);
    expect(second.options['fromPosition']).toEqual({ commit: 1n, prepare: 1n });
    second.write(receivedEvent(2));
    await time.until(() => taken.length === 2);
    stopping.abort();
    await following;
    expect(positions(taken)).toEqual([1, 2]);
  });

  it('goes another way when a subscription is not confirmed', async () => {
    const { time, follow, clients, callsOf, stopping } = given();
    const following = follow();
    await time.until(() => callsOf('subscribeToAll').length === 2);
    expect(time.nowMs).toBe(10_050);
    expect(clients).toHaveLength(2);
    expect(clients[0]!.isClosed).toBe(true);
    stopping.abort();
    await following;
  });

  it('begins again when the log grows and the subscription brings nothing of it', async () => {
    const { time, follow, call, callsOf, endOfLog, stopping, taken } = given();
    const following = follow(undefined, null);
    const first = await call(1);
    first.emit('confirmation');
    first.write(receivedEvent(1));
    await time.until(() => taken.length === 1);
    await endOfLog(1, 1);
    expect(callsOf('subscribeToAll')).toHaveLength(1);
    await endOfLog(2, 7);
    const second = await call(2);
    expect(second.options['fromPosition']).toEqual({ commit: 1n, prepare: 1n });
    stopping.abort();
    await following;
  });

  it('does not count it as an interruption when nothing of a grown log matched its filter', async () => {
    const { time, follow, call, endOfLog, stopping, clients, warnings } = given();
    const following = follow();
    const first = await call(1);
    first.emit('confirmation');
    await endOfLog(1, 7);
    await call(2);
    expect(clients).toHaveLength(1);
    expect(warnings).toEqual([]);
    expect(time.nowMs).toBe(30_000);
    stopping.abort();
    await following;
  });

  it.each([
    ['ends before its checkpoint', 6],
    ['is empty', undefined],
  ])('warns when the log %s', async (_what, end) => {
    const { follow, call, endOfLog, stopping, warnings, observer } = given();
    const following = follow(7n);
    await call(1);
    await endOfLog(1, end);
    expect(warnings).toMatchObject([{ event: 'logEndsBeforeCheckpoint', subscription: 'test', checkpoint: '7' }]);
    expect(observer.states).toMatchObject([{ subscription: 'test', truncations: 1 }]);
    stopping.abort();
    await following;
  });

  it('does not warn when the log goes on to its checkpoint, or when nobody could say', async () => {
    const { time, follow, call, callsOf, endOfLog, stopping, warnings } = given();
    const following = follow(7n);
    const first = await call(1);
    await endOfLog(1, 7);
    first.break({ code: 14, type: 'unavailable' });
    await call(2);
    callsOf('readAll')[1]!.break({ code: 14, type: 'unavailable' });
    await time.settle();
    expect(warnings).toMatchObject([{ event: 'subscriptionInterrupted' }]);
    stopping.abort();
    await following;
  });

  it('is level with the log when it is live and its consumer has taken everything', async () => {
    const { time, follower, call, stopping, observer } = given();
    const items = follower.follow({ name: 'test', signal: stopping.signal });
    const lag = (): number => observer.states[0]!.lagSeconds;
    const first = items.next();
    const opened = await call(1);
    opened.emit('confirmation');
    opened.write(receivedEvent(1));
    await first;
    await time.passUntil(() => false, 4_000);
    expect(lag()).toBe(0);
    const stillAt = time.pause(4_000);
    await time.pass(stillAt);
    expect(lag()).toBe(4);
    const second = items.next();
    opened.emit('caughtUp');
    expect(await second).toMatchObject({ value: { kind: 'caughtUp' } });
    expect(observer.states).toMatchObject([{ position: 1n, lagSeconds: 4 }]);
    const third = items.next();
    await time.settle();
    expect(lag()).toBe(0);
    opened.write(receivedEvent(2));
    await third;
    await time.pass(time.pause(3_000));
    expect(lag()).toBe(3);
    await items.return(undefined);
    expect(observer.states).toEqual([]);
  });
});
