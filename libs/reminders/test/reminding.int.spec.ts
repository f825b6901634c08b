import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { formatInstant, readInstant, regulation, type Instant } from '#libs/domain';
import { createMemoryEventStore, encodeFact, type EventStore } from '#libs/event-store';
import { projectionPosition, runProjections, waitForProjection } from '#libs/projections';
import { Pool } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { historyOf, type FactLine } from '../../domain/testing/facts.js';
import {
  decodeReminderEvent,
  listReminders,
  openBullMqReminderQueue,
  reminderReadModel,
  ReminderSender,
  reminderStreamOf,
  runReminders,
  webhookChannel,
  type Channel,
  type ReminderMessage,
} from '../src/index.js';

const silent = { log: () => undefined, warn: () => undefined, error: () => undefined, debug: () => undefined };
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** A plan above the threshold known on 5 October 2026: the Commission is to be notified by the end of 19 October. */
const planAboveThreshold: readonly FactLine[] = [
  {
    id: '11111111-0000-4000-8000-000000000001',
    at: '2026-10-05T09:12:00Z',
    type: 'ModelRegistered',
    data: { name: 'Aurora', providerId: 'p1', outputModalities: ['text'], displaysSignificantGenerality: true },
  },
  {
    id: '11111111-0000-4000-8000-000000000002',
    at: '2026-10-05T09:12:00Z',
    type: 'TrainingPlanned',
    data: { runId: 'run-1', expectedCumulativeTrainingFlop: '2e25' },
  },
];
const notified: FactLine = {
  id: '11111111-0000-4000-8000-000000000003',
  at: '2026-10-06T09:00:00Z',
  type: 'CommissionNotified',
  data: { withArguments: false },
};

describe('reminding', () => {
  let database: TestDatabase;
  let pool: Pool;
  let store: EventStore;
  let stop: AbortController;
  let projecting: Promise<void>;
  let now: Instant;
  const clock = { now: () => now };
  const projectedUpTo = () => projectionPosition(pool);

  beforeEach(async () => {
    database = await createTestDatabase();
    pool = new Pool({ connectionString: database.url });
    store = createMemoryEventStore();
    stop = new AbortController();
    now = readInstant('2026-10-05T10:00:00Z');
    projecting = project(stop.signal);
  });

  afterEach(async () => {
    stop.abort();
    await projecting;
    await store.close();
    await pool.end();
    await database.drop();
  });

  const project = (signal: AbortSignal): Promise<void> =>
    runProjections({ store, pool, clock, regulation, signal, readModels: [reminderReadModel()], log: silent });

  async function record(...lines: readonly FactLine[]): Promise<void> {
    let revision: bigint | 'noStream' = 'noStream';
    for await (const event of store.readStream('model-m1')) revision = event.revision;
    const events = historyOf(...lines).map(({ id, occurredAt, recordedAt, type, data }) => {
      const said = { actor: 'test', source: 'api', correlationId: 'test' };
      return encodeFact({ id, fact: { type, data } as never, occurredAt, recordedAt, ...said });
    });
    const { position } = await store.append('model-m1', events, revision);
    await caughtUpTo(position);
  }

  async function caughtUpTo(position: bigint): Promise<void> {
    if (!(await waitForProjection(pool, position, 10_000))) {
      throw new Error(`the projection stands at ${await projectionPosition(pool)}, before ${position}`);
    }
  }

  async function outcomes() {
    const events = [];
    for await (const event of store.readStream(reminderStreamOf('m1'))) events.push(decodeReminderEvent(event));
    return events;
  }

  function recordingChannel(failures = 0): Channel & { readonly messages: ReminderMessage[] } {
    const messages: ReminderMessage[] = [];
    let left = failures;
    return {
      name: 'recording',
      messages,
      send: async (message) => {
        if (left > 0) {
          left -= 1;
          throw new Error('nobody there');
        }
        messages.push(message);
      },
    };
  }

  const senderWith = (...channels: readonly Channel[]): ReminderSender =>
    new ReminderSender({ pool, store, clock, channels, projectedUpTo, log: silent });

  it('plans the stages of the two weeks in Brussels mornings', async () => {
    await record(...planAboveThreshold);
    const stages = await listReminders(pool, { model: 'm1', limit: 100 });
    const ofTheNotification = stages.filter(({ obligation }) => obligation === 'art-52-1-notify-commission');
    expect(ofTheNotification.map(({ fireAt }) => formatInstant(fireAt))).toEqual([
      '2026-09-19T07:00:00Z',
      '2026-10-05T07:00:00Z',
      '2026-10-12T07:00:00Z',
      '2026-10-16T07:00:00Z',
      '2026-10-18T07:00:00Z',
      '2026-10-19T07:00:00Z',
      '2026-10-20T07:00:00Z',
    ]);
  });

  it('sends what was missed as one, records it once, and nothing before its time', async () => {
    await record(...planAboveThreshold);
    const channel = recordingChannel();
    const sender = senderWith(channel);
    await Promise.all([sender.sendDue('m1'), sender.sendDue('m1'), senderWith(channel).sendDue('m1')]);
    expect(channel.messages).toHaveLength(1);
    expect(channel.messages[0]?.items).toMatchObject([
      {
        obligationId: 'art-52-1-notify-commission',
        stage: '14-days-before-2026-10-19',
        missedStages: ['30-days-before-2026-10-19'],
      },
    ]);
    expect(await outcomes()).toMatchObject([{ type: 'ReminderSent', data: { channels: ['recording'] } }]);

    const head = await store.head();
    await caughtUpTo(head ?? 0n);
    now = readInstant('2026-10-12T06:59:59Z');
    await sender.sendDue('m1');
    expect(channel.messages).toHaveLength(1);
    now = readInstant('2026-10-12T07:00:00Z');
    await sender.sendDue('m1');
    expect(channel.messages.map(({ items }) => items[0]?.stage)).toEqual([
      '14-days-before-2026-10-19',
      '7-days-before-2026-10-19',
    ]);
  });

  it('sends nothing of a duty that has been fulfilled', async () => {
    await record(...planAboveThreshold);
    now = readInstant('2026-10-07T00:00:00Z');
    await record(notified);
    const channel = recordingChannel();
    await senderWith(channel).sendDue('m1');
    expect(channel.messages.flatMap(({ items }) => items.map(({ obligationId }) => obligationId))).not.toContain(
      'art-52-1-notify-commission',
    );
  });

  it('sends nothing while the rows do not show yet what was recorded last', async () => {
    await record(...planAboveThreshold);
    stop.abort();
    await projecting;
    now = readInstant('2026-10-07T00:00:00Z');
    const recorded = record(notified);
    await waitUntil(async () => ((await store.head()) ?? 0n) > ((await projectedUpTo()) ?? 0n));
    const channel = recordingChannel();
    expect(await senderWith(channel).sendDue('m1')).toBe('behind');
    expect(channel.messages).toEqual([]);

    stop = new AbortController();
    projecting = project(stop.signal);
    await recorded;
    expect(await senderWith(channel).sendDue('m1')).toBe('done');
    const reminded = channel.messages.flatMap(({ items }) => items.map(({ obligationId }) => obligationId));
    expect(reminded).not.toContain('art-52-1-notify-commission');
  });

  it('tries again with growing pauses, and records a failure in the end', async () => {
    await record(...planAboveThreshold);
    const sender = senderWith(recordingChannel(Number.POSITIVE_INFINITY));
    for (let minute = 0; minute < 60; minute += 1) {
      await sender.sendDue('m1');
      now = (now + 60_000) as Instant;
    }
    expect(await outcomes()).toMatchObject([{ type: 'ReminderFailed', data: { reason: 'recording: nobody there' } }]);
  });

  it('does not send again what was recorded as sent, after all tables were lost', async () => {
    await record(...planAboveThreshold);
    const channel = recordingChannel();
    await senderWith(channel).sendDue('m1');
    stop.abort();
    await projecting;
    await pool.query('drop schema projection cascade; drop schema reminders cascade');
    stop = new AbortController();
    projecting = project(stop.signal);
    const head = (await store.head()) ?? 0n;
    await waitUntil(() => waitForProjection(pool, head, 1_000).catch(() => false));
    await senderWith(channel).sendDue('m1');
    expect(channel.messages).toHaveLength(1);
  });

  it('rings by the queue, and sends what is due though the queue was wiped', async () => {
    await record(...planAboveThreshold);
    // From here on the clock runs: the next stage comes a second and a half from now.
    const offset = readInstant('2026-10-12T07:00:00Z') - 1_500 - Date.now();
    const running = { now: () => (Date.now() + offset) as Instant };
    const channel = recordingChannel();
    const sentAt: number[] = [];
    const timed: Channel = {
      name: 'timed',
      send: async (message) => void (sentAt.push(running.now()), await channel.send(message)),
    };
    const sender = new ReminderSender({
      ...{ pool, store, projectedUpTo },
      clock: running,
      channels: [timed],
      log: silent,
    });
    const open = () => openBullMqReminderQueue({ databaseUrl: database.url, log: silent });
    const ended = new AbortController();
    const run = runReminders({
      pool,
      queue: await open(),
      sender,
      clock: running,
      log: silent,
      signal: ended.signal,
      reconcileEveryMs: 500,
    });
    await waitUntil(async () => channel.messages.length === 1);
    await pool.query('drop schema bullmq cascade');
    await waitUntil(async () => channel.messages.length === 2);
    expect(channel.messages[1]?.items[0]?.stage).toBe('7-days-before-2026-10-19');
    expect(sentAt[1]).toBeGreaterThanOrEqual(readInstant('2026-10-12T07:00:00Z'));
    ended.abort();
    await run;
  });

  it('signs its webhook so that the receiver can tell', async () => {
    const receiver = await startReceiver();
    try {
      await record(...planAboveThreshold);
      await senderWith(webhookChannel({ url: receiver.url, secret })).sendDue('m1');
    } finally {
      receiver.server.close();
      receiver.server.closeAllConnections();
    }
    const [request] = receiver.requests;
    const header = (name: string) => String(request?.headers[name]);
    const signed = createHmac('sha256', Buffer.alloc(32, 7))
      .update(`${header('webhook-id')}.${header('webhook-timestamp')}.${request?.body}`)
      .digest('base64');
    expect(header('webhook-signature')).toBe(`v1,${signed}`);
    expect(JSON.parse(request?.body ?? '')).toMatchObject({ type: 'gpai.reminder.due', data: { model: 'm1' } });
  });
});

type Received = { readonly headers: IncomingHttpHeaders; readonly body: string };

async function startReceiver(): Promise<{ url: string; server: Server; requests: readonly Received[] }> {
  const requests: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server, requests };
}

async function waitUntil(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('waited 15 s in vain');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
