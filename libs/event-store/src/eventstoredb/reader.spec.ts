import { eventually, type FakeCall, FakeClient, receivedEvent } from '../../testing/fake-client.js';
import { all, newEvents } from '../../testing/given-store.js';
import { type StoredEvent, StoreUnavailable } from '../event-store.js';
import { RefusedByStore } from './client-failure.js';
import { Reader } from './reader.js';

const unavailable = { code: 14, type: 'unavailable', message: 'no connection' };

describe('reading through calls that break', () => {
  const given = ({ timeoutMs = 1_000 } = {}) => {
    const client = new FakeClient();
    let isClosed = false;
    const pacing = { wait: async () => undefined, random: () => 0 };
    const reader = new Reader({ client: client.asClient(), pacing, timeoutMs, isClosed: () => isClosed });
    const call = async (number: number): Promise<FakeCall> => {
      await eventually(() => client.calls.length >= number);
      return client.calls[number - 1]!;
    };
    return { client, reader, call, close: () => (isClosed = true) };
  };
  const positions = async (events: AsyncIterable<StoredEvent>): Promise<number[]> =>
    (await all(events)).map(({ position }) => Number(position));

  it('goes on behind the last event of a stream', async () => {
    const { reader, call } = given();
    const read = positions(reader.readStream('model-m1', { from: 2n, maxCount: 4 }));
    const first = await call(1);
    expect(first.options).toMatchObject({ fromRevision: 2n, maxCount: 4, direction: 'forwards' });
    for (const revision of [2, 3]) first.write(receivedEvent(revision));
    await eventually(() => first.readableLength === 0 && first.writableLength === 0);
    first.break(unavailable);
    const second = await call(2);
    expect(second.options).toMatchObject({ fromRevision: 4n });
    for (const revision of [4, 5]) second.write(receivedEvent(revision));
    expect(await read).toEqual([2, 3, 4, 5]);
    expect(second.isCancelled).toBe(true);
  });

  it('goes on backwards, and knows that nothing stands before revision 0', async () => {
    const { reader, call, client } = given();
    const read = positions(reader.readStream('model-m1', { direction: 'backwards' }));
    const first = await call(1);
    expect(first.options).toMatchObject({ fromRevision: 'end', direction: 'backwards' });
    first.write(receivedEvent(1));
    await eventually(() => first.readableLength === 0);
    first.break(unavailable);
    const second = await call(2);
    expect(second.options).toMatchObject({ fromRevision: 0n });
    second.write(receivedEvent(0));
    await eventually(() => second.readableLength === 0);
    second.break(unavailable);
    expect(await read).toEqual([1, 0]);
    expect(client.calls).toHaveLength(2);
  });

  it('goes on in the log with the event that it has already given, and gives it once', async () => {
    const { reader, call } = given();
    const read = positions(reader.readAll());
    const first = await call(1);
    first.write(receivedEvent(7));
    await eventually(() => first.readableLength === 0);
    first.break(unavailable);
    const second = await call(2);
    expect(second.options).toMatchObject({ fromPosition: { commit: 7n, prepare: 7n } });
    for (const position of [7, 8]) second.write(receivedEvent(position));
    second.end();
    expect(await read).toEqual([7, 8]);
  });

  it('asks on where events of the system took the place of what was asked for', async () => {
    const { reader, call } = given();
    const read = positions(reader.readAll({ direction: 'backwards', maxCount: 1 }));
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
    const { reader, call } = given();
    const read = all(reader.readStream('model-m1'));
    (await call(1)).break({ type: 'stream-not-found' });
    expect(await read).toEqual([]);
  });

  it('gives up after five calls in a row that bring nothing', async () => {
    const { reader, call, client } = given();
    const refused = expect(all(reader.readStream('model-m1'))).rejects.toBeInstanceOf(StoreUnavailable);
    for (let number = 1; number <= 5; number += 1) (await call(number)).break(unavailable);
    await refused;
    expect(client.calls).toHaveLength(5);
  });

  it('gives up on a server that never says anything', async () => {
    const { reader, client } = given({ timeoutMs: 5 });
    await expect(all(reader.readStream('model-m1'))).rejects.toBeInstanceOf(StoreUnavailable);
    expect(client.calls.every(({ isCancelled }) => isCancelled)).toBe(true);
  });

  it('does not try again what the store refuses', async () => {
    const { reader, call, client } = given();
    const refused = expect(all(reader.readAll())).rejects.toBeInstanceOf(RefusedByStore);
    (await call(1)).break({ type: 'access-denied', code: 7, message: 'no rights' });
    await refused;
    expect(client.calls).toHaveLength(1);
  });

  it('never takes the cut of a closing client for the end of a stream', async () => {
    const { reader, call, close } = given();
    const refused = expect(all(reader.readStream('model-m1'))).rejects.toBeInstanceOf(StoreUnavailable);
    const first = await call(1);
    first.write(receivedEvent(0));
    close();
    first.end();
    await refused;
  });

  it('frees the call when its consumer leaves early', async () => {
    const { reader, call } = given();
    const events = reader.readStream('model-m1');
    const first = events.next();
    const opened = await call(1);
    for (const [revision] of newEvents(5).entries()) opened.write(receivedEvent(revision));
    expect((await first).value).toMatchObject({ revision: 0n });
    await events.return(undefined);
    expect(opened.isCancelled).toBe(true);
  });
});
