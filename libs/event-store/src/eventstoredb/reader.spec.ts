import { type FakeCall, FakeClient, receivedEvent } from '../../testing/fake-client.js';
import { all, newEvents } from '../../testing/given-store.js';
import { VirtualTime } from '../../testing/virtual-time.js';
import { type AllReadOptions, type StoredEvent, StoreUnavailable, type StreamReadOptions } from '../event-store.js';
import { RefusedByStore } from './client-failure.js';
import { ReadConnection } from './read-connection.js';
import { Reader } from './reader.js';

const unavailable = { code: 14, type: 'unavailable', message: 'no connection' };

describe('reading through calls that break', () => {
  const given = () => {
    const time = new VirtualTime();
    const clients: FakeClient[] = [];
    const open = () => {
      const client = new FakeClient();
      clients.push(client);
      return client.asClient();
    };
    const closing = new AbortController();
    const pacing = time.pacing(() => 0);
    const connection = new ReadConnection(open, pacing, closing.signal);
    const reader = new Reader({ connection, pacing, closing: closing.signal });
    const calls = (): FakeCall[] => clients.flatMap((client) => client.calls);
    const call = async (number: number): Promise<FakeCall> => {
      await time.until(() => calls().length >= number);
      return calls()[number - 1]!;
    };
    const readStream = (options: StreamReadOptions = {}) =>
      reader.readStream('model-m1', { patienceMs: 10_000, ...options });
    const readAll = (options: AllReadOptions = {}) => reader.readAll({ patienceMs: 10_000, ...options });
    return { time, clients, calls, call, readStream, readAll, connection, closing };
  };
  const positions = async (events: AsyncIterable<StoredEvent>): Promise<number[]> =>
    (await all(events)).map(({ position }) => Number(position));

  it('goes on behind the last event of a stream', async () => {
    const { readStream, call, time } = given();
    const read = positions(readStream({ from: 2n, maxCount: 4 }));
    const first = await call(1);
    expect(first.options).toMatchObject({ fromRevision: 2n, maxCount: 4, direction: 'forwards' });
    for (const revision of [2, 3]) first.write(receivedEvent(revision));
    await time.until(() => first.readableLength === 0 && first.writableLength === 0);
    first.break(unavailable);
    const second = await call(2);
    expect(second.options).toMatchObject({ fromRevision: 4n });
    for (const revision of [4, 5]) second.write(receivedEvent(revision));
    expect(await read).toEqual([2, 3, 4, 5]);
    expect(second.isCancelled).toBe(true);
  });

  it('goes on backwards, and knows that nothing stands before revision 0', async () => {
    const { readStream, call, calls, time } = given();
    const read = positions(readStream({ direction: 'backwards' }));
    const first = await call(1);
    expect(first.options).toMatchObject({ fromRevision: 'end', direction: 'backwards' });
    first.write(receivedEvent(1));
    await time.until(() => first.readableLength === 0);
    first.break(unavailable);
    const second = await call(2);
    expect(second.options).toMatchObject({ fromRevision: 0n });
    second.write(receivedEvent(0));
    await time.until(() => second.readableLength === 0);
    second.break(unavailable);
    expect(await time.pass(read)).toEqual([1, 0]);
    expect(calls()).toHaveLength(2);
  });

  it('goes on in the log with the event that it has already given, and gives it once', async () => {
    const { readAll, call, time } = given();
    const read = positions(readAll());
    const first = await call(1);
    first.write(receivedEvent(7));
    await time.until(() => first.readableLength === 0);
    first.break(unavailable);
    const second = await call(2);
    expect(second.options).toMatchObject({ fromPosition: { commit: 7n, prepare: 7n } });
    for (const position of [7, 8]) second.write(receivedEvent(position));
    second.end();
    expect(await read).toEqual([7, 8]);
  });

  it('asks on where events of the system took the place of what was asked for', async () => {
    const { readAll, call } = given();
    const read = positions(readAll({ direction: 'backwards', maxCount: 1 }));
    const first = await call(1);
    expect(first.options).toMatchObject({ fromPosition: 'end', maxCount: 1 });
    first.write(receivedEvent(9, { type: '$metadata', streamId: '$$model-m1' }));
    first.end();
    const second = await call(2);
    expect(second.options).toMatchObject({ fromPosition: { commit: 9n, prepare: 9n } });
    second.write(receivedEvent(8));
    expect(await read).toEqual([8]);
  });

  it('finds nothing in a stream that is not there', async () => {
    const { readStream, call } = given();
    const read = all(readStream());
    (await call(1)).break({ type: 'stream-not-found' });
    expect(await read).toEqual([]);
  });

  it('gives up after ten seconds in which nothing has come, whether the calls break or say nothing', async () => {
    const breaking = given();
    const broken = expect(all(breaking.readStream())).rejects.toBeInstanceOf(StoreUnavailable);
    for (let number = 1; await breaking.time.passUntil(() => breaking.calls().length >= number, 5_000); number += 1) {
      breaking.calls()[number - 1]!.break(unavailable);
    }
    await broken;
    expect(breaking.calls().length).toBeGreaterThan(10);

    const silent = given();
    await silent.time.pass(expect(all(silent.readStream())).rejects.toBeInstanceOf(StoreUnavailable));
    expect(silent.time.nowMs).toBeLessThanOrEqual(10_000);
    expect(silent.calls().every(({ isCancelled }) => isCancelled)).toBe(true);
  });

  it('goes another way when a call says nothing for five seconds', async () => {
    const { readStream, time, clients } = given();
    const read = positions(readStream());
    await time.until(() => clients.length === 2);
    expect(time.nowMs).toBe(5_000);
    expect(clients[0]!.isClosed).toBe(true);
    await time.until(() => clients[1]!.calls.length === 1);
    clients[1]!.calls[0]!.write(receivedEvent(0));
    clients[1]!.calls[0]!.end();
    expect(await read).toEqual([0]);
  });

  it('never takes a call that was cut because another one got no answer for the end of a stream', async () => {
    const { readStream, call, calls, time, connection, clients } = given();
    const read = positions(readStream());
    const first = await call(1);
    first.write(receivedEvent(0));
    await time.settle();
    connection.giveUp(clients[0]!.asClient());
    await time.until(() => calls().length === 2);
    expect(calls()[1]!.options).toMatchObject({ fromRevision: 1n });
    calls()[1]!.write(receivedEvent(1));
    calls()[1]!.end();
    expect(await read).toEqual([0, 1]);
  });

  it('is patient with a consumer that takes its time', async () => {
    const { readStream, call, time } = given();
    const read: bigint[] = [];
    const reading = (async () => {
      for await (const { revision } of readStream()) {
        read.push(revision);
        await time.pause(60_000);
      }
    })();
    const first = await call(1);
    for (const revision of [0, 1, 2]) first.write(receivedEvent(revision));
    first.end();
    await time.pass(reading);
    expect(read).toEqual([0n, 1n, 2n]);
  });

  it('asks the leader, since decisions are taken on what it reads', async () => {
    const { readStream, readAll, call } = given();
    const [stream, log] = [all(readStream()), all(readAll())];
    for (const number of [1, 2]) {
      const { options } = await call(number);
      expect(options).toMatchObject({ requiresLeader: true });
      (await call(number)).end();
    }
    expect(await Promise.all([stream, log])).toEqual([[], []]);
  });

  it('does not try again what the store refuses', async () => {
    const { readAll, call, calls } = given();
    const refused = expect(all(readAll())).rejects.toBeInstanceOf(RefusedByStore);
    (await call(1)).break({ type: 'access-denied', code: 7, message: 'no rights' });
    await refused;
    expect(calls()).toHaveLength(1);
  });

  it('never takes the cut of a closing client for the end of a stream', async () => {
    const { readStream, call, closing } = given();
    const refused = expect(all(readStream())).rejects.toBeInstanceOf(StoreUnavailable);
    const first = await call(1);
    first.write(receivedEvent(0));
    closing.abort();
    first.end();
    await refused;
  });

  it('fails at once when the store is closed, also while nothing comes', async () => {
    const { readStream, call, closing, time } = given();
    const refused = expect(all(readStream())).rejects.toBeInstanceOf(StoreUnavailable);
    await call(1);
    closing.abort();
    await refused;
    expect(time.nowMs).toBe(0);
  });

  it('frees the call when its consumer leaves early', async () => {
    const { readStream, call } = given();
    const events = readStream();
    const first = events.next();
    const opened = await call(1);
    for (const [revision] of newEvents(5).entries()) opened.write(receivedEvent(revision));
    expect((await first).value).toMatchObject({ revision: 0n });
    await events.return(undefined);
    expect(opened.isCancelled).toBe(true);
  });
});
