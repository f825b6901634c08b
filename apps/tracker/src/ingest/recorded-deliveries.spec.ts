import { readFileSync, readdirSync } from 'node:fs';
import { readFlop, readInstant } from '#libs/domain';
import { liveCredentials } from './connections/credentials.js';
import { refusals } from './reasons.js';
import type { HookRequest, WebhookSource } from './source.js';
import { sources } from './sources.js';

type Fixture = {
  readonly id: string;
  readonly received_at: string;
  readonly method: string;
  readonly path_suffix: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly secret: string;
  readonly credentials?: { previous_secret: string; previous_secret_valid_until: string };
  readonly receiver?: { max_body_bytes?: number };
  readonly after?: string[];
  readonly expected: {
    readonly status: number[];
    readonly reason?: string;
    readonly duplicate?: boolean;
    readonly events: { type: string; certainty: string; model: object; data?: Record<string, unknown> }[];
  };
};

const folder = new URL('../../../../test/fixtures/webhooks/', import.meta.url);

function fixturesOf(system: string): Fixture[] {
  return readdirSync(new URL(system, folder)).map(
    (name) => JSON.parse(readFileSync(new URL(`${system}/${name}`, folder), 'utf8')) as Fixture,
  );
}

function requestOf(fixture: Fixture): HookRequest {
  const [suffix = '', query = ''] = fixture.path_suffix.split('?');
  return {
    method: fixture.method,
    suffix,
    query: new URLSearchParams(query),
    headers: Object.fromEntries(Object.entries(fixture.headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: Buffer.from(fixture.body),
    receivedAt: readInstant(fixture.received_at),
  };
}

/** What a source makes of a delivery, without anything around it. */
function judge(source: WebhookSource, fixture: Fixture) {
  const request = requestOf(fixture);
  const { secret, credentials } = fixture;
  const live = liveCredentials(
    {
      secret,
      ...(credentials === undefined
        ? {}
        : {
            previousSecret: {
              value: credentials.previous_secret,
              validUntil: readInstant(credentials.previous_secret_valid_until),
            },
          }),
    },
    request.receivedAt,
  );
  const refusal = source.checkContentType(request) ?? source.authenticate(request, live);
  if (refusal !== undefined) return { outcome: 'refused', refusal } as const;
  const opening = source.open(request);
  return opening.outcome === 'refused' ? opening : opening.delivery.translate();
}

const isAboutOneDelivery = ({ method, expected, after }: Fixture): boolean =>
  method === 'POST' && after === undefined && expected.reason !== 'body_too_large';

describe.each(sources.map((source) => [source.system, source] as const))(
  'recorded deliveries of %s',
  (system, source) => {
    const fixtures = fixturesOf(system).filter(isAboutOneDelivery);

    it.each(fixtures.map((fixture) => [fixture.id, fixture] as const))('%s', (_id, fixture) => {
      const judged = judge(source, fixture);
      const reason =
        judged.outcome === 'refused' ? judged.refusal.reason : 'reason' in judged ? judged.reason : undefined;
      expect(reason).toBe(fixture.expected.reason);
      if (judged.outcome === 'refused')
        expect(fixture.expected.status).toContain(refusals[judged.refusal.reason].status);
      const events = judged.outcome === 'translated' ? judged.events : [];
      expect(events).toHaveLength(fixture.expected.events.length);
      for (const expected of fixture.expected.events) {
        const { flop, ...data } = expected.data ?? {};
        expect(events).toContainEqual(
          expect.objectContaining({
            type: expected.type,
            certainty: expected.certainty,
            model: expect.objectContaining(expected.model) as unknown,
            data: expect.objectContaining(data) as unknown,
          }),
        );
        if (flop === undefined) continue;
        const found = events.map((event) => event.data['flop']).filter((value) => typeof value === 'string');
        expect(found.map((value) => readFlop(value))).toContain(readFlop(flop as string));
      }
    });
  },
);
