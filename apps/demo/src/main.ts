import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, open, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadPortfolio } from './load-portfolio.js';
import { readPortfolio } from './portfolio.js';
import { printReport } from './print-report.js';
import type { ModelRow } from './report.js';
import { allPages, trackerClient, type TrackerClient } from './tracker-client.js';

const help = `npm run demo -- [options]

Starts a tracker with everything embedded in a scratch folder, loads the sample portfolio
(469 models with their training compute, Epoch AI, CC BY 4.0) through signed webhooks and
facts, prints what follows from it, and keeps serving until Ctrl-C.

  --once      stop after the report, with exit code 0
  --port N    serve on this port (default: a free one)
  --help      this text
`;

const READY_TIMEOUT_MS = 60_000;
const SETTLED_TIMEOUT_MS = 90_000;

const root = new URL('../../../../', import.meta.url).pathname;

async function main(): Promise<void> {
  const options = readOptions();
  const scratchFolder = await mkdtemp(join(tmpdir(), 'gpai-tracker-demo-'));
  // As root, PostgreSQL runs as a user of its own, who has to get in.
  await chmod(scratchFolder, 0o755);
  const token = randomBytes(24).toString('base64url');
  const port = options.port ?? (await freePort());
  const eventStorePort = await freePort();
  const startedAt = Date.now();
  const log = await open(join(scratchFolder, 'tracker.log'), 'a');
  console.log(`Starting a tracker in ${scratchFolder} (its log: tracker.log there) …`);
  const tracker = spawn(process.execPath, [join(root, 'dist/apps/tracker/src/main.js')], {
    cwd: scratchFolder,
    stdio: ['ignore', log.fd, log.fd],
    // Its own group: Ctrl-C reaches this program alone, which then stops the tracker in order.
    detached: true,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      PORT: String(port),
      TRACKER_DATA_DIR: join(scratchFolder, 'data'),
      TRACKER_ADMIN_TOKEN: token,
      EMBEDDED_EVENTSTORE_PORT: String(eventStorePort),
    },
  });
  const stopped = new Promise<void>((resolve) => tracker.once('exit', () => resolve()));
  const cleanUp = async (): Promise<void> => {
    tracker.kill('SIGTERM');
    await stopped;
    await log.close();
    await rm(scratchFolder, { recursive: true, force: true });
  };
  const interrupted = new Promise<'interrupted'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve('interrupted'));
  });
  try {
    const run = demonstrate(`http://127.0.0.1:${port}`, token, eventStorePort, tracker, scratchFolder, startedAt);
    // When interrupted, the run fails on the closed tracker; that failure has nothing to tell.
    run.catch(() => undefined);
    if ((await Promise.race([run, interrupted])) === 'interrupted' || options.once) return;
    console.log(`\nServing on http://127.0.0.1:${port} (token ${token}). For example:
  curl -H 'Authorization: Bearer ${token}' http://127.0.0.1:${port}/v1/models/gpt-4/assessment
Ctrl-C ends it and removes the scratch folder.`);
    await Promise.race([interrupted, stopped]);
  } finally {
    await cleanUp();
  }
}

async function demonstrate(
  baseUrl: string,
  token: string,
  eventStorePort: number,
  process: ChildProcess,
  scratchFolder: string,
  startedAt: number,
): Promise<void> {
  const tracker = trackerClient(baseUrl, token);
  await untilReady(baseUrl, process, scratchFolder);
  console.log(`Ready after ${seconds(startedAt)}.`);
  const models = readPortfolio(join(root, 'apps/demo/data/models_1e22_plus.csv'));
  const loadStartedAt = Date.now();
  const loaded = await loadPortfolio(tracker, models, printProgress);
  console.log(
    `Loaded ${models.length} models of ${loaded.providers} providers: ${loaded.facts} facts posted and ` +
      `${loaded.deliveries} signed webhooks delivered in ${seconds(loadStartedAt)}.`,
  );
  await untilSettled(tracker, models.length);
  await printReport(tracker, `esdb://127.0.0.1:${eventStorePort}?tls=false`);
  console.log(`\nDone in ${seconds(startedAt)}.`);
}

function readOptions(): { readonly once: boolean; readonly port: number | undefined } {
  try {
    const { values } = parseArgs({
      options: { once: { type: 'boolean' }, port: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help === true) {
      console.log(help);
      process.exit(0);
    }
    const port = values.port === undefined ? undefined : Number(values.port);
    if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
      throw new Error(`--port expects a number from 1 to 65535, found "${values.port}"`);
    }
    return { once: values.once === true, port };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help}`);
    process.exit(2);
  }
}

async function untilReady(baseUrl: string, tracker: ChildProcess, scratchFolder: string): Promise<void> {
  await until('the tracker to be ready', READY_TIMEOUT_MS, async () => {
    if (tracker.exitCode !== null) {
      throw new Error(`the tracker ended with code ${tracker.exitCode}; see ${scratchFolder}/tracker.log`);
    }
    return fetch(`${baseUrl}/health/ready`).then(
      (response) => response.ok,
      () => false,
    );
  });
}

/** Deliveries are translated after they were answered: wait until the last of them has become an assessment. */
async function untilSettled(tracker: TrackerClient, models: number): Promise<void> {
  await until('every delivery to be translated and assessed', SETTLED_TIMEOUT_MS, async () => {
    const rows = await allPages<ModelRow>(tracker, '/v1/models');
    return rows.filter((row) => row.placedOnMarketAt !== null).length >= models;
  });
}

async function until(what: string, timeoutMs: number, condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs / 1000} s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

let lastLine = '';
function printProgress(done: number, total: number, what: string): void {
  const line = `  ${what}: ${done} of ${total}`;
  if (process.stdout.isTTY) {
    process.stdout.write(
      `\r${line}${' '.repeat(Math.max(0, lastLine.length - line.length))}${done === total ? '\n' : ''}`,
    );
    lastLine = line;
  } else if (done === total || done % 100 === 0) {
    console.log(line);
  }
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

function seconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(`\nThe demonstration failed: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);
