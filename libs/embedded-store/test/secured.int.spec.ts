import { EventStoreDBClient, START } from '@eventstore/db-client';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { startEmbeddedEventStore, type EmbeddedEventStore } from '../src/index.js';
import { event, newStream, said } from './running-store.js';

const file = (name: string): string => fileURLToPath(new URL(`tls/${name}`, import.meta.url));

describe('the embedded event store, with a certificate and users', () => {
  let database: TestDatabase;
  let store: EmbeddedEventStore;
  const clients: EventStoreDBClient[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    store = await startEmbeddedEventStore({
      databaseUrl: database.url,
      tls: { cert: await readFile(file('cert.pem')), key: await readFile(file('key.pem')) },
      users: [
        { name: 'admin', password: 'p@ss:word', isAdmin: true },
        { name: 'tracker', password: 'secret', isAdmin: false },
      ],
    });
  });
  afterAll(async () => {
    for (const client of clients) await client.dispose();
    await store.stop();
    await database.drop();
  });

  function clientOf(user: string, scheme = 'esdb'): EventStoreDBClient {
    const { port } = store;
    const at = user === '' ? '' : `${user}@`;
    const client = EventStoreDBClient.connectionString(
      `${scheme}://${at}localhost:${port}?tls=true&tlsCAFile=${file('cert.pem')}`,
    );
    clients.push(client);
    return client;
  }
  const outcomeOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => 'done',
      (error: { type?: string }) => error.type,
    );

  it('serves users by both ways to append, and after discovery', async () => {
    const stream = newStream();
    const credentials = { username: 'tracker', password: 'secret' };
    expect(await outcomeOf(clientOf('tracker:secret').appendToStream(stream, event('batch')))).toBe('done');
    expect(await outcomeOf(clientOf('').appendToStream(stream, event('classic'), { credentials }))).toBe('done');
    expect(await said(clientOf('tracker:secret', 'esdb+discover').readStream(stream))).toEqual(['batch', 'classic']);
  });

  it.each([
    ['nobody', ''],
    ['a wrong password', 'tracker:guess'],
    ['an unknown user', 'stranger:secret'],
  ])('refuses %s', async (_who, user) => {
    const client = clientOf(user);
    expect(await outcomeOf(client.appendToStream(newStream(), event('a')))).toBe('access-denied');
    expect(await outcomeOf(said(client.readStream('any')))).toBe('access-denied');
    expect(await outcomeOf(client.deleteStream('any'))).toBe('access-denied');
    const failed = new Promise((resolve) => {
      client.subscribeToStream('any', { fromRevision: START }).on('error', (error) => resolve(error));
    });
    expect(await failed).toMatchObject({ type: 'access-denied' });
  });

  it('keeps system streams and the whole log for administrators', async () => {
    const user = clientOf('tracker:secret');
    const admin = clientOf(`admin:${encodeURIComponent('p@ss:word')}`);
    const stream = newStream();
    expect(await outcomeOf(user.setStreamMetadata(stream, { maxCount: 3 }))).toBe('done');
    for (const work of [
      () => user.appendToStream('$system', event('a')),
      () => user.setStreamMetadata('$system', { maxCount: 3 }),
      () => said(user.readStream('$system')),
      () => said(user.readAll()),
    ]) {
      expect(await outcomeOf(work())).toBe('access-denied');
    }
    expect(await outcomeOf(admin.appendToStream('$system', event('a')))).toBe('done');
    expect(await outcomeOf(said(admin.readAll({ maxCount: 1, direction: 'backwards', fromPosition: 'end' })))).toBe(
      'done',
    );
  });

  it('is not started where others could reach it without both', async () => {
    const { url: databaseUrl } = database;
    const users = [{ name: 'a', password: 'b', isAdmin: true }];
    await expect(startEmbeddedEventStore({ databaseUrl, host: '0.0.0.0' })).rejects.toThrow('a certificate and users');
    await expect(startEmbeddedEventStore({ databaseUrl, users })).rejects.toThrow('users need a certificate');
  });
});
