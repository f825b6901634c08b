import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { connectEventStore, type EventStore, type Json } from '#libs/event-store';
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { createTestDatabase } from '../support/database.js';
import { TrackerProcess } from '../support/tracker-process.js';
import { type Comparison, compareByTurns, type Run } from './rounds.js';
import { WebhookSender } from './webhook-sender.js';

const connections = 64;
const connectionId = 'bench';

/** About 500 bytes, of a type that asks nothing of the translator, so that only the intake is measured. */
const body = JSON.stringify({
  type: 'bench.heartbeat',
  timestamp: '2026-09-23T07:59:58Z',
  data: { model: 'aurora-70b', note: 'x'.repeat(400) },
});

/** Row 1: a signed webhook until its 2xx, which means durable, against the bare client appending the same events. */
export async function compareIntake(rounds: number, roundMs: number): Promise<Comparison> {
  const database = await createTestDatabase();
  const tracker = await TrackerProcess.create({ DATABASE_URL: database.url, TRACKER_ROLES: 'ingest,api' });
  const rows = new Client({ connectionString: database.url });
  try {
    await rows.connect();
    await tracker.start();
    const created = await tracker.request('POST', '/v1/connections', {
      id: connectionId,
      system: 'standard-webhooks',
      providerId: 'bench',
    });
    const sender = new WebhookSender(tracker.url, created.body as { id: string; secret: string }, connections);
    const store = connectEventStore({ connectionString: tracker.eventStoreUrl });
    const bare = EventStoreDBClient.connectionString(tracker.eventStoreUrl);
    try {
      const template = await firstDelivery(sender, store);
      let delivered = 1;
      return await compareByTurns(rounds, {
        ours: async () => {
          const run = await deliver(sender, roundMs);
          delivered += run.effects;
          await expectDelivered(store, delivered);
          await translated(rows, delivered);
          return run;
        },
        yardstick: () => append(bare, store, { roundMs, ...template }),
      });
    } finally {
      sender.close();
      await bare.dispose();
      await store.close();
    }
  } finally {
    await rows.end();
    await tracker.dispose();
    await database.drop();
  }
}

async function firstDelivery(sender: WebhookSender, store: EventStore): Promise<{ data: Json; metadata: Json }> {
  const status = await sender.send(body);
  for await (const { data, metadata } of store.readStream(`inbox-${connectionId}`)) return { data, metadata };
  throw new Error(`the first delivery was answered ${status} and is not in the inbox`);
}

async function deliver(sender: WebhookSender, roundMs: number): Promise<Run> {
  return byWorkers(roundMs, async () => {
    const status = await sender.send(body);
    if (status !== 202) throw new Error(`a delivery was answered ${status}`);
  });
}

/** Each in flight has a stream of its own and states the revision, as the tracker does. */
async function append(
  client: EventStoreDBClient,
  store: EventStore,
  { roundMs, data, metadata }: { roundMs: number; data: Json; metadata: Json },
): Promise<Run> {
  const prefix = `bare-${randomUUID()}`;
  const heads = new Map<number, bigint>();
  const run = await byWorkers(roundMs, async (worker) => {
    const event = jsonEvent({ type: 'BareReceived.v1', data, metadata });
    const expectedRevision = heads.get(worker) ?? ('no_stream' as const);
    const answer = await client.appendToStream(`${prefix}-${worker}`, [event], { expectedRevision });
    heads.set(worker, answer.nextExpectedRevision);
  });
  let found = 0;
  for (const worker of heads.keys()) found += await countOf(store, `${prefix}-${worker}`);
  if (found !== run.effects) throw new Error(`${run.effects} appends were answered, ${found} events are there`);
  return run;
}

async function byWorkers(roundMs: number, work: (worker: number) => Promise<void>): Promise<Run> {
  const start = performance.now();
  let effects = 0;
  await Promise.all(
    Array.from({ length: connections }, async (_, worker) => {
      while (performance.now() - start < roundMs) {
        await work(worker);
        effects += 1;
      }
    }),
  );
  return { effects, durationMs: performance.now() - start };
}

async function expectDelivered(store: EventStore, delivered: number): Promise<void> {
  const found = await countOf(store, `inbox-${connectionId}`);
  if (found !== delivered) throw new Error(`${delivered} deliveries were answered 202, ${found} are in the inbox`);
}

/** Events of a stream, each counted once by its id. */
async function countOf(store: EventStore, stream: string): Promise<number> {
  const ids = new Set<string>();
  for await (const { id } of store.readStream(stream)) ids.add(id);
  return ids.size;
}

/** Until nothing is left for the background, so that the next turn does not pay for this one. */
async function translated(rows: Client, delivered: number): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const { rows: found } = await rows.query<{ done: number }>(
      'select count(*)::int as done from inbox.delivery where outcome is not null',
    );
    if (found[0]!.done === delivered) return;
    if (performance.now() > deadline) throw new Error(`${found[0]!.done} of ${delivered} deliveries were translated`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
