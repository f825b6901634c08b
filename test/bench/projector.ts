import { EventStoreDBClient, START, streamNameFilter } from '@eventstore/db-client';
import { type Fact, type Instant, readFact, readInstant, regulation, type Subject } from '#libs/domain';
import {
  connectEventStore,
  encodeFact,
  eventIdOf,
  type EventStore,
  factStreamPrefixes,
  type NewEvent,
  streamOf,
} from '#libs/event-store';
import { migrate, projectionMigrations, runProjections } from '#libs/projections';
import { Pool } from 'pg';
import { createTestDatabase } from '../support/database.js';
import { TrackerProcess } from '../support/tracker-process.js';
import { type Comparison, compareByTurns, type Run } from './rounds.js';

const factsPerModel = 20;
const factsPerAppend = 5;
const appendsAtOnce = 64;
const occurredAt = readInstant('2025-09-01T08:00:00Z');

/** Row 4: the projector writing its read models from the first event on, against the bare client drinking the same log. */
export async function compareProjector(rounds: number, models: number): Promise<Comparison> {
  const database = await createTestDatabase();
  const tracker = await TrackerProcess.create({ DATABASE_URL: database.url, TRACKER_ROLES: 'api' });
  try {
    await tracker.start();
    const store = connectEventStore({ connectionString: tracker.eventStoreUrl });
    const bare = EventStoreDBClient.connectionString(tracker.eventStoreUrl);
    try {
      await writeLog(store, models);
      const events = models * factsPerModel;
      return await compareByTurns(rounds, {
        ours: () => project(store, { events, models }),
        yardstick: () => drain(bare, events),
      });
    } finally {
      await bare.dispose();
      await store.close();
    }
  } finally {
    await tracker.dispose();
    await database.drop();
  }
}

/** The facts of all models, those of one model apart from each other as in a log that many write to. */
async function writeLog(store: EventStore, models: number): Promise<void> {
  for (let first = 0; first < factsPerModel; first += factsPerAppend) {
    let next = 0;
    await Promise.all(
      Array.from({ length: appendsAtOnce }, async () => {
        for (let number = next++; number < models; number = next++) {
          const subject: Subject = { kind: 'model', id: `bench-${number}` };
          const events = Array.from({ length: factsPerAppend }, (_, i) => factNumber(subject, first + i));
          await store.append(streamOf(subject), events, first === 0 ? 'noStream' : BigInt(first - 1));
        }
      }),
    );
  }
}

function factNumber(subject: Subject & { kind: 'model' }, number: number): NewEvent {
  const id = eventIdOf('bench', subject.id, String(number));
  const source = { actor: 'bench', source: 'api' as const, correlationId: id };
  return encodeFact({ id, fact: bodyOf(subject.id, number), occurredAt, recordedAt: occurredAt, ...source });
}

function bodyOf(modelId: string, number: number): Fact {
  if (number === 0) return fact('ModelRegistered', { name: modelId, providerId: 'bench', outputModalities: ['text'] });
  if (number === 1) return fact('ModelPlacedOnMarket', { placedBy: 'bench', channel: 'api' });
  return fact('ComputeReported', { runId: `run-${number}`, flop: '1e22' });
}

function fact(type: string, data: unknown): Fact {
  const reading = readFact('model', type, data);
  if (!reading.ok) throw new Error(`the benchmark writes a ${type} that nobody could read`);
  return reading.fact;
}

async function drain(client: EventStoreDBClient, events: number): Promise<Run> {
  const start = performance.now();
  const filter = streamNameFilter({ prefixes: [...factStreamPrefixes], maxSearchWindow: 500 });
  const subscription = client.subscribeToAll({ fromPosition: START, filter });
  const ids = new Set<string>();
  await new Promise<void>((resolve, reject) => {
    subscription.on('error', reject);
    subscription.on('data', ({ event }) => {
      if (event !== undefined) ids.add(event.id);
      if (ids.size === events) resolve();
    });
  });
  const durationMs = performance.now() - start;
  await subscription.unsubscribe();
  return { effects: ids.size, durationMs };
}

async function project(store: EventStore, expected: { events: number; models: number }): Promise<Run> {
  const database = await createTestDatabase();
  const pool = new Pool({ connectionString: database.url, max: 4 });
  try {
    await migrate(pool, 'projection', projectionMigrations);
    const head = await store.head();
    const stopping = new AbortController();
    const start = performance.now();
    let durationMs = 0;
    await runProjections({
      store,
      pool,
      clock: { now: () => Date.now() as Instant },
      regulation,
      signal: stopping.signal,
      log: { log: () => undefined, warn: tell, error: tell },
      onState: ({ position }) => {
        if (durationMs > 0 || position === undefined || head === undefined || position < head) return;
        durationMs = performance.now() - start;
        stopping.abort();
      },
    });
    await expectProjected(pool, expected);
    return { effects: expected.events, durationMs };
  } finally {
    await pool.end();
    await database.drop();
  }
}

async function expectProjected(pool: Pool, { events, models }: { events: number; models: number }): Promise<void> {
  const { rows } = await pool.query<{ facts: number; models: number; flop: string }>(
    `select (select count(*)::int from projection.fact) as facts, count(*)::int as models,
            sum(cumulative_training_flop)::text as flop
       from projection.model_status`,
  );
  const found = rows[0]!;
  const flop = BigInt(models) * BigInt(factsPerModel - 2) * 10n ** 22n;
  if (found.facts !== events || found.models !== models || BigInt(found.flop.split('.')[0] ?? '') !== flop) {
    throw new Error(`the read models hold ${JSON.stringify(found)}, not ${events} facts of ${models} models`);
  }
}

function tell(entry: object): void {
  process.stderr.write(`${JSON.stringify(entry)}\n`);
}
