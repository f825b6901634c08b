import { event, newStream, RunningStore, said } from './running-store.js';

/** The event store when its database is not what it should be. */
describe('the embedded event store, when its database fails it', () => {
  let store: RunningStore;

  beforeAll(async () => {
    store = await RunningStore.start();
  });
  afterAll(() => store.stop());

  const cutWriter = () =>
    store.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'event-log-writer' and datname = current_database()",
    );

  it('writes each append once though the connection that writes is cut again and again', async () => {
    const stream = newStream();
    let isOver = false;
    const cutting = (async () => {
      for (let cut = 0; cut < 5; cut += 1) await cutWriter();
      isOver = true;
    })();
    const answered: string[] = [];
    for (let count = 0; !isOver || count < 50; count += 1) {
      await store.client.appendToStream(stream, event(`${count}`), {
        expectedRevision: count === 0 ? 'no_stream' : BigInt(count - 1),
      });
      answered.push(`${count}`);
    }
    await cutting;
    expect(await said(store.client.readStream(stream))).toEqual(answered);
  });

  it('refuses appends that the database refuses, leaves nothing half done, and goes on', async () => {
    const stream = newStream();
    await store.query("alter table eventstore.events add constraint disk_full check (type <> 'Refused') not valid");
    const outcomes = await Promise.allSettled([
      store.client.appendToStream(stream, [event('a'), event('b', 'Refused')]),
      store.client.appendToStream(stream, event('c', 'Refused')),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await store.query('alter table eventstore.events drop constraint disk_full');
    const answer = await store.client.appendToStream(stream, event('d'), { expectedRevision: 'no_stream' });
    expect(answer.nextExpectedRevision).toBe(0n);
    expect(await said(store.client.readStream(stream))).toEqual(['d']);
  });

  it('answers an append that the database holds up in time, as of unknown outcome', async () => {
    const stream = newStream();
    await store.query('begin; lock table eventstore.events in exclusive mode');
    await expect(store.client.appendToStream(stream, event('held up'))).rejects.toMatchObject({
      type: 'deadline-exceeded',
    });
    await store.query('rollback');
    await store.client.appendToStream(stream, event('next'));
    expect(await said(store.client.readStream(stream))).toEqual(['held up', 'next']);
  });
});
