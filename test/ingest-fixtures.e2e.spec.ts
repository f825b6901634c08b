import { readdirSync, readFileSync } from 'node:fs';
import { readFlop } from '#libs/domain';
import { sources } from '../apps/tracker/src/ingest/sources.js';
import { eventually } from './support/eventually.js';
import { answerOf, type Answer, startTestTracker, testClock, type TestTracker } from './support/tracker.js';

type ExpectedEvent = {
  readonly type: string;
  readonly certainty: string;
  readonly model: object;
  readonly data?: Readonly<Record<string, unknown>>;
};

type Fixture = {
  readonly id: string;
  readonly received_at: string;
  readonly method: string;
  readonly path_suffix: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly secret: string;
  readonly credentials?: object;
  readonly receiver?: object;
  readonly after?: readonly string[];
  readonly expected: {
    readonly accepted: boolean;
    readonly status: readonly number[];
    readonly reason?: string;
    readonly duplicate?: boolean;
    readonly events: readonly ExpectedEvent[];
    readonly response?: { readonly headers?: Record<string, string>; readonly header_present?: readonly string[] };
  };
};

type Delivery = {
  readonly id: string;
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly events: readonly ExpectedEvent[];
};

const folder = new URL('./fixtures/webhooks/', import.meta.url);
const fixtures = sources.flatMap(({ system }) =>
  readdirSync(new URL(system, folder)).map((name) => readFixture(`${system}/${name.replace('.json', '')}`)),
);

function readFixture(id: string): Fixture {
  return JSON.parse(readFileSync(new URL(`${id}.json`, folder), 'utf8')) as Fixture;
}

describe('a delivery as its system really sends it', () => {
  const clock = testClock('2026-09-22T06:00:00Z');
  let tracker: TestTracker;
  let connectionCount = 0;

  beforeAll(async () => {
    tracker = await startTestTracker({ clock, environment: { TRACKER_ROLES: 'ingest' } });
  });
  afterAll(() => tracker.stop());

  async function connect({ id, secret, credentials, receiver }: Fixture): Promise<string> {
    connectionCount += 1;
    const connection = `fresh-${connectionCount}`;
    const created = await tracker.post('/v1/connections', {
      id: connection,
      system: id.split('/')[0],
      providerId: `provider-of-${connection}`,
      secret,
      ...(credentials === undefined ? {} : { credentials }),
      ...(receiver === undefined ? {} : { settings: receiver }),
    });
    expect(created.status).toBe(201);
    return connection;
  }

  async function deliver(
    connection: string,
    { received_at, method, path_suffix, headers, body }: Fixture,
  ): Promise<Answer> {
    clock.set(received_at);
    const answer = await fetch(`${tracker.url}/hooks/${connection}${path_suffix}`, {
      method,
      headers,
      ...(method === 'POST' ? { body: Buffer.from(body) } : {}),
    });
    return answerOf(answer);
  }

  /** What came in, once all of it is translated. */
  function deliveriesOf(connection: string): Promise<readonly Delivery[]> {
    return eventually(`all deliveries of ${connection} translated`, async () => {
      const { body } = await tracker.get(`/v1/connections/${connection}/deliveries`);
      const { items } = body as { items: Delivery[] };
      return items.every(({ outcome }) => outcome !== null) ? items : undefined;
    });
  }

  it.each(fixtures.map((fixture) => [fixture.id, fixture] as const))('%s', async (_id, fixture) => {
    const { expected } = fixture;
    const connection = await connect(fixture);
    for (const id of fixture.after ?? []) {
      expect((await deliver(connection, readFixture(id))).status).toBe(202);
    }
    const before = await deliveriesOf(connection);

    const answer = await deliver(connection, fixture);

    expect(expected.status).toContain(answer.status);
    const { reason, deliveryId } = answer.body as { reason?: string; deliveryId?: string };
    expect(reason).toBe(expected.reason);
    for (const [name, value] of Object.entries(expected.response?.headers ?? {}))
      expect(answer.headers.get(name)).toBe(value);
    for (const name of expected.response?.header_present ?? []) expect(answer.headers.has(name)).toBe(true);

    const after = await deliveriesOf(connection);
    if (expected.duplicate === true || fixture.method === 'OPTIONS') {
      expect(after).toEqual(before);
      return;
    }
    expect(after).toHaveLength(before.length + 1);
    const last = after.at(-1);
    if (!expected.accepted) {
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(last).toMatchObject({ id: null, outcome: 'refused', reason: expected.reason, events: [] });
      return;
    }
    expect(last).toMatchObject({
      id: deliveryId,
      outcome: expected.events.length > 0 ? 'recorded' : 'acknowledged',
      reason: expected.reason ?? null,
    });
    expectEvents(last?.events ?? [], expected.events);
  });
});

function expectEvents(found: readonly ExpectedEvent[], expected: readonly ExpectedEvent[]): void {
  expect(found.map(({ type }) => type).sort()).toEqual(expected.map(({ type }) => type).sort());
  for (const { data = {}, ...rest } of expected) {
    const event = found.find(({ type }) => type === rest.type);
    expect(event).toMatchObject(rest);
    for (const [name, value] of Object.entries(data)) {
      const sent = event?.data?.[name];
      // FLOP are compared as numbers: 3.0e25 and 3e25 are one.
      if (name.endsWith('flop')) expect(readFlop(sent as string)).toBe(readFlop(value as string));
      else expect(sent).toEqual(value);
    }
  }
}
