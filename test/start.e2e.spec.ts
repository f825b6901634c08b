import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { answerOf } from './support/tracker.js';

const startTimeoutMs = 60_000;
const stopTimeoutMs = 10_000;

/** The built tracker as an operator runs it: a process, its environment, signals. */
class TrackerProcess {
  readonly child: ChildProcess;
  output = '';
  readonly url: string;

  constructor(
    readonly port: number,
    environment: Record<string, string>,
  ) {
    this.url = `http://127.0.0.1:${port}`;
    const { PATH = '', HOME = '' } = process.env;
    this.child = spawn(process.execPath, ['dist/apps/tracker/src/main.js'], {
      env: { PATH, HOME, PORT: String(port), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.output += chunk.toString();
      });
  }

  async isReady(): Promise<void> {
    const endMs = performance.now() + startTimeoutMs;
    while (performance.now() < endMs) {
      if (this.child.exitCode !== null) throw new Error(`the tracker has ended:\n${this.output}`);
      const response = await fetch(`${this.url}/health/ready`).catch(() => undefined);
      if (response?.status === 200) return;
      await pause(50);
    }
    throw new Error(`not ready within ${startTimeoutMs} ms:\n${this.output}`);
  }

  /** Exit code, once it has ended. */
  async ends(): Promise<number | null> {
    if (this.child.exitCode !== null) return this.child.exitCode;
    const [code] = (await once(this.child, 'exit')) as [number | null];
    return code;
  }

  /** Asks it to stop, and fails with what it said when that does not go well. */
  async stop(): Promise<number | null> {
    this.child.kill('SIGTERM');
    const code = await this.ends();
    if (code !== 0) throw new Error(`ended with ${code}:\n${this.output}`);
    return code;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const compute = (id: string, flop: string) => ({
  id,
  type: 'ComputeReported',
  occurredAt: '2026-01-01T00:00:00Z',
  data: { cumulativeTrainingFlop: flop },
});

describe('the tracker as a process', () => {
  const running = new Set<TrackerProcess>();
  let dataDir: string;

  const start = async (environment: Record<string, string> = {}): Promise<TrackerProcess> => {
    const tracker = new TrackerProcess(await freePort(), {
      TRACKER_DATA_DIR: dataDir,
      LOG_LEVEL: 'info',
      ...environment,
    });
    running.add(tracker);
    return tracker;
  };

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'tracker-start-'));
    // The user that PostgreSQL runs as when we are root must be able to enter it.
    await chmod(dataDir, 0o755);
  });
  afterEach(async () => {
    for (const tracker of running) if (tracker.child.exitCode === null) await tracker.stop();
    running.clear();
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  it(
    'runs on a folder alone, tells the administrator one token once, and keeps everything over a stop',
    async () => {
      const first = await start();
      await first.isReady();
      const token = /^ {2}(gpai_\S+)$/m.exec(first.output)?.[1] ?? '';
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const send = (tracker: TrackerProcess, method: string, path: string, body?: unknown) =>
        fetch(tracker.url + path, {
          method,
          headers,
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }).then(answerOf);
      expect(await send(first, 'POST', '/v1/models/m1/facts', compute('c1', '1e24'))).toMatchObject({ status: 201 });
      const history = await send(first, 'GET', '/v1/models/m1/history');
      expect((await stat(join(dataDir, 'secret-key'))).mode & 0o777).toBe(0o600);

      const askedToStopAtMs = performance.now();
      expect(await first.stop()).toBe(0);
      expect(performance.now() - askedToStopAtMs).toBeLessThan(stopTimeoutMs);

      const second = await start();
      await second.isReady();
      expect(second.output).not.toContain('gpai_');
      expect(await send(second, 'GET', '/v1/models/m1/history')).toMatchObject({ status: 200, body: history.body });

      const rival = await start();
      expect(await rival.ends()).toBe(1);
      expect(rival.output).toMatch(/DataFolderInUse/);
      expect(rival.output).not.toMatch(/^\s+at /m);
    },
    2 * startTimeoutMs,
  );

  it(
    'answers what is under way when it is told to stop, and has kept every fact that it confirmed',
    async () => {
      const token = 'token-of-the-test';
      const tracker = await start({ TRACKER_ADMIN_TOKEN: token });
      await tracker.isReady();
      const confirmed: string[] = [];
      let isStopping = false;
      const post = async (id: string): Promise<boolean> => {
        const response = await fetch(`${tracker.url}/v1/models/m2/facts`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify(compute(id, '1e24')),
        }).catch(() => undefined);
        if (response?.status === 201) confirmed.push(id);
        // Only what comes after the signal may be turned away.
        else if (!isStopping) throw new Error(`answered ${response?.status} before the stop`);
        return response?.status === 201;
      };
      const clients = Array.from({ length: 8 }, async (_, client) => {
        for (let index = 0; await post(`c${client}-${index}`); index += 1);
      });
      while (confirmed.length < 50) await pause(5);
      isStopping = true;
      expect(await tracker.stop()).toBe(0);
      await Promise.all(clients);

      const again = await start({ TRACKER_ADMIN_TOKEN: token });
      await again.isReady();
      const known = await Promise.all(
        confirmed.map((id) =>
          fetch(`${again.url}/v1/models/m2/facts`, {
            method: 'POST',
            headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
            body: JSON.stringify(compute(id, '1e24')),
          }).then(({ status }) => status),
        ),
      );
      expect(new Set(known)).toEqual(new Set([200]));
    },
    2 * startTimeoutMs,
  );

  it('names every wrong variable at once and ends with 1', async () => {
    const tracker = await start({ PORT: 'http', TRACKER_ROLES: 'cook', LOG_LEVEL: 'loud' });
    expect(await tracker.ends()).toBe(1);
    for (const name of ['PORT', 'TRACKER_ROLES', 'LOG_LEVEL']) expect(tracker.output).toContain(name);
    expect(tracker.output).not.toMatch(/^\s+at /m);
  });
});
