import { eventually, FakeClient, receivedEvent } from '../../testing/fake-client.js';
import { newEvents } from '../../testing/given-store.js';
import { AppendTooLarge, type NewEvent, RevisionConflict, type StoredEvent, StoreUnavailable } from '../event-store.js';
import { AppendConnection } from './append-connection.js';
import { Appender } from './appender.js';
import { RefusedByStore } from './client-failure.js';
import { storedEvent } from './stored-event.js';

const unavailable = { code: 14, type: 'unavailable', message: 'no connection' };
const broken = Object.assign(new Error('13 INTERNAL: Received RST_STREAM with code 0'), { code: 13, type: 'unknown' });

describe('appending through a client that may fail', () => {
  const clients: FakeClient[] = [];
  const waits: number[] = [];
  let standing: readonly string[] = [];
  let reads = 0;

  const given = ({ timeoutMs = 1_000 } = {}): {
    append: (events: NewEvent[]) => Promise<unknown>;
    connection: AppendConnection;
  } => {
    clients.length = 0;
    waits.length = 0;
    standing = [];
    reads = 0;
    const connection = new AppendConnection(() => {
      const client = new FakeClient();
      clients.push(client);
      return client.asClient();
    });
    async function* read(_stream: string, from: bigint, count: number): AsyncGenerator<StoredEvent> {
      reads += 1;
      const place = Number(from);
      for (const [i, id] of standing.slice(place, place + count).entries()) {
        yield storedEvent(receivedEvent(place + i, { id }));
      }
    }
    const pacing = { wait: async (delayMs: number) => void waits.push(delayMs), random: () => 0.5 };
    const appender = new Appender({ connection, read, pacing, timeoutMs });
    return { append: (events) => appender.append('model-m1', events, 'noStream'), connection };
  };
  const asked = async (number: number): Promise<FakeClient['appends'][number]> => {
    const appends = (): FakeClient['appends'] => clients.flatMap((client) => client.appends);
    await eventually(() => appends().length >= number);
    return appends()[number - 1]!;
  };

  it('repeats the same ids at the same revision after a broken connection, over a new client', async () => {
    const { append } = given();
    const events = newEvents(2);
    const appended = append(events);
    (await asked(1)).fail(broken);
    const second = await asked(2);
    expect(second).toMatchObject({ ids: events.map(({ id }) => id), expected: 'no_stream' });
    expect(clients[0]!.isClosed).toBe(true);
    second.answer(1n, 77n);
    expect(await appended).toEqual({ revision: 1n, position: 77n });
    expect(waits).toEqual([37.5]);
  });

  it('tries four times, waits longer each time, reads the stream, and leaves the outcome open', async () => {
    const { append } = given();
    const appended = append(newEvents(1));
    const refused = expect(appended).rejects.toBeInstanceOf(StoreUnavailable);
    for (const number of [1, 2, 3, 4]) (await asked(number)).fail(unavailable);
    await refused;
    expect(waits).toEqual([37.5, 75, 150]);
    expect(reads).toBe(1);
    expect(clients.flatMap(({ appends }) => appends)).toHaveLength(4);
  });

  it('finds in the stream what no try has told', async () => {
    const { append } = given();
    const events = newEvents(2);
    const appended = append(events);
    for (const number of [1, 2, 3]) (await asked(number)).fail(unavailable);
    standing = events.map(({ id }) => id);
    (await asked(4)).fail(unavailable);
    expect(await appended).toEqual({ revision: 1n, position: 1n });
  });

  it('gives up a client that does not answer, and what that one says later harms nobody', async () => {
    const { append } = given({ timeoutMs: 250 });
    const appended = append(newEvents(1));
    const first = await asked(1);
    const second = await asked(2);
    expect(clients[0]!.isClosed).toBe(true);
    second.answer(0n);
    expect(await appended).toEqual({ revision: 0n, position: 0n });
    first.fail(broken);
    first.answer(0n);
  });

  it('takes a conflict with its own earlier try for success', async () => {
    const { append } = given();
    const events = newEvents(1);
    const appended = append(events);
    (await asked(1)).fail(unavailable);
    standing = events.map(({ id }) => id);
    (await asked(2)).fail({ type: 'wrong-expected-version', actualVersion: 0n });
    expect(await appended).toEqual({ revision: 0n, position: 0n });
  });

  it('tells a conflict with others, at once', async () => {
    const { append } = given();
    const appended = append(newEvents(1));
    standing = newEvents(1).map(({ id }) => id);
    (await asked(1)).fail({ type: 'wrong-expected-version', actualVersion: 0n });
    await expect(appended).rejects.toMatchObject({ name: 'RevisionConflict', expected: 'noStream', found: 0n });
    await expect(appended).rejects.toBeInstanceOf(RevisionConflict);
    expect(waits).toEqual([]);
  });

  it.each([
    ['too large', { type: 'maximum-append-size-exceeded' }, AppendTooLarge],
    ['not allowed', { type: 'access-denied', code: 7 }, RefusedByStore],
    ['malformed, by the bare code of gRPC', { code: 3, message: 'bad request' }, RefusedByStore],
  ])('does not repeat what is %s', async (_what, error, expected) => {
    const { append } = given();
    const appended = append(newEvents(1));
    (await asked(1)).fail(error);
    await expect(appended).rejects.toBeInstanceOf(expected);
    expect(clients.flatMap(({ appends }) => appends)).toHaveLength(1);
  });

  it('keeps the client that was told of another leader, since it alone knows the way', async () => {
    const { append } = given();
    const appended = append(newEvents(1));
    (await asked(1)).fail({ type: 'not-leader', code: 5 });
    (await asked(2)).answer(0n);
    await appended;
    expect(clients).toHaveLength(1);
  });

  it('keeps the client when the store answers that a write took too long', async () => {
    const { append } = given();
    const appended = append(newEvents(1));
    (await asked(1)).fail({ type: 'deadline-exceeded' });
    (await asked(2)).answer(0n);
    await appended;
    expect(clients).toHaveLength(1);
  });

  it('never has more than fifteen appends unanswered, and lets the others in by turns', async () => {
    const { append } = given();
    const appended = Promise.all(newEvents(100).map((event) => append([event])));
    let answered = 0;
    while (answered < 100) {
      await eventually(() => clients[0]!.appends.length > answered);
      expect(clients[0]!.appends.length - answered).toBeLessThanOrEqual(15);
      clients[0]!.appends[answered]!.answer(BigInt(answered));
      answered += 1;
    }
    expect(await appended).toHaveLength(100);
  });

  it('lets all that were under way on a broken connection go the new way', async () => {
    const { append } = given();
    const appended = Promise.all(newEvents(20).map((event) => append([event])));
    await asked(15);
    for (const one of clients[0]!.appends) one.fail(broken);
    await eventually(() => clients.length === 2);
    let answered = 0;
    while (answered < 20) {
      await eventually(() => clients[1]!.appends.length > answered);
      clients[1]!.appends[answered]!.answer(BigInt(answered));
      answered += 1;
    }
    await appended;
    expect(clients).toHaveLength(2);
  });

  it('refuses what still waits for its turn when the store is closed', async () => {
    const { append, connection } = given();
    const appended = newEvents(16).map((event) => append([event]));
    await asked(15);
    const last = expect(appended[15]).rejects.toBeInstanceOf(StoreUnavailable);
    const others = Promise.allSettled(appended.slice(0, 15));
    await connection.close();
    await last;
    for (const other of await others) expect(other.status).toBe('rejected');
  });
});
