import { FakeClient, receivedEvent } from '../../testing/fake-client.js';
import { newEvents } from '../../testing/given-store.js';
import { VirtualTime } from '../../testing/virtual-time.js';
import { AppendTooLarge, type NewEvent, RevisionConflict, type StoredEvent, StoreUnavailable } from '../event-store.js';
import { AppendConnection } from './append-connection.js';
import { Appender } from './appender.js';
import { RefusedByStore } from './client-failure.js';
import { storedEvent } from './stored-event.js';

const unavailable = { code: 14, type: 'unavailable', message: 'no connection' };
const broken = Object.assign(new Error('13 INTERNAL: Received RST_STREAM with code 0'), { code: 13, type: 'unknown' });

describe('appending through a client that may fail', () => {
  let time: VirtualTime;
  let clients: FakeClient[];
  let standing: readonly string[];
  let reads: number;

  const given = (): { append: (events: NewEvent[]) => Promise<unknown>; connection: AppendConnection } => {
    time = new VirtualTime();
    clients = [];
    standing = [];
    reads = 0;
    const pacing = time.pacing(() => 0.5);
    const connection = new AppendConnection(() => {
      const client = new FakeClient();
      clients.push(client);
      return client.asClient();
    }, pacing);
    async function* read(_stream: string, from: bigint, count: number): AsyncGenerator<StoredEvent> {
      reads += 1;
      const place = Number(from);
      for (const [i, id] of standing.slice(place, place + count).entries()) {
        yield storedEvent(receivedEvent(place + i, { id }));
      }
    }
    const appender = new Appender({ connection, read, pacing, timeoutMs: 3_000, retryForMs: 5_000 });
    return { append: (events) => appender.append('model-m1', events, 'noStream'), connection };
  };
  const asked = async (number: number): Promise<FakeClient['appends'][number]> => {
    const appends = (): FakeClient['appends'] => clients.flatMap((client) => client.appends);
    await time.until(() => appends().length >= number);
    return appends()[number - 1]!;
  };
  /** Fails every try from this one on, until there is none any more. */
  const failFrom = async (number: number, error: unknown): Promise<number> => {
    let tries = number;
    while (await time.passUntil(() => clients.flatMap(({ appends }) => appends).length >= tries, 20_000)) {
      (await asked(tries)).fail(error);
      tries += 1;
    }
    return tries - 1;
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
    expect(time.nowMs).toBe(37.5);
  });

  it('tries for five seconds, waits longer each time, reads the stream, and leaves the outcome open', async () => {
    const { append } = given();
    const appended = append(newEvents(1));
    const refused = expect(appended).rejects.toBeInstanceOf(StoreUnavailable);
    const tries = await failFrom(1, unavailable);
    await refused;
    // 37.5, 75, 150, 300, 600, then 750 each.
    expect(tries).toBe(11);
    expect(reads).toBe(1);
  });

  it('finds in the stream what no try has told', async () => {
    const { append } = given();
    const events = newEvents(2);
    const appended = append(events);
    (await asked(1)).fail(unavailable);
    standing = events.map(({ id }) => id);
    await failFrom(2, unavailable);
    expect(await appended).toEqual({ revision: 1n, position: 1n });
  });

  it('ends in bounded time when nothing is ever answered', async () => {
    const { append } = given();
    const appended = append(newEvents(1));
    const refused = expect(appended).rejects.toBeInstanceOf(StoreUnavailable);
    await time.passUntil(() => false, 60_000);
    await refused;
    expect(time.nowMs).toBeLessThanOrEqual(10_000);
  });

  it('gives up a client that does not answer, and what that one says later harms nobody', async () => {
    const { append } = given();
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
    expect(time.nowMs).toBe(0);
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

  it('takes the refusal of a later try for no word on an earlier one', async () => {
    const { append } = given();
    const events = newEvents(1);
    const appended = append(events);
    (await asked(1)).fail(unavailable);
    standing = events.map(({ id }) => id);
    (await asked(2)).fail({ type: 'access-denied', code: 7 });
    expect(await appended).toEqual({ revision: 0n, position: 0n });
  });

  it.each([
    ['that the server did not like', { code: 13, message: '13 INTERNAL: no methods today' }],
    ['for which it had no rights', { code: 16, message: '16 UNAUTHENTICATED: not yet' }],
  ])('replaces a client whose negotiation has failed for good, %s', async (_why, failure) => {
    const { append } = given();
    const outcome = append(newEvents(1)).catch((error: unknown) => error);
    (await asked(1)).fail(failure);
    await time.until(() => clients.length === 2);
    const next = append(newEvents(1));
    await time.until(() => clients[1]!.appends.length > 0);
    for (const one of clients[1]!.appends) one.answer(0n);
    await time.passUntil(() => clients[1]!.appends.length > 1, 1_000);
    for (const one of clients[1]!.appends) one.answer(0n);
    expect(await next).toEqual({ revision: 0n, position: 0n });
    if (failure.code === 16) expect(await outcome).toBeInstanceOf(RefusedByStore);
    else expect(await outcome).toEqual({ revision: 0n, position: 0n });
  });

  it('states a deadline that a server whose clock is minutes ahead still understands', async () => {
    const { append } = given();
    const appended = append(newEvents(1));
    const first = await asked(1);
    expect(first.deadlineMs).toBeGreaterThanOrEqual(4 * 60_000);
    first.answer(0n);
    await appended;
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
      await time.until(() => clients[0]!.appends.length > answered);
      expect(clients[0]!.appends.length - answered).toBeLessThanOrEqual(15);
      clients[0]!.appends[answered]!.answer(BigInt(answered));
      answered += 1;
    }
    expect(await time.pass(appended)).toHaveLength(100);
  });

  it('lets all that were under way on a broken connection go the new way', async () => {
    const { append } = given();
    const appended = Promise.all(newEvents(20).map((event) => append([event])));
    await asked(15);
    for (const one of clients[0]!.appends) one.fail(broken);
    await time.until(() => clients.length === 2);
    let answered = 0;
    while (answered < 20) {
      await time.until(() => clients[1]!.appends.length > answered);
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
    const closed = connection.close();
    await last;
    await closed;
    for (const other of await time.pass(others)) expect(other.status).toBe('rejected');
  });
});
