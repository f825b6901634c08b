import { randomUUID } from 'node:crypto';
import { connectEventStore, type EventStore, type StoredEvent } from '#libs/event-store';
import { Client } from 'pg';
import { distinctModelId } from '../apps/tracker/src/ingest/translating/model-id.js';
import { eventually } from './support/eventually.js';
import { sendWebhook, type WebhookSender } from './support/standard-webhook.js';
import { type Answer, startTestTracker, testClock, type TestTracker } from './support/tracker.js';

const clock = testClock('2026-09-23T08:00:00Z');
const environment = { TRACKER_ROLES: 'ingest,api' };

let tracker: TestTracker;
let store: EventStore;
let database: Client;

beforeAll(async () => {
  tracker = await startTestTracker({ clock, environment });
  store = connectEventStore({ connectionString: tracker.eventStoreUrl });
  database = new Client({ connectionString: tracker.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await store.close();
  await tracker.stop();
});

/** A new connection, so that no test sees another one's deliveries. */
async function connect(
  system = 'standard-webhooks',
  more: object = {},
): Promise<WebhookSender & { providerId: string }> {
  const connection = `c-${randomUUID().slice(0, 8)}`;
  const providerId = `p-${connection}`;
  const { status, body } = await tracker.post('/v1/connections', { id: connection, system, providerId, ...more });
  expect(status).toBe(201);
  const { secret } = body as { secret: string };
  return {
    get url() {
      return tracker.url;
    },
    connection,
    providerId,
    secret,
    nowMs: () => clock.now(),
  };
}

const compute = (model: string, flop: string, more: object = {}) => ({
  type: 'gpai.compute.reported',
  timestamp: '2026-09-23T07:59:58Z',
  data: { model, flop, cumulative: true, ...more },
});

async function eventsOf(stream: string): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of store.readStream(stream)) events.push(event);
  return events;
}

type Delivery = {
  readonly id: string | null;
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly events: { type: string; eventId: string; data: object }[];
};
type DeliveryPage = { readonly items: Delivery[]; readonly next: string | null; readonly refusedCount: number };

async function page(connection: string, query = ''): Promise<DeliveryPage> {
  return (await tracker.get(`/v1/connections/${connection}/deliveries${query}`)).body as DeliveryPage;
}

/** The deliveries of a connection, once there are as many and all of them are translated. */
function translated(connection: string, count: number): Promise<Delivery[]> {
  return eventually(`${count} translated deliveries of ${connection}`, async () => {
    const { items } = await page(connection);
    return items.length >= count && items.every(({ outcome }) => outcome !== null) ? items : undefined;
  });
}

describe('a fact that comes by webhook', () => {
  it('is recorded on the model that the reference means, with where it came from', async () => {
    const sender = await connect();
    const model = `Aurora 70B ${sender.connection}`;
    const answer = await sendWebhook(sender, 'msg_1', compute(model, '9.9e24'));
    expect(answer).toMatchObject({ status: 202, body: { outcome: 'recorded' } });

    const [delivery] = await translated(sender.connection, 1);
    const events = await eventsOf(`model-aurora-70b-${sender.connection}`);
    expect(events.map(({ type }) => type)).toEqual(['ModelRegistered.v1', 'ReferenceLinked.v1', 'ComputeReported.v1']);
    expect(events[0]?.data).toEqual({ name: model, providerId: sender.providerId });
    expect(events[1]?.data).toEqual({ system: 'generic', ref: model });
    expect(events[2]).toMatchObject({
      id: delivery?.events[0]?.eventId,
      data: { cumulativeTrainingFlop: '9.9e24' },
      metadata: {
        occurredAt: '2026-09-23T07:59:58Z',
        source: `webhook:${sender.connection}`,
        deliveryId: delivery?.id,
        $causationId: delivery?.id,
      },
    });
  });

  it('goes to the model that someone has linked the reference to', async () => {
    const sender = await connect();
    const id = `linked-${sender.connection}`;
    const facts = [
      { type: 'ModelRegistered', data: { name: 'Aurora', providerId: sender.providerId, outputModalities: ['text'] } },
      { type: 'ReferenceLinked', data: { system: 'generic', ref: 'Aurora (large)' } },
    ].map((fact) => ({ ...fact, occurredAt: '2026-09-01T00:00:00Z' }));
    expect((await tracker.post(`/v1/models/${id}/facts`, facts)).status).toBe(201);
    await sendWebhook(sender, 'msg_1', compute('Aurora (large)', '1e24'));
    await translated(sender.connection, 1);
    expect((await eventsOf(`model-${id}`)).map(({ type }) => type).at(-1)).toBe('ComputeReported.v1');
  });

  it('of another provider does not land on a model because its name is the same', async () => {
    const [first, second] = [await connect(), await connect()];
    const model = `shared-${first.connection}`;
    await sendWebhook(first, 'msg_1', compute(model, '1e24'));
    await translated(first.connection, 1);
    await sendWebhook(second, 'msg_1', compute(model, '2e24'));
    await translated(second.connection, 1);
    expect(await eventsOf(`model-${model}`)).toHaveLength(3);
    const own = distinctModelId({ providerId: second.providerId, system: 'generic', ref: model });
    expect((await eventsOf(`model-${own}`)).at(-1)?.data).toMatchObject({ cumulativeTrainingFlop: '2e24' });
  });

  it('follows a model that was merged into another one', async () => {
    const sender = await connect();
    const [given, kept] = [`given-${sender.connection}`, `kept-${sender.connection}`];
    await sendWebhook(sender, 'msg_1', compute(given, '1e24'));
    await sendWebhook(sender, 'msg_2', compute(kept, '1e24'));
    await translated(sender.connection, 2);
    const merged = { type: 'ModelMerged', occurredAt: '2026-09-23T08:00:00Z', data: { intoModelId: kept } };
    expect((await tracker.post(`/v1/models/${given}/facts`, merged)).status).toBe(201);
    await sendWebhook(sender, 'msg_3', compute(given, '3e24'));
    await translated(sender.connection, 3);
    expect((await eventsOf(`model-${kept}`)).at(-1)?.data).toMatchObject({ cumulativeTrainingFlop: '3e24' });
  });

  it('says a second registration only what is new about the model', async () => {
    const sender = await connect();
    const model = `twice-${sender.connection}`;
    const registered = (data: object) => ({ type: 'gpai.model.registered', data: { model, ...data } });
    await sendWebhook(sender, 'msg_1', registered({ version: '1' }));
    await sendWebhook(sender, 'msg_2', registered({ version: '2' }));
    await sendWebhook(sender, 'msg_3', registered({ version: '3', output_modalities: ['text'] }));
    const deliveries = await translated(sender.connection, 3);
    expect(deliveries.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['recorded', null],
      ['acknowledged', 'already_recorded'],
      ['recorded', null],
    ]);
    const events = await eventsOf(`model-${model}`);
    expect(events.map(({ type }) => type)).toEqual(['ModelRegistered.v1', 'ReferenceLinked.v1', 'ModelDescribed.v1']);
    expect(events[2]?.data).toEqual({ outputModalities: ['text'] });
  });
});

describe('a delivery that comes more than once', () => {
  it('fifty times at the same moment is one event, and every answer is a success', async () => {
    const sender = await connect();
    const model = `fifty-${sender.connection}`;
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => sendWebhook(sender, 'msg_1', compute(model, '1e24'))),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 202));
    const outcomes = answers.map(({ body }) => (body as { reason?: string }).reason ?? 'recorded');
    expect(outcomes.filter((outcome) => outcome === 'recorded')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'duplicate_delivery')).toHaveLength(49);
    await translated(sender.connection, 1);
    expect(await eventsOf(`inbox-${sender.connection}`)).toHaveLength(1);
    expect((await eventsOf(`model-${model}`)).filter(({ type }) => type === 'ComputeReported.v1')).toHaveLength(1);
  });

  it('with another body is a conflict, whether that body can be read or not', async () => {
    const sender = await connect();
    await sendWebhook(sender, 'msg_1', compute('m', '1e24'));
    for (const body of [compute('m', '2e24'), '{"type":', { type: 'gpai.compute.reported', data: {} }]) {
      expect(await sendWebhook(sender, 'msg_1', body)).toMatchObject({
        status: 409,
        body: { reason: 'idempotency_conflict' },
      });
    }
    expect(await eventsOf(`inbox-${sender.connection}`)).toHaveLength(1);
  });

  it('to two processes at once is one event', async () => {
    const stores = { databaseUrl: tracker.databaseUrl, eventStoreUrl: tracker.eventStoreUrl };
    const sender = await connect();
    const second = await startTestTracker({
      clock,
      environment: { ...environment, TRACKER_ADMIN_TOKEN: tracker.token },
      stores,
    });
    try {
      const keys = Array.from({ length: 40 }, (_, index) => `msg_${index}`);
      const answers = await Promise.all(
        keys.flatMap((key) =>
          [tracker.url, second.url].map((url) =>
            sendWebhook({ ...sender, url }, key, compute(`two-${sender.connection}`, '1e24')),
          ),
        ),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
      const events = await eventsOf(`inbox-${sender.connection}`);
      expect(events.map(({ data }) => data['key']).sort()).toEqual([...keys].sort());
    } finally {
      await second.stop();
    }
  });

  it('is known again after the tables were lost', async () => {
    const sender = await connect();
    const model = `lost-${sender.connection}`;
    await sendWebhook(sender, 'msg_1', compute(model, '1e24'));
    const before = await translated(sender.connection, 1);
    const modelEvents = await eventsOf(`model-${model}`);
    await database.query('drop schema inbox cascade');
    await tracker.restart();
    expect(await sendWebhook(sender, 'msg_1', compute(model, '1e24'))).toMatchObject({
      status: 202,
      body: { reason: 'duplicate_delivery' },
    });
    expect(await translated(sender.connection, 1)).toEqual(before);
    expect(await eventsOf(`model-${model}`)).toEqual(modelEvents);
  });
});

describe('facts that arrive out of order', () => {
  it('lead to the same facts as in order', async () => {
    const statements = [
      ['msg_1', compute('', '1e24', { as_of: '2026-09-20T00:00:00Z' })],
      ['msg_2', compute('', '2e24', { as_of: '2026-09-21T00:00:00Z' })],
      ['msg_3', { type: 'gpai.model.placed_on_market', data: { date: '2026-09-22' } }],
    ] as const;
    const results: unknown[] = [];
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
    ]) {
      const sender = await connect();
      const model = `order-${sender.connection}`;
      for (const index of order) {
        const [key, body] = statements[index] ?? statements[0];
        expect((await sendWebhook(sender, key, { ...body, data: { ...body.data, model } })).status).toBe(202);
      }
      await translated(sender.connection, 3);
      const events = await eventsOf(`model-${model}`);
      const told = events.filter(({ type }) => type === 'ComputeReported.v1' || type === 'ModelPlacedOnMarket.v1');
      results.push(
        told
          .map(({ type, data, metadata }) => [type, data['cumulativeTrainingFlop'], metadata['occurredAt']])
          .sort((left, right) => String(left[2]).localeCompare(String(right[2]))),
      );
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });
});

describe('the translator', () => {
  it('that fails between recording and checkpoint tells nothing twice', async () => {
    const sender = await connect();
    const model = `crash-${sender.connection}`;
    await database.query(`
      create function inbox.refuse() returns trigger language plpgsql as $$ begin raise 'no checkpoint today'; end $$;
      create trigger refuse before update on inbox.checkpoint for each row when (new.position <> old.position) execute function inbox.refuse()`);
    await sendWebhook(sender, 'msg_1', compute(model, '1e24'));
    await eventually('facts of the model', async () => (await eventsOf(`model-${model}`))[0]);
    expect((await page(sender.connection)).items[0]?.outcome).toBeNull();
    await database.query('drop trigger refuse on inbox.checkpoint; drop function inbox.refuse()');
    await tracker.restart();
    expect(await translated(sender.connection, 1)).toMatchObject([
      { outcome: 'recorded', events: [{ type: 'ComputeReported' }] },
    ]);
    expect(await eventsOf(`model-${model}`)).toHaveLength(3);
  });

  it('parks what it cannot place, and a replay places it once the cause is gone', async () => {
    const sender = await connect();
    const ref = `taken-${sender.connection}`;
    const own = distinctModelId({ providerId: sender.providerId, system: 'generic', ref });
    for (const id of [ref, own]) {
      const registered = {
        type: 'ModelRegistered',
        occurredAt: '2026-09-01T00:00:00Z',
        data: { name: id, providerId: 'somebody-else' },
      };
      expect((await tracker.post(`/v1/models/${id}/facts`, registered)).status).toBe(201);
    }
    await sendWebhook(sender, 'msg_1', compute(ref, '1e24'));
    const [parked] = await translated(sender.connection, 1);
    expect(parked).toMatchObject({ outcome: 'parked', reason: 'translation_failed', events: [] });

    const id = `mine-${sender.connection}`;
    const facts = [
      { type: 'ModelRegistered', data: { name: ref, providerId: sender.providerId } },
      { type: 'ReferenceLinked', data: { system: 'generic', ref } },
    ].map((fact) => ({ ...fact, occurredAt: '2026-09-01T00:00:00Z' }));
    await tracker.post(`/v1/models/${id}/facts`, facts);
    // The translator hears of the link in the order of the log, before a delivery that comes after it.
    await sendWebhook(sender, 'msg_2', compute(`other-${sender.connection}`, '1e24'));
    await translated(sender.connection, 2);

    const replay = `/v1/connections/${sender.connection}/deliveries/${parked?.id}/replay`;
    expect(await tracker.post(replay, undefined)).toMatchObject({ status: 200, body: { outcome: 'recorded' } });
    expect((await translated(sender.connection, 2))[0]).toMatchObject({ outcome: 'recorded', reason: null });
    expect((await eventsOf(`model-${id}`)).at(-1)?.type).toBe('ComputeReported.v1');
    expect(await tracker.post(replay, undefined)).toMatchObject({ status: 409 });
  });

  it.each([
    ['gpai.model.placed_on_market', { territories: ['US'] }, 'placed_outside_union'],
    ['gpai.documentation.published', { kind: 'poem', url: 'https://docs.example' }, 'value_unparseable'],
  ])('parks %s that needs a person, with the reason also in the answer', async (type, data, reason) => {
    const sender = await connect();
    const answer = await sendWebhook(sender, 'msg_1', { type, data: { model: 'm', ...data } });
    expect(answer).toMatchObject({ status: 202, body: { outcome: 'parked', reason } });
    expect(await translated(sender.connection, 1)).toMatchObject([{ outcome: 'parked', reason, events: [] }]);
  });
});

describe('a request that is refused', () => {
  const bearer = { 'content-type': 'application/cloudevents+json' };
  async function post(path: string, body: BodyInit, headers: Record<string, string> = bearer): Promise<Answer> {
    const response = await fetch(tracker.url + path, { method: 'POST', headers, body });
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  it('leaves no event, and is counted and listed without its body', async () => {
    const { connection, secret } = await connect('cloudevents', { settings: { max_body_bytes: 4096 } });
    const authorization = `Bearer ${secret}`;
    const path = `/hooks/${connection}`;
    const event = JSON.stringify({
      specversion: '1.0',
      id: '1',
      source: 'confidential',
      type: 'gpai.compute.reported',
      data: { model: 'm' },
    });
    const refused = [
      await post(path, 'x'.repeat(4097), { ...bearer, authorization }),
      await post(path, event),
      await post(path, event, { ...bearer, authorization: 'Bearer guess' }),
      await post(path, event, { ...bearer, authorization, 'content-encoding': 'gzip' }),
      await post(path, event, { 'content-type': 'text/xml', authorization }),
      await post(path, '['.repeat(4000), { ...bearer, authorization }),
      await post(path, Buffer.from([0x7b, 0xff, 0x7d]), { ...bearer, authorization }),
      await post(path, event.replace('1.0', '2.0'), { ...bearer, authorization }),
      await post(path, event, { ...bearer, authorization }),
    ];
    expect(refused.map(({ status, body }) => [status, (body as { reason: string }).reason])).toEqual([
      [413, 'body_too_large'],
      [401, 'credentials_missing'],
      [401, 'credentials_invalid'],
      [415, 'content_type_unsupported'],
      [415, 'content_type_unsupported'],
      [400, 'body_malformed'],
      [400, 'body_malformed'],
      [400, 'cloudevent_invalid'],
      [422, 'data_invalid'],
    ]);
    expect(refused[1]?.headers.get('www-authenticate')).toContain('Bearer');
    expect(refused[8]?.body).toMatchObject({ errors: [{ field: 'data.flop' }] });
    const { items, refusedCount } = await page(connection);
    expect(refusedCount).toBe(refused.length);
    expect(items.map(({ outcome }) => outcome)).toEqual(refused.map(() => 'refused'));
    expect(JSON.stringify(items)).not.toContain('confidential');
    expect(await eventsOf(`inbox-${connection}`)).toEqual([]);
  });

  it('in a flood is counted each time and kept a hundred times', async () => {
    const { connection } = await connect('cloudevents');
    await Promise.all(Array.from({ length: 130 }, () => post(`/hooks/${connection}`, '{}')));
    const { items, refusedCount } = await page(connection, '?limit=200');
    expect([items.length, refusedCount]).toEqual([100, 130]);
  });

  it('to a connection that does not exist says no more than that', async () => {
    const [right, wrong] = [
      await post('/hooks/nobody', '{}'),
      await post('/hooks/nobody/x?access_token=a', 'not json'),
    ];
    expect(right.status).toBe(404);
    expect([wrong.status, wrong.body]).toEqual([404, right.body]);
  });

  it.each(['GET', 'PUT', 'DELETE', 'OPTIONS'])('for its method %s is told the right one', async (method) => {
    const { connection } = await connect();
    const response = await fetch(`${tracker.url}/hooks/${connection}`, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('what may not be kept', () => {
  it('is no part of the event: tokens, and what people asked a model', async () => {
    const { connection, secret } = await connect('cloudevents');
    const inference = {
      specversion: '1.0',
      id: '1',
      source: 's',
      type: 'org.kubeflow.serving.inference.request',
      data: 'my question',
    };
    const response = await fetch(`${tracker.url}/hooks/${connection}?access_token=${secret}`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json', authorization: `Bearer ${secret}` },
      body: JSON.stringify(inference),
    });
    expect(await response.json()).toMatchObject({ outcome: 'acknowledged', reason: 'event_type_ignored' });
    const [event] = await eventsOf(`inbox-${connection}`);
    const kept = JSON.stringify([event?.data, event?.metadata]);
    expect(kept).not.toContain('my question');
    expect(kept).not.toContain(secret);
    expect(event?.data).toMatchObject({ body: null, bodyEncoding: 'omitted' });
  });

  it('secrets are stored sealed and shown once', async () => {
    const { connection, secret } = await connect();
    const { rows } = await database.query<{ stored: string }>(
      'select connection::text as stored from settings.connection',
    );
    const stored = rows.map((row) => row.stored).join();
    expect(stored).toContain(connection);
    expect(stored).not.toContain(Buffer.from(secret).toString('hex'));
    const shown = [await tracker.get('/v1/connections'), await tracker.get(`/v1/connections/${connection}`)];
    expect(JSON.stringify(shown.map(({ body }) => body))).not.toContain(secret);
  });
});

describe('a connection', () => {
  it('takes both secrets while the new one is taken into use', async () => {
    const sender = await connect();
    const renewed = { ...sender, secret: `whsec_${Buffer.alloc(32, 9).toString('base64')}` };
    const changed = await tracker.request('PATCH', `/v1/connections/${sender.connection}`, { secret: renewed.secret });
    expect(changed).toMatchObject({ status: 200, body: { previousSecretValidUntil: '2026-09-30T08:00:00Z' } });
    expect((await sendWebhook(sender, 'msg_1', compute('m', '1e24'))).status).toBe(202);
    expect((await sendWebhook(renewed, 'msg_2', compute('m', '1e24'))).status).toBe(202);
    const ended = { credentials: { previous_secret_valid_until: '2026-09-23T08:00:00Z' } };
    await tracker.request('PATCH', `/v1/connections/${sender.connection}`, ended);
    expect((await sendWebhook(sender, 'msg_3', compute('m', '1e24'))).status).toBe(401);
  });

  it('is made once, and takes nothing any more after it was deleted', async () => {
    const sender = await connect();
    const again = { id: sender.connection, system: 'cloudevents', providerId: 'p1' };
    expect((await tracker.post('/v1/connections', again)).status).toBe(409);
    expect((await tracker.request('DELETE', `/v1/connections/${sender.connection}`)).status).toBe(204);
    expect((await sendWebhook(sender, 'msg_1', compute('m', '1e24'))).status).toBe(404);
    expect((await tracker.request('DELETE', `/v1/connections/${sender.connection}`)).status).toBe(404);
  });

  it('is refused with every field that is wrong', async () => {
    const wrong = { id: 'A b', system: 'fax', providerId: 'p1', settings: { max_body_bytes: -1 }, colour: 'red' };
    const { status, body } = await tracker.post('/v1/connections', wrong);
    expect(status).toBe(422);
    const fields = (body as { errors: { field: string }[] }).errors.map(({ field }) => field);
    expect(fields.sort()).toEqual(['colour', 'id', 'settings.max_body_bytes']);
  });

  it('is for administrators only', async () => {
    const { status } = await tracker.post('/v1/connections', {}, { authorization: 'Bearer guess' });
    expect(status).toBe(401);
  });

  it('lists its deliveries page by page', async () => {
    const sender = await connect();
    for (const key of ['a', 'b', 'c']) await sendWebhook(sender, key, { type: 'contact.created', data: {} });
    const first = await page(sender.connection, '?limit=2');
    const rest = await page(sender.connection, `?limit=2&after=${first.next}`);
    expect([first.items.length, rest.items.length, rest.next]).toEqual([2, 1, null]);
    expect((await tracker.get(`/v1/connections/${sender.connection}/deliveries?after=x&limit=0`)).status).toBe(422);
  });

  it('takes a large body and gives it back to the translator as it was', async () => {
    const sender = await connect();
    const note = 'x'.repeat(900_000);
    const answer = await sendWebhook(sender, 'msg_1', compute(`large-${sender.connection}`, '1e24', { note }));
    expect(answer.status).toBe(202);
    expect(await translated(sender.connection, 1)).toMatchObject([{ outcome: 'recorded' }]);
  });
});
