import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Instant, readInstant, regulation } from '#libs/domain';
import { createMemoryEventStore, type EventStore } from '#libs/event-store';
import { Pool } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import {
  findModel,
  InvalidCursor,
  listModels,
  listObligations,
  projectionPosition,
  runProjections,
  type ProjectionsState,
  type ReadModel,
  waitForProjection,
} from '../src/index.js';
import { LogOfFacts } from './log-of-facts.js';

const silent = { log: () => undefined, warn: () => undefined, error: () => undefined };
const waitMs = 10_000;

let database: TestDatabase;
let pool: Pool;
let store: EventStore;
let log: LogOfFacts;
let now: Instant;
const clock = { now: () => now };
const runs: { stop(): Promise<void> }[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  pool = new Pool({ connectionString: database.url });
  store = createMemoryEventStore();
  now = readInstant('2026-11-23T12:00:00Z');
  log = new LogOfFacts(store, clock);
});

afterEach(async () => {
  for (const run of runs.splice(0)) await run.stop();
  await store.close();
  await pool.end();
  await database.drop();
});

type Run = { stop(): Promise<void>; states: ProjectionsState[] };

function project(readModels: readonly ReadModel[] = [], followed = store, rulebook = regulation): Run {
  const controller = new AbortController();
  const states: ProjectionsState[] = [];
  const { signal } = controller;
  const done = runProjections({
    ...{ store: followed, pool, clock, regulation: rulebook, readModels, signal, log: silent },
    ...{ retryDelayMs: 5, retryDelayMsMax: 20, sweepCheckMs: 20, onState: (state) => states.push(state) },
  });
  const run = {
    states,
    stop: async () => {
      controller.abort();
      await done;
    },
  };
  runs.push(run);
  return run;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const endsAt = performance.now() + waitMs;
  while (!(await condition())) {
    if (performance.now() > endsAt) throw new Error(`not within ${waitMs} ms: ${condition.toString()}`);
    await pause(10);
  }
}

async function recordPlacedModel(id: string, providerId: string, placedAt = '2026-03-10T09:00:00Z'): Promise<bigint> {
  const registered = { name: id, providerId, outputModalities: ['text'], displaysSignificantGenerality: true };
  await log.model(id, 'ModelRegistered', registered, '2026-02-20T12:00:00Z');
  await log.model(id, 'ComputeReported', { cumulativeTrainingFlop: '3e24' }, '2026-02-20T12:00:00Z');
  return log.model(id, 'ModelPlacedOnMarket', { placedBy: providerId, channel: 'api' }, placedAt);
}

const provider = (country: string) => ({ name: 'P', kind: 'legalPerson', establishedIn: country });

/** All rows of all tables in one text, in a stable order. */
async function dump(): Promise<string> {
  const tables = ['fact', 'model_subject', 'model_status', 'obligation', 'parked_event'];
  const dumps = tables.map(async (table) => {
    const { rows } = await pool.query<{ row: string }>(
      `select t::text as row from projection.${table} t order by t::text collate "C"`,
    );
    return `${table}\n${rows.map(({ row }) => row).join('\n')}`;
  });
  return (await Promise.all(dumps)).join('\n');
}

async function wipe(): Promise<void> {
  await pool.query('drop schema projection cascade');
}

it('shows a placed model with what its provider owes', async () => {
  await log.provider('p1', 'ProviderRegistered', provider('US'), '2026-02-20T12:00:00Z');
  const position = await recordPlacedModel('m1', 'p1');
  project();
  expect(await waitForProjection(pool, position, waitMs)).toBe(true);
  const model = await findModel(pool, 'm1');
  expect(model).toMatchObject({ id: 'm1', name: 'm1', provider: 'p1', country: 'US', gpai: true, systemicRisk: false });
  expect(model).toMatchObject({ cumulativeTrainingFlop: 3n * 10n ** 24n, position });
  const { items } = await listObligations(pool, { model: 'm1', status: ['active'], limit: 200 });
  expect(items.map(({ document }) => document['id'])).toEqual(
    expect.arrayContaining(['art-53-1-a-technical-documentation', 'art-54-1-appoint-authorised-representative']),
  );
});

it('assesses the models of a provider again when a fact about the provider comes in', async () => {
  await log.provider('p1', 'ProviderRegistered', provider('US'), '2026-02-20T12:00:00Z');
  await recordPlacedModel('other', 'p2');
  const position = await recordPlacedModel('m1', 'p1');
  project();
  expect(await waitForProjection(pool, position, waitMs)).toBe(true);
  const before = await findModel(pool, 'other');

  const represented = { name: 'R', establishedIn: 'FR', mandateAcceptedOn: '2026-03-01' };
  const later = await log.provider('p1', 'AuthorisedRepresentativeAppointed', represented, '2026-03-01T10:00:00Z');
  expect(await waitForProjection(pool, later, waitMs)).toBe(true);
  const { items } = await listObligations(pool, { model: 'm1', timeliness: ['met'], limit: 200 });
  expect(items.map(({ key }) => key)).toContain('art-54-1-appoint-authorised-representative');
  expect(await findModel(pool, 'm1')).toMatchObject({ position: later });
  expect(await findModel(pool, 'other')).toEqual(before);
});

it('assesses every model again when the law is amended', async () => {
  await recordPlacedModel('m1', 'p1');
  const position = await recordPlacedModel('m2', 'p2');
  project();
  expect(await waitForProjection(pool, position, waitMs)).toBe(true);
  const amendment = { parameter: 'no-such-parameter', value: '1', effectiveFrom: '2026-01-01', source: 'test' };
  const amended = await log.regulation(amendment, '2026-03-01T10:00:00Z');
  expect(await waitForProjection(pool, amended, waitMs)).toBe(true);
  const { items } = await listModels(pool, { limit: 10 });
  expect(items.map((model) => model.position)).toEqual([amended, amended]);
});

it('gives the same rows when it is wiped and runs again, whatever the batches were', async () => {
  const run = project();
  await log.provider('p1', 'ProviderRegistered', provider('US'), '2026-02-20T12:00:00Z');
  for (const id of ['m1', 'm2', 'm3'])
    expect(await waitForProjection(pool, await recordPlacedModel(id, 'p1'), waitMs)).toBe(true);
  await log.model(
    'm2',
    'FineTuned',
    { modifierId: 'p3', modificationFlop: '1e24', base: { modelId: 'm1' } },
    '2026-04-01T10:00:00Z',
  );
  const last = await log.model('m1', 'OpenSourceEnded', { reason: 'x' }, '2026-05-01T10:00:00Z');
  expect(await waitForProjection(pool, last, waitMs)).toBe(true);
  await run.stop();
  const grown = await dump();
  expect(grown).toContain('art-53-1-a-technical-documentation');
  await wipe();
  project();
  expect(await waitForProjection(pool, last, waitMs)).toBe(true);
  expect(await dump()).toBe(grown);
});

it('goes on after the checkpoint when it is started again', async () => {
  const first = project();
  expect(await waitForProjection(pool, await recordPlacedModel('m1', 'p1'), waitMs)).toBe(true);
  await first.stop();
  const position = await log.model('m1', 'ModelWithdrawn', {}, '2026-06-01T10:00:00Z');
  expect(await projectionPosition(pool)).toBeLessThan(position);
  project();
  expect(await waitForProjection(pool, position, waitMs)).toBe(true);
  expect(await findModel(pool, 'm1')).toMatchObject({ withdrawnAt: readInstant('2026-06-01T10:00:00Z') });
});

it('parks an event that cannot be read, with its reason, and holds back only its stream', async () => {
  await recordPlacedModel('m1', 'p1');
  const metadata = { occurredAt: '2026-03-01T10:00:00Z' };
  await log.append('model-m1', { id: randomUUID(), type: 'ModelTeleported.v1', data: {}, metadata });
  await log.model('m1', 'ModelWithdrawn', {}, '2026-06-01T10:00:00Z');
  const position = await recordPlacedModel('m2', 'p1');
  const run = project();
  expect(await waitForProjection(pool, position, waitMs)).toBe(true);
  const { rows } = await pool.query('select stream, type, reason from projection.parked_event order by position');
  expect(rows).toEqual([
    { stream: 'model-m1', type: 'ModelTeleported.v1', reason: expect.stringContaining('it has no reader') as string },
    { stream: 'model-m1', type: 'ModelWithdrawn.v1', reason: 'it waits behind an earlier event of its stream' },
  ]);
  expect(await findModel(pool, 'm1')).toMatchObject({ withdrawnAt: null });
  expect(await findModel(pool, 'm2')).toMatchObject({ gpai: true });
  await until(async () => run.states.at(-1)?.parkedStreams === 1);
});

it('parks the one event that a read model cannot take, out of a whole batch', async () => {
  const picky: ReadModel = {
    ...{ name: 'picky', schema: 'picky', migrations: [] },
    apply: async (_, { assessed }) => {
      if (
        assessed.some(({ assessment }) => assessment.model === 'm2' && assessment.classification.withdrawnAt !== null)
      )
        throw new RangeError('no withdrawals of m2');
    },
  };
  for (const id of ['m1', 'm2', 'm3']) await recordPlacedModel(id, 'p1');
  for (const id of ['m1', 'm2', 'm3']) await log.model(id, 'ModelWithdrawn', {}, '2026-06-01T10:00:00Z');
  const position = await recordPlacedModel('m4', 'p1');
  const run = project([picky]);
  expect(await waitForProjection(pool, position, waitMs)).toBe(true);
  const parked = await pool.query('select stream, reason from projection.parked_event');
  expect(parked.rows).toEqual([{ stream: 'model-m2', reason: 'RangeError: no withdrawals of m2' }]);
  const { items } = await listModels(pool, { limit: 10 });
  expect(items.map(({ id, withdrawnAt }) => [id, withdrawnAt !== null])).toEqual([
    ...[
      ['m1', true],
      ['m2', false],
      ['m3', true],
    ],
    ['m4', false],
  ]);

  await run.stop();
  project();
  await until(async () => (await findModel(pool, 'm2'))?.withdrawnAt !== null);
  expect((await pool.query('select from projection.parked_event')).rowCount).toBe(0);
});

it('writes rows and checkpoint together or not at all', async () => {
  let failures = 3;
  const seen: string[] = [];
  const failing: ReadModel = {
    ...{ name: 'failing', schema: 'failing', migrations: [] },
    apply: async (transaction) => {
      const { rows } = await transaction.query<{ count: string }>('select count(*) from model_status');
      if (failures-- > 0) {
        const committed = await pool.query<{ count: string }>('select count(*) from projection.model_status');
        const checkpoint = await projectionPosition(pool);
        seen.push(`${rows[0]?.count} written, ${committed.rows[0]?.count} committed, checkpoint ${String(checkpoint)}`);
        throw new Error('killed');
      }
    },
  };
  const position = await recordPlacedModel('m1', 'p1');
  project([failing]);
  expect(await waitForProjection(pool, position, waitMs)).toBe(true);
  expect(new Set(seen)).toEqual(new Set(['1 written, 0 committed, checkpoint undefined']));
  expect(await findModel(pool, 'm1')).toMatchObject({ gpai: true });
});

it('survives that its connection is cut', async () => {
  project();
  expect(await waitForProjection(pool, await recordPlacedModel('m1', 'p1'), waitMs)).toBe(true);
  const cut = await pool.query(
    `select pg_terminate_backend(l.pid) from pg_locks l join pg_database d on d.oid = l.database
     where l.locktype = 'advisory' and d.datname = current_database() and l.pid <> pg_backend_pid()`,
  );
  expect(cut.rowCount).toBeGreaterThan(0);
  expect(await waitForProjection(pool, await recordPlacedModel('m2', 'p1'), waitMs)).toBe(true);
});

it('lets one of two processes project, and the other take over when it ends', async () => {
  const first = project();
  expect(await waitForProjection(pool, await recordPlacedModel('m1', 'p1'), waitMs)).toBe(true);
  const second = project();
  expect(await waitForProjection(pool, await recordPlacedModel('m2', 'p1'), waitMs)).toBe(true);
  expect(second.states.filter(({ isRunning }) => isRunning)).toEqual([]);
  await first.stop();
  expect(await waitForProjection(pool, await recordPlacedModel('m3', 'p1'), waitMs)).toBe(true);
  expect(second.states.at(-1)?.isRunning).toBe(true);
  expect(second.states.filter(({ lastError }) => lastError !== undefined)).toEqual([]);
});

it('assesses a model again when its answer changes by the passing of time, and only then', async () => {
  now = readInstant('2026-03-01T12:00:00Z');
  await log.provider('p1', 'ProviderRegistered', provider('FR'), '2026-02-20T12:00:00Z');
  await log.model(
    'm1',
    'ModelRegistered',
    { name: 'm1', providerId: 'p1', outputModalities: ['text'] },
    '2026-02-20T12:00:00Z',
  );
  const plan = { runId: 'r1', expectedCumulativeTrainingFlop: '3e25' };
  const position = await log.model('m1', 'TrainingPlanned', plan, '2026-02-27T10:00:00Z');
  project();
  expect(await waitForProjection(pool, position, waitMs)).toBe(true);
  const notification = 'art-52-1-notify-commission';
  const timelinessOf = async (key: string): Promise<unknown> => {
    const { items } = await listObligations(pool, { model: 'm1', limit: 200 });
    return items.find((item) => item.key === key)?.document['timeliness'];
  };
  expect(await timelinessOf(notification)).toMatch(/onTime|dueSoon/);

  const instants: Instant[] = [];
  for (let step = 0; step < 10 && (await timelinessOf(notification)) !== 'overdue'; step += 1) {
    const { holdsUntil } = (await findModel(pool, 'm1'))!;
    if (holdsUntil === null) throw new Error('the deadline is still to come');
    instants.push(holdsUntil);
    now = holdsUntil;
    await until(async () => (await findModel(pool, 'm1'))?.holdsUntil !== holdsUntil);
  }
  expect(await timelinessOf(notification)).toBe('overdue');
  expect(instants).toEqual([...instants].sort((a, b) => a - b));
  expect(await findModel(pool, 'm1')).toMatchObject({ overdueCount: 1, position });
});

it('pages through models and obligations in every order without losing or repeating one', async () => {
  for (const id of ['a', 'b', 'c', 'd', 'e'])
    await recordPlacedModel(id, 'p1', `2026-03-1${id.charCodeAt(0) % 5}T09:00:00Z`);
  const position = await log.model('z', 'ModelDescribed', { parameters: 5 }, '2026-03-01T10:00:00Z');
  project();
  expect(await waitForProjection(pool, position, waitMs)).toBe(true);
  for (const sort of ['id', 'name', 'nextDue', 'placedOnMarketAt', 'cumulativeTrainingFlop'] as const) {
    const seen: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await listModels(pool, { sort, limit: 2, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next;
    }
    expect(seen.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e', 'z']);
  }
  const all = (await pool.query('select from projection.obligation')).rowCount;
  const seen = new Set<string>();
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await listObligations(pool, { limit: 7, ...(cursor === undefined ? {} : { cursor }) });
    for (const { model, key } of page.items) seen.add(`${model} ${key}`);
    cursor = page.next;
  }
  expect(seen.size).toBe(all);
  await expect(listModels(pool, { limit: 2, cursor: 'bm9uc2Vuc2U' })).rejects.toBeInstanceOf(InvalidCursor);
});

it('computes all rows anew under a rulebook of another version', async () => {
  const position = await recordPlacedModel('m1', 'p1');
  const titles = async () => {
    const { items } = await listObligations(pool, { model: 'm1', limit: 200 });
    return items.map(({ document }) => document['title']);
  };
  const first = project();
  expect(await waitForProjection(pool, position, waitMs)).toBe(true);
  await first.stop();
  const entitled = (title: string, version: string) => ({
    ...regulation,
    version,
    obligations: regulation.obligations.map((rule) => ({ ...rule, title })),
  });
  const unchanged = project([], store, entitled('the same version is taken for the same', regulation.version));
  await until(async () => unchanged.states.some(({ isCaughtUp }) => isCaughtUp));
  expect(await titles()).not.toContain('the same version is taken for the same');
  await unchanged.stop();
  project([], store, entitled('amended', '2099-01-01'));
  await until(async () => new Set(await titles()).has('amended'));
  expect(new Set(await titles())).toEqual(new Set(['amended']));
});
