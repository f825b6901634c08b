import { execFileSync } from 'node:child_process';
import { chmod, chown, mkdtemp, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '../src/index.js';
import { startChild } from './child-process.js';

async function query(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

const isRoot = process.getuid?.() === 0;
const asRoot = isRoot ? it : it.skip;

describe('the embedded PostgreSQL', () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'embedded-postgres-'));
    // As root the server runs as another user, who has to get in.
    await chmod(dataDir, 0o755);
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  it('keeps its data, and the server, when the tracker is killed', async () => {
    const first = await startChild('postgres-process.mjs', [dataDir]);
    await query(first.firstLine, 'create table kept as select 42 as answer');
    const startedAt = await query(first.firstLine, 'select pg_postmaster_start_time() as at');
    await first.end('SIGKILL');
    const second = await startChild('postgres-process.mjs', [dataDir]);
    expect(await query(second.firstLine, 'select answer from kept')).toEqual([{ answer: 42 }]);
    expect(await query(second.firstLine, 'select pg_postmaster_start_time() as at')).toEqual(startedAt);
    await second.end('SIGTERM');
    const third = await startEmbeddedPostgres({ dataDir });
    expect(await query(third.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await third.stop();
  });

  it('refuses a second tracker on the same data', async () => {
    const first = await startChild('postgres-process.mjs', [dataDir]);
    const second = await startChild('postgres-process.mjs', [dataDir]);
    expect(second.firstLine).toBe(
      `DataFolderInUse: the data folder ${dataDir} is in use by another tracker: stop that one, or give this one a folder of its own (TRACKER_DATA_DIR)`,
    );
    await query(first.firstLine, 'select 1');
    await first.end('SIGTERM');
  });

  it('is started again on the same address when the server dies', async () => {
    const postgres = await startEmbeddedPostgres({ dataDir });
    await query(postgres.url, 'create table kept as select 42 as answer');
    const pidFile = await readFile(join(dataDir, 'postgresql', 'data', 'postmaster.pid'), 'utf8');
    process.kill(Number(pidFile.split('\n')[0]), 'SIGKILL');
    let rows: readonly Record<string, unknown>[] | undefined;
    while (rows === undefined) rows = await query(postgres.url, 'select answer from kept').catch(() => undefined);
    expect(rows).toEqual([{ answer: 42 }]);
    await postgres.stop();
  });

  asRoot('runs for an ordinary user in folders that nobody else may enter', async () => {
    // A user that every system has: PostgreSQL looks its name up.
    const ids = {
      uid: Number(execFileSync('id', ['-u', 'nobody'])),
      gid: Number(execFileSync('id', ['-g', 'nobody'])),
    };
    await chmod(dataDir, 0o700);
    await chown(dataDir, ids.uid, ids.gid);
    const child = await startChild('postgres-process.mjs', [join(dataDir, 'data')], { ...ids, cwd: '/' });
    expect(await query(child.firstLine, 'select current_database() as name')).toEqual([{ name: 'tracker' }]);
    await child.end('SIGTERM');
  });

  asRoot('puts the data where its user may enter, with a link, when the folder is closed', async () => {
    await chmod(dataDir, 0o700);
    const messages: string[] = [];
    const postgres = await startEmbeddedPostgres({ dataDir, log: (message) => messages.push(message) });
    await query(postgres.url, 'create table kept as select 42 as answer');
    await postgres.stop();
    const place = await readlink(join(dataDir, 'postgresql'));
    expect(place).toMatch(/^\/var\/lib\/gpai-obligation-tracker\//);
    expect(messages.filter((message) => message.includes(place)).length).toBeGreaterThan(0);
    const again = await startEmbeddedPostgres({ dataDir });
    expect(await query(again.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await again.stop();
    await rm(place, { recursive: true });
  });
});
