import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { program, programEnvironment, runProgram, type Binaries } from './binaries.js';
import { dataFolder, logFile, passwordFile, type DataPlace } from './data-place.js';
import { codeOf, EmbeddedPostgresFailed, messageOf } from './errors.js';
import { isAlive, roleName } from './initialise.js';

const host = '127.0.0.1';
const startTimeoutMs = 120_000;
const stopTimeoutS = 60;
const reapingMsMax = 1_000;
const startsMax = 3;
const pollMs = 20;
const logBytesMax = 10_000_000;

/** Settings of a small server whose data must not be lost. They are given at each start, so a new release may change them. */
const settings: readonly string[] = [
  `listen_addresses=${host}`,
  'unix_socket_directories=',
  'max_connections=100',
  'shared_buffers=128MB',
  'fsync=on',
  'synchronous_commit=on',
  'full_page_writes=on',
  'jit=off',
  'timezone=UTC',
  'log_timezone=UTC',
  'log_min_messages=warning',
];

export type RunningServer = { readonly pid: number; readonly port: number };

/** The address of a database of this server. */
export async function databaseUrl(place: DataPlace, port: number, database: string): Promise<string> {
  const password = await readFile(passwordFile(place), 'utf8');
  return `postgresql://${roleName}:${password}@${host}:${port}/${database}`;
}

/**
 * A connection to the server on these data: the one that runs already (a killed tracker leaves it behind), or a new one.
 * Resolves only when the server has answered a query. A new one listens on `wishedPort`, or on any free port.
 * @throws EmbeddedPostgresFailed with the server's own last words
 */
export async function connectToServer(
  place: DataPlace,
  binaries: Binaries,
  wishedPort: number | undefined,
): Promise<{ readonly client: Client; readonly server: RunningServer }> {
  const deadline = performance.now() + startTimeoutMs;
  let started: Started | undefined;
  let starts = 0;
  for (;;) {
    const server = await runningServer(place);
    if (server !== undefined) {
      const client = await tryConnecting(place, server.port);
      if (client !== undefined) return { client, server };
    } else if (started === undefined || started.process.exitCode !== null || started.process.signalCode !== null) {
      if (starts === startsMax) throw await failure(place, started);
      started = await start(place, binaries, wishedPort);
      starts += 1;
    }
    if (performance.now() > deadline) throw await failure(place, started);
    await sleep(pollMs);
  }
}

/** Shuts the server down: open transactions are rolled back, all that was committed is kept. Resolves when it has gone. */
export async function stopServer(place: DataPlace, binaries: Binaries): Promise<void> {
  const server = await runningServer(place);
  if (server === undefined) return;
  const { code, output } = await runProgram(
    program(binaries, 'pg_ctl'),
    ['stop', `--pgdata=${dataFolder(place)}`, '--mode=fast', '--wait', `--timeout=${stopTimeoutS}`],
    place.user,
  );
  if (code !== 0 && (await runningServer(place)) !== undefined) {
    throw new EmbeddedPostgresFailed(`PostgreSQL (process ${server.pid}) did not stop: ${output}`);
  }
  // An orphan that has ended stays in the process table until somebody reaps it, which is not ours to wait for.
  for (let waitedMs = 0; isAlive(server.pid) && waitedMs < reapingMsMax; waitedMs += pollMs) await sleep(pollMs);
}

/** The server that the lock file in the data names, if it lives. A lock file that nobody holds is removed. */
async function runningServer(place: DataPlace): Promise<RunningServer | undefined> {
  const lockFile = join(dataFolder(place), 'postmaster.pid');
  let lines: string[];
  try {
    lines = (await readFile(lockFile, 'utf8')).split('\n');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  // Process id first, port fourth; a server that has just begun has not written the port yet.
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return undefined;
  if (await isServerOn(place, pid)) return { pid, port };
  // The process id now belongs to another program (usual after a restart of a container), which would keep the server from starting.
  await rm(lockFile, { force: true });
  return undefined;
}

async function isServerOn(place: DataPlace, pid: number): Promise<boolean> {
  try {
    if (process.platform === 'linux') {
      return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes(dataFolder(place));
    }
    if (process.platform === 'win32') return true;
    return (await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)])).stdout.includes(dataFolder(place));
  } catch {
    return false;
  }
}

async function tryConnecting(place: DataPlace, port: number): Promise<Client | undefined> {
  if (!Number.isInteger(port) || port <= 0) return undefined;
  const client = new Client({
    connectionString: await databaseUrl(place, port, 'postgres'),
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    if (codeOf(error) === '28P01') {
      throw new EmbeddedPostgresFailed(
        `PostgreSQL on port ${port} does not take the password in ${passwordFile(place)}`,
      );
    }
    return undefined;
  }
}

type Started = { readonly process: ChildProcess; readonly logOffset: number };

async function start(place: DataPlace, binaries: Binaries, wishedPort: number | undefined): Promise<Started> {
  const port = wishedPort ?? (await freePort());
  await turnLogOver(place);
  const log = await open(logFile(place), 'a', 0o600);
  try {
    const { size } = await log.stat();
    if (place.user !== undefined) await log.chown(place.user.uid, place.user.gid);
    // A session of its own: Ctrl-C in the terminal reaches the tracker only, which stops the server when it is done with it.
    const child = spawn(
      program(binaries, 'postgres'),
      ['-D', dataFolder(place), '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
      { ...place.user, cwd: place.home, detached: true, env: programEnvironment, stdio: ['ignore', log.fd, log.fd] },
    );
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.unref();
    return { process: child, logOffset: size };
  } catch (cause) {
    throw new EmbeddedPostgresFailed(`PostgreSQL could not be started: ${messageOf(cause)}`, { cause });
  } finally {
    await log.close();
  }
}

async function turnLogOver(place: DataPlace): Promise<void> {
  const path = logFile(place);
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > logBytesMax) await rename(path, `${path}.1`);
}

async function failure(place: DataPlace, started: Started | undefined): Promise<EmbeddedPostgresFailed> {
  const path = logFile(place);
  const written = await readFile(path).catch(() => Buffer.alloc(0));
  const words = written
    .subarray(started?.logOffset ?? 0)
    .toString()
    .trim()
    .slice(-2_000);
  const isFull = words.includes('No space left on device');
  return new EmbeddedPostgresFailed(
    `PostgreSQL on ${place.home} did not come up${isFull ? ', the disk is full' : ''}; the end of ${path} says: ${words || '(nothing)'}`,
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
