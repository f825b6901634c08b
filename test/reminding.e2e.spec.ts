import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { connectEventStore } from '#libs/event-store';
import { startTestTracker, testClock, type TestTracker } from './support/tracker.js';

const key = Buffer.alloc(32, 5);
const waitMs = 20_000;

type Request = { readonly headers: IncomingHttpHeaders; readonly body: string };
type Message = { type: string; data: { model: string; obligations: { obligationId: string; stage: string }[] } };
type Reminder = { obligation: string; stage: string; due: string; state: string; sentAt?: string };

describe('reminding of a deadline', () => {
  const clock = testClock('2026-10-05T10:00:00Z');
  const requests: Request[] = [];
  let answer = 204;
  let receiver: Server;
  let tracker: TestTracker;

  beforeAll(async () => {
    receiver = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        requests.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
        response.writeHead(answer).end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    tracker = await startTestTracker({
      clock,
      environment: {
        REMINDER_WEBHOOK_URL: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/reminders`,
        REMINDER_WEBHOOK_SECRET: `whsec_${key.toString('base64')}`,
      },
    });
  });
  afterAll(async () => {
    await tracker.stop();
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
  });

  const messages = (model: string) =>
    requests
      .map(({ body }) => JSON.parse(body) as Message)
      .filter(({ data }) => data.model === model)
      .map(({ data }) => data.obligations);
  const stagesSentOf = (model: string): string[] => messages(model).flatMap((items) => items.map(({ stage }) => stage));

  /** A plan above the threshold: the Commission is to be notified within two weeks. */
  async function planTraining(model: string, occurredAt: string): Promise<void> {
    const facts = [
      { type: 'ModelRegistered', data: { name: model, providerId: 'p1', outputModalities: ['text'] } },
      { type: 'TrainingPlanned', data: { runId: 'r1', expectedCumulativeTrainingFlop: '2e25' } },
    ];
    const { status } = await tracker.post(
      `/v1/models/${model}/facts`,
      facts.map((fact) => ({ ...fact, occurredAt })),
    );
    expect(status).toBe(201);
  }

  async function sentEvents(model: string): Promise<string[]> {
    const store = connectEventStore({ connectionString: tracker.eventStoreUrl });
    const types = [];
    for await (const { type } of store.readStream(`reminders-${model}`)) types.push(type);
    await store.close();
    return types;
  }

  async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
    const endsAt = performance.now() + waitMs;
    while (!(await condition())) {
      if (performance.now() > endsAt) throw new Error(`not within ${waitMs} ms: ${condition.toString()}`);
      await pause(20);
    }
  }

  it('sends what its time has passed at once, signed, and records it', async () => {
    await planTraining('m1', '2026-10-05T09:12:00Z');
    await until(() => messages('m1').length > 0);
    expect(messages('m1')).toMatchObject([
      [{ obligationId: 'art-52-1-notify-commission', stage: '14-days-before-2026-10-19' }],
    ]);
    const { headers, body } = requests[0] as Request;
    const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
    expect(Number(headers['webhook-timestamp'])).toBe(Date.parse('2026-10-05T10:00:00Z') / 1000);
    await until(async () => (await sentEvents('m1')).length > 0);
    expect(await sentEvents('m1')).toEqual(['ReminderSent.v1']);
  });

  it('sends the next stage when its time has come, and not before', async () => {
    clock.set('2026-10-12T06:59:59Z');
    await planTraining('m2', '2026-10-12T06:00:00Z');
    await until(() => messages('m2').length > 0);
    expect(stagesSentOf('m1')).toEqual(['14-days-before-2026-10-19']);
    clock.set('2026-10-12T07:00:00Z');
    await until(() => messages('m1').length > 1);
    expect(stagesSentOf('m1')).toEqual(['14-days-before-2026-10-19', '7-days-before-2026-10-19']);
  });

  it('lists what was sent and what is planned, page by page', async () => {
    await until(async () => (await list('model=m1&state=sent')).length === 3);
    expect(await list('model=m1&state=sent')).toMatchObject([
      { stage: '30-days-before-2026-10-19', sentAt: '2026-10-05T10:00:00Z' },
      { stage: '14-days-before-2026-10-19', sentAt: '2026-10-05T10:00:00Z' },
      { stage: '7-days-before-2026-10-19', sentAt: '2026-10-12T07:00:00Z', due: '2026-10-19T21:59:59Z' },
    ]);
    const planned = await list('model=m1&state=planned&before=2026-10-19T00:00:00Z');
    expect(planned.map(({ stage }) => stage)).toEqual(['3-days-before-2026-10-19', '1-days-before-2026-10-19']);
    expect(planned.map((reminder) => 'sentAt' in reminder)).toEqual([false, false]);

    const all = await list('model=m1');
    const paged: Reminder[] = [];
    for (let next: string | null = ''; next !== null;) {
      const { body } = await tracker.get(`/v1/reminders?model=m1&limit=2${next === '' ? '' : `&cursor=${next}`}`);
      const page = body as { items: Reminder[]; next: string | null };
      paged.push(...page.items);
      next = page.next;
    }
    expect(paged).toEqual(all);
    for (const wrong of ['state=late', 'limit=201', 'cursor=x', 'before=soon'])
      expect((await tracker.get(`/v1/reminders?${wrong}`)).status).toBe(422);
  });

  it('sends nothing again after a restart, and nothing more once the duty is met', async () => {
    await tracker.restart();
    const notified = { type: 'CommissionNotified', occurredAt: '2026-10-12T06:30:00Z', data: { withArguments: false } };
    expect((await tracker.post('/v1/models/m1/facts', notified)).status).toBe(201);
    clock.set('2026-10-16T07:00:00Z');
    await planTraining('m3', '2026-10-16T06:00:00Z');
    await until(() => messages('m3').length > 0);
    expect(stagesSentOf('m1')).toHaveLength(2);
    expect((await list('model=m1&state=planned')).map(({ obligation }) => obligation)).not.toContain(
      'art-52-1-notify-commission',
    );
  });

  it('tries again when the receiver did not take it', async () => {
    answer = 503;
    await planTraining('m4', '2026-10-16T06:00:00Z');
    await until(() => messages('m4').length > 0);
    answer = 204;
    await until(async () => {
      // Again and again: the receiver knows of the request before the sender has noted when to try again.
      clock.advanceMs(20_000);
      return (await sentEvents('m4')).length > 0;
    });
    expect(await sentEvents('m4')).toEqual(['ReminderSent.v1']);
    const ids = requests.filter(({ body }) => body.includes('"m4"')).map(({ headers }) => headers['webhook-id']);
    expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
  });

  async function list(query: string): Promise<Reminder[]> {
    const { status, body } = await tracker.get(`/v1/reminders?limit=200&${query}`);
    expect(status).toBe(200);
    return (body as { items: Reminder[] }).items;
  }
});
