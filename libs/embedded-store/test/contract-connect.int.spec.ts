import { EventStoreDBClient } from '@eventstore/db-client';
import { event, newStream, recordCalls, RunningStore, said } from './running-store.js';

/** Contract cases 1 to 5: how clients connect. Each test uses one client for appends, as all clients of a process share their pending ones. */
describe('the embedded event store, when clients connect', () => {
  let store: RunningStore;
  let calls: ReturnType<typeof recordCalls>;

  beforeAll(async () => {
    calls = recordCalls();
    store = await RunningStore.start();
  });
  afterAll(async () => {
    calls.restore();
    await store.stop();
  });

  it('1: lists its methods once and serves a hundred concurrent appends on one BatchAppend stream', async () => {
    const stream = newStream();
    await Promise.all(
      Array.from({ length: 100 }, (_, index) => store.client.appendToStream(stream, event(`${index}`))),
    );
    expect(calls.of('GetSupportedMethods')).toHaveLength(1);
    expect(calls.of('BatchAppend')).toHaveLength(1);
    expect(await said(store.client.readStream(stream))).toHaveLength(100);
  });

  it('2: is found by discovery', async () => {
    const stream = newStream();
    await store.client.appendToStream(stream, event('a'));
    const client = EventStoreDBClient.connectionString(`esdb+discover://127.0.0.1:${store.server.port}?tls=false`);
    expect(await said(client.readStream(stream))).toEqual(['a']);
    expect(calls.of('Read').length).toBeGreaterThan(0);
    await client.dispose();
  });

  it('3: is found among two hosts of which one is dead', async () => {
    const stream = newStream();
    await store.client.appendToStream(stream, event('a'));
    const hosts = `127.0.0.1:1,127.0.0.1:${store.server.port}`;
    const client = EventStoreDBClient.connectionString(`esdb://${hosts}?tls=false`);
    expect(await said(client.readStream(stream))).toEqual(['a']);
    await client.dispose();
  });

  it('5: has all earlier data after a restart on the same port, and takes appends that are tried again', async () => {
    const stream = newStream();
    await store.client.appendToStream(stream, event('before'));
    await store.restart();
    let appended = false;
    while (!appended) {
      appended = await store.client.appendToStream(stream, event('after')).then(
        () => true,
        () => false,
      );
    }
    expect(await said(store.client.readStream(stream))).toEqual(['before', 'after']);
  });
});
