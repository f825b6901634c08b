import { END } from '@eventstore/db-client';
import { event, newStream, RunningStore, said } from './running-store.js';

/** A log such as no young store has one: with large numbers, or damaged. */
describe('the embedded event store, on a log that is out of the ordinary', () => {
  let store: RunningStore;

  beforeAll(async () => {
    store = await RunningStore.start();
  });
  afterAll(() => store.stop());

  it('counts on beyond 32 bits', async () => {
    const stream = newStream();
    await store.client.appendToStream(stream, event('a'));
    const [position, revision] = [2n ** 40n + 3n, 2n ** 33n];
    const moved = await store.query(
      `update eventstore.events set position = $1, revision = $2
       where stream_id = (select id from eventstore.streams where name = $3)`,
      [position, revision, stream],
    );
    expect(moved.rowCount).toBe(1);
    await store.query('update eventstore.events set checksum = null');
    await store.query(
      `insert into eventstore.events select number, 1, number, 0, gen_random_uuid(), true, 'Filling', '{}', '', null
       from generate_series($1::bigint - 3000, $1::bigint - 1) as number`,
      [position],
    );
    await store.restart();
    const answer = await store.client.appendToStream(stream, event('b'), { expectedRevision: revision });
    expect([answer.nextExpectedRevision, answer.position?.commit]).toEqual([revision + 1n, position + 1n]);
    expect(await said(store.client.readStream(stream, { fromRevision: revision }))).toEqual(['a', 'b']);
  });

  it('says what is damaged when an event lacks its stream, and reads what is whole', async () => {
    const [whole, lost] = [newStream(), newStream()];
    await store.client.appendToStream(whole, event('whole'));
    await store.client.appendToStream(lost, event('lost'));
    await store.query('delete from eventstore.streams where name = $1', [lost]);
    const all = store.client.readAll({ direction: 'backwards', fromPosition: END, maxCount: 10 });
    await expect(said(all)).rejects.toThrow(/damaged at position \d+: its stream is missing/);
    expect(await said(store.client.readStream(whole))).toEqual(['whole']);
  });
});
