import { EventStoreDBClient } from '@eventstore/db-client';
import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { finishChild, startChild } from './child-process.js';
import { event, said, until } from './running-store.js';

/** `npm run eventstore` */
describe('the event store as a program of its own', () => {
  let database: TestDatabase;
  const stream = 'by-program';

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('says where it serves, counts what it does, and stops in time with subscribers attached', async () => {
    const program = await startChild('program-process.mjs', [
      ...['--database', database.url],
      ...['--port', '0', '--metrics-port', '0'],
    ]);
    const metricsUrl = program.firstLine.replace('Metrics: ', '');
    const url = (await program.nextLine()).replace('Event store: ', '');
    expect(url).toMatch(/^esdb:\/\/127\.0\.0\.1:\d+\?tls=false$/);
    const client = EventStoreDBClient.connectionString(url);
    await client.appendToStream(stream, [event('a'), event('b')]);
    const seen: unknown[] = [];
    const errors: unknown[] = [];
    client
      .subscribeToStream(stream)
      .on('data', (resolved) => seen.push(resolved))
      .on('error', (error) => errors.push((error as { type?: string }).type));
    await until(() => seen.length === 2);
    expect(await said(client.readStream(stream))).toEqual(['a', 'b']);

    const metrics = await (await fetch(metricsUrl)).text();
    expect(metrics).toContain('eventstore_writes_total{outcome="written"} 1\n');
    expect(metrics).toContain('eventstore_subscriptions_open 1\n');
    expect(metrics).toContain('eventstore_commit_seconds_count ');

    const start = performance.now();
    await program.end('SIGTERM');
    expect(performance.now() - start).toBeLessThan(5_000);
    await until(() => errors.length > 0);
    expect(errors).toEqual(['unavailable']);
    await client.dispose();
  });

  it('verifies the log, and names damage by its position', async () => {
    const verify = () => finishChild('program-process.mjs', ['verify', '--database', database.url]);
    const sound = await verify();
    expect(sound.output).toMatch(/^\d+ events read: no damage\n$/);
    expect(sound.exitCode).toBe(0);

    const admin = new Client({ connectionString: database.url });
    await admin.connect();
    const { rows } = await admin.query<{ position: string }>(
      `update eventstore.events set data = set_byte(data, 0, 0) where type = 'Tested' and revision = 1 returning position`,
    );
    const position = rows[0]?.position ?? '';
    const damaged = await verify();
    expect(damaged.output).toContain(`position ${position}: the checksum does not match\n`);
    expect(damaged.exitCode).toBe(1);
    // The damage is at the end of the log, where a start finds it as well.
    const refused = await finishChild('program-process.mjs', ['--database', database.url, '--port', '0']);
    expect(refused.errors).toContain(`damaged at position ${position}`);
    expect(refused.exitCode).toBe(1);

    await admin.query('delete from eventstore.events where position = $1', [position]);
    await admin.query(`insert into eventstore.events (position, stream_id, revision, created_ms, id, is_json, type, data, metadata)
      select position + 2, stream_id, 9, created_ms, id, is_json, type, data, metadata
      from eventstore.events where type = 'Tested'`);
    await admin.end();
    const torn = await verify();
    expect(torn.output).toContain(`the events up to position ${position} are missing`);
    expect(torn.output).toContain('the stream by-program that begins here has 2 events up to revision 9');
  });

  it('says what it cannot do', async () => {
    expect(await finishChild('program-process.mjs', ['--port', 'x'])).toMatchObject({
      exitCode: 2,
      errors: '--port expects a number from 0 to 65535, found "x"\nSee npm run eventstore -- --help\n',
    });
    expect(await finishChild('program-process.mjs', ['--help'])).toMatchObject({ exitCode: 0 });
    const exposed = await finishChild('program-process.mjs', ['--database', database.url, '--host', '0.0.0.0']);
    expect(exposed.errors).toContain('only with a certificate and users');
  });
});
