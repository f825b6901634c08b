import { EventStoreDBClient, START } from '@eventstore/db-client';
import type { ListMethodsFault, ReadFault, WriteFault } from '../src/index.js';
import { event, newStream, RunningStore, said, until } from './running-store.js';

/** What tests can let go wrong, as the official client meets it. */
describe('the faults of the embedded event store', () => {
  let store: RunningStore;
  let client: EventStoreDBClient;
  let onWrite: WriteFault | undefined;
  let onRead: ReadFault | undefined;
  let onListMethods: ListMethodsFault | undefined;

  beforeAll(async () => {
    store = await RunningStore.start({
      onWrite: () => onWrite,
      onRead: () => onRead,
      onListMethods: () => onListMethods,
    });
  });
  afterAll(() => store.stop());
  // A client of its own for each: a fault leaves its traces in the one that meets it.
  beforeEach(() => {
    client = EventStoreDBClient.connectionString(store.server.connectionString);
    [onWrite, onRead, onListMethods] = [undefined, undefined, undefined];
  });
  afterEach(() => client.dispose());

  const outcomeOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => 'done',
      (error: { type?: string; code?: number }) => error.type ?? error.code,
    );
  const append = (stream: string) =>
    outcomeOf(client.appendToStream(stream, event('a'), { expectedRevision: 'no_stream' }));
  const isWritten = (stream: string) =>
    said(store.client.readStream(stream)).then(
      (all) => all.length > 0,
      () => false,
    );

  it.each([
    ['dropBeforeCommit', 'silence', false],
    ['dropAfterCommit', 'silence', true],
    ['cutBeforeCommit', 'unavailable', false],
    ['cutAfterCommit', 'unavailable', true],
    ['timeoutBeforeCommit', 'deadline-exceeded', false],
    ['timeoutAfterCommit', 'deadline-exceeded', true],
    ['notLeader', 'not-leader', false],
    ['tooBusy', 'unavailable', false],
    ['refuseWrites', 'unknown', false],
    [{ beforeCommitMs: 20 }, 'done', true],
    [{ afterCommitMs: 20 }, 'done', true],
  ] as const)('answer an append that meets %j with %s, written: %s', async (fault, outcome, isToBeWritten) => {
    const stream = newStream();
    onWrite = fault;
    const answered = append(stream);
    if (outcome === 'silence') {
      const silence = new Promise((resolve) => setTimeout(resolve, 150, 'silence'));
      expect(await Promise.race([answered, silence])).toBe('silence');
    } else {
      expect(await answered).toBe(outcome);
    }
    expect(await isWritten(stream)).toBe(isToBeWritten);
    onWrite = undefined;
  });

  it.each([
    ['tooBusy', 14],
    ['notLeader', 5],
    ['unknown', 2],
    ['cut', 14],
  ] as const)('answer the question for the methods that meets %s with %s', async (fault, outcome) => {
    onListMethods = fault;
    expect(await append(newStream())).toBe(outcome);
  });

  it.each([
    ['notLeader', 'not-leader', 0],
    ['tooBusy', 'unavailable', 0],
    ['cut', 'unavailable', 0],
    [{ afterEvents: 2, then: 'cut' }, 'unavailable', 2],
    [{ afterEvents: 2, then: 'tooSlow' }, 'timeout', 2],
    [{ afterEvents: 2, then: 'tooBusy' }, 'unavailable', 2],
    [{ afterEvents: 2, then: 'reset' }, 'unknown', 2],
    [{ delayMs: 10 }, undefined, 3],
  ] as const)('end a subscription that meets %j with %s', async (fault, outcome, eventCount) => {
    const stream = newStream();
    await store.client.appendToStream(stream, [event('a'), event('b'), event('c')]);
    onRead = fault;
    const seen: unknown[] = [];
    const errors: unknown[] = [];
    const subscription = client.subscribeToStream(stream, { fromRevision: START });
    subscription.on('data', (resolved) => seen.push(resolved));
    subscription.on('error', (error) => errors.push((error as { type?: string }).type));
    await until(() => errors.length > 0 || seen.length === 3);
    expect(errors).toEqual(outcome === undefined ? [] : [outcome]);
    // What a cut connection still carried may be lost on the way.
    if (typeof fault === 'object' && 'then' in fault && fault.then === 'cut') {
      expect(seen.length).toBeLessThanOrEqual(eventCount);
    } else {
      expect(seen).toHaveLength(eventCount);
    }
    await subscription.unsubscribe();
  });
});
