import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Answer, answerOf } from './tracker.js';

const entry = 'dist/apps/tracker/src/main.js';
const readyTimeoutMs = 30_000;

/** The built tracker as its own process, with everything embedded in a folder of its own. */
export class TrackerProcess {
  readonly #token = `test-${randomBytes(24).toString('base64url')}`;
  #process: ChildProcess | undefined;
  #output = '';

  private constructor(
    private readonly dataDir: string,
    private readonly port: number,
    readonly eventStorePort: number,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** @param environment further variables; those that are not given are the defaults */
  static async create(environment: Readonly<Record<string, string>> = {}): Promise<TrackerProcess> {
    const dataDir = await mkdtemp(join(tmpdir(), 'gpai-tracker-process-'));
    // PostgreSQL runs as another user when the tests run as root.
    await chmod(dataDir, 0o755);
    return new TrackerProcess(dataDir, await freePort(), await freePort(), environment);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get eventStoreUrl(): string {
    return `esdb://127.0.0.1:${this.eventStorePort}?tls=false`;
  }

  /** Resolves when the tracker says that it is ready. */
  async start(): Promise<void> {
    const process_ = spawn(process.execPath, [entry], {
      env: {
        ...process.env,
        PORT: String(this.port),
        TRACKER_DATA_DIR: this.dataDir,
        TRACKER_ADMIN_TOKEN: this.#token,
        EMBEDDED_EVENTSTORE_PORT: String(this.eventStorePort),
        DATABASE_URL: '',
        EVENTSTORE_URL: '',
        REDIS_URL: '',
        LOG_LEVEL: 'warn',
        ...this.environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = process_;
    for (const stream of [process_.stdout, process_.stderr]) {
      stream.on('data', (chunk: Buffer) => (this.#output = (this.#output + chunk.toString()).slice(-20_000)));
    }
    const deadline = performance.now() + readyTimeoutMs;
    while (!(await this.#isReady())) {
      if (process_.exitCode !== null || performance.now() > deadline) {
        throw new Error(`the tracker did not become ready (exit code ${process_.exitCode}):\n${this.#output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** SIGKILL: it has no chance to finish anything. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Stops cleanly and removes the folder. A killed tracker left its database running, which only a new start can stop. */
  async dispose(): Promise<void> {
    if (this.#process === undefined) await this.start();
    await this.#end('SIGTERM');
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** Rejects when the connection breaks before the whole answer is there. */
  async request(method: 'GET' | 'POST', path: string, json?: unknown): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    return answerOf(response);
  }

  async #isReady(): Promise<boolean> {
    return this.request('GET', '/health/ready').then(
      ({ status }) => status === 200,
      () => false,
    );
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const process_ = this.#process;
    if (process_ === undefined) return;
    this.#process = undefined;
    if (process_.exitCode !== null || process_.signalCode !== null) return;
    const ended = new Promise((resolve) => process_.once('exit', resolve));
    process_.kill(signal);
    await ended;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return address.port;
}
