import type { LoggerService } from '@nestjs/common';
import { readInstant, type Instant } from '#libs/domain';
import { startEmbeddedEventStore } from '#libs/embedded-store';
import { randomBytes } from 'node:crypto';
import { loadConfig } from '../../apps/tracker/src/platform/config.js';
import type { Clock } from '../../apps/tracker/src/platform/ports.js';
import { startTracker, type Tracker } from '../../apps/tracker/src/start-tracker.js';
import { createTestDatabase } from './database.js';

/** A clock that stands where the test puts it. */
export type TestClock = Clock & { set(text: string): void; advanceMs(ms: number): void };

export function testClock(start: string): TestClock {
  let now: Instant = readInstant(start);
  return {
    now: () => now,
    set: (text) => {
      now = readInstant(text);
    },
    advanceMs: (ms) => {
      now = (now + ms) as Instant;
    },
  };
}

export const systemClock: Clock = { now: () => Date.now() as Instant };

export type Answer = { readonly status: number; readonly headers: Headers; readonly body: unknown };

export type TestTracker = {
  readonly url: string;
  /** The administrator's token. */
  readonly token: string;
  readonly databaseUrl: string;
  readonly eventStoreUrl: string;
  /** Sends JSON with the administrator's token; `headers` win. An undefined `json` sends no body. */
  request(method: string, path: string, json?: unknown, headers?: Record<string, string>): Promise<Answer>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, json: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Stops the tracker and starts it again on the same stores. The port is another one, so `url` changes. */
  restart(): Promise<void>;
  /** Stops the tracker, then the event store and the database if they were made for it. */
  stop(): Promise<void>;
};

export type TestTrackerOptions = {
  readonly clock?: Clock;
  /** Both or neither: without them the tracker gets a database and an embedded event store of its own. */
  readonly stores?: { readonly databaseUrl: string; readonly eventStoreUrl: string };
  /** Further variables, such as TRACKER_ROLES. A second tracker on the same stores needs the first one's TRACKER_ADMIN_TOKEN. */
  readonly environment?: Readonly<Record<string, string>>;
};

type Stores = { readonly databaseUrl: string; readonly eventStoreUrl: string; stop(): Promise<void> };

/** The whole tracker in this process, over HTTP on a free port. */
export async function startTestTracker(options: TestTrackerOptions = {}): Promise<TestTracker> {
  const stores: Stores =
    options.stores === undefined ? await startTestStores() : { ...options.stores, stop: async () => {} };
  const token = options.environment?.['TRACKER_ADMIN_TOKEN'] ?? `test-${randomBytes(24).toString('base64url')}`;
  const config = {
    ...loadConfig({ PORT: '0', TRACKER_ADMIN_TOKEN: token, TRACKER_SECRET_KEY: token, ...options.environment }),
    databaseUrl: stores.databaseUrl,
    eventStoreUrl: stores.eventStoreUrl,
    secretKey: token,
  };
  const start = (): Promise<Tracker> =>
    startTracker(config, { clock: options.clock ?? systemClock, logger: onlyErrors });
  let tracker = await start();

  const request: TestTracker['request'] = async (method, path, json, headers = {}) => {
    const response = await fetch(tracker.url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    return answerOf(response);
  };
  return {
    get url() {
      return tracker.url;
    },
    token,
    databaseUrl: stores.databaseUrl,
    eventStoreUrl: stores.eventStoreUrl,
    request,
    get: (path, headers) => request('GET', path, undefined, headers),
    post: (path, json, headers) => request('POST', path, json, headers),
    restart: async () => {
      await tracker.stop();
      tracker = await start();
    },
    stop: async () => {
      await tracker.stop();
      await stores.stop();
    },
  };
}

/** A response with its body read: as JSON where it is JSON. */
export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

async function startTestStores(): Promise<Stores> {
  const database = await createTestDatabase();
  const eventStore = await startEmbeddedEventStore({ databaseUrl: database.url });
  return {
    databaseUrl: database.url,
    eventStoreUrl: eventStore.connectionString,
    stop: async () => {
      await eventStore.stop();
      await database.drop();
    },
  };
}

/** Whatever a test provokes on purpose is answered, not logged; what is logged as an error is worth seeing. */
const onlyErrors: LoggerService = {
  log: () => {},
  warn: () => {},
  error: (message: unknown, ...details: unknown[]) => {
    process.stderr.write(
      `${[message, ...details].map((part) => (part instanceof Error ? part.stack : JSON.stringify(part))).join(' ')}\n`,
    );
  },
};
