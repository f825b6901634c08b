import { connect } from 'node:net';
import { answerOf, startTestTracker, testClock, type Answer, type TestTracker } from './support/tracker.js';

const aText = expect.any(String) as unknown;
const textMatching = (pattern: RegExp) => expect.stringMatching(pattern) as unknown;

type Receipt = { events: { id: string; type: string; revision: string; position: string }[]; position: string };
type FieldErrors = { errors: { field: string; expected: string; found: string }[] };

const registered = (id?: string) => ({
  ...(id === undefined ? {} : { id }),
  type: 'ModelRegistered',
  occurredAt: '2026-03-01T09:00:00Z',
  data: { name: 'Aster', providerId: 'acme', outputModalities: ['text'] },
});
const computeReported = (flop: unknown, id?: string) => ({
  ...(id === undefined ? {} : { id }),
  type: 'ComputeReported',
  occurredAt: '2026-03-02T09:00:00Z',
  data: { cumulativeTrainingFlop: flop },
});
const placed = {
  type: 'ModelPlacedOnMarket',
  occurredAt: '2026-03-03T09:00:00Z',
  data: { placedBy: 'acme', channel: 'api' },
};

const receipt = ({ body }: Answer): Receipt => body as Receipt;
const fields = ({ body }: Answer): string[] => (body as FieldErrors).errors.map(({ field }) => field);

describe('recording facts over HTTP', () => {
  const clock = testClock('2026-06-01T12:00:00Z');
  let tracker: TestTracker;
  let modelCount = 0;
  /** A model that no other test writes to. */
  const newModel = (): string => `/v1/models/m${(modelCount += 1)}`;

  beforeAll(async () => {
    tracker = await startTestTracker({ clock, environment: { TRACKER_ROLES: 'api' } });
  });
  afterAll(() => tracker.stop());

  const historyOf = async (
    model: string,
  ): Promise<{ type: string; id: string; actor: string; correlationId: string }[]> => {
    const { status, body } = await tracker.get(`${model}/history`);
    return status === 404 ? [] : (body as { items: never[] }).items;
  };

  describe('that are right', () => {
    it('answers 201 with the events, and the history has them with who said so', async () => {
      const model = newModel();
      const answer = await tracker.post(`${model}/facts`, registered('r1'), { 'x-correlation-id': 'order-7' });
      expect(answer.status).toBe(201);
      expect(receipt(answer).events).toEqual([
        { id: aText, type: 'ModelRegistered', revision: '0', position: textMatching(/^\d+$/) },
      ]);
      expect(receipt(answer).position).toBe(receipt(answer).events[0]?.position);
      expect(answer.headers.get('etag')).toBe('"0"');
      expect(answer.headers.get('x-correlation-id')).toBe('order-7');
      expect(await historyOf(model)).toMatchObject([
        {
          type: 'ModelRegistered',
          id: receipt(answer).events[0]?.id,
          actor: 'token:admin',
          source: 'api',
          correlationId: 'order-7',
        },
      ]);
    });

    it('records a list in its order, with what follows from it', async () => {
      const model = newModel();
      const answer = await tracker.post(`${model}/facts`, [registered('r'), computeReported('2e25', 'c'), placed]);
      expect(answer.status).toBe(201);
      const types = receipt(answer).events.map(({ type }) => type);
      expect(types.filter((type) => !type.startsWith('Threshold'))).toEqual([
        'ModelRegistered',
        'ComputeReported',
        'ModelPlacedOnMarket',
      ]);
      expect(types).toContain('ThresholdCrossed');
      expect(receipt(answer).events.map(({ revision }) => revision)).toEqual(types.map((_, index) => String(index)));
      expect((await historyOf(model)).map(({ type }) => type)).toEqual(types);
    });

    it('records facts about a provider', async () => {
      const answer = await tracker.post('/v1/providers/acme/facts', {
        type: 'ProviderRegistered',
        occurredAt: '2026-01-01T00:00:00Z',
        data: { name: 'Acme', kind: 'legalPerson', establishedIn: 'FR' },
      });
      expect(answer.status).toBe(201);
      expect((await tracker.get('/v1/providers/acme/history')).body).toMatchObject({
        items: [{ type: 'ProviderRegistered' }],
      });
    });
  });

  describe('that join two models', () => {
    const merged = (intoModelId: string) => ({
      id: 'merge',
      type: 'ModelMerged',
      occurredAt: '2026-04-01T00:00:00Z',
      data: { intoModelId },
    });
    const idOf = (model: string): string => model.slice('/v1/models/'.length);

    it('are recorded on both, with the one as the cause of the other', async () => {
      const [given, kept] = [newModel(), newModel()];
      for (const model of [given, kept]) await tracker.post(`${model}/facts`, registered('r'));
      const answer = await tracker.post(`${given}/facts`, merged(idOf(kept)));
      expect(answer.status).toBe(201);
      expect(receipt(answer).events.map(({ type }) => type)).toEqual(['ModelMerged']);
      const [, join] = await historyOf(kept);
      const [event] = receipt(answer).events;
      expect(join).toMatchObject({
        type: 'ModelJoined',
        source: 'system',
        causationId: event?.id,
        occurredAt: '2026-04-01T00:00:00Z',
        data: { fromModelId: idOf(given), becauseOf: event?.id },
      });
      expect(BigInt((join as unknown as { position: string }).position) < BigInt(event?.position ?? 0)).toBe(true);

      const again = await tracker.post(`${given}/facts`, merged(idOf(kept)));
      expect([again.status, receipt(again)]).toEqual([200, receipt(answer)]);
      expect(await historyOf(kept)).toHaveLength(2);

      const back = await tracker.post(`${kept}/facts`, merged(idOf(given)));
      expect(back).toMatchObject({ status: 409, body: { type: '/problems/merge-target-given-up' } });
      expect(fields(back)).toEqual(['data.intoModelId']);
    });

    it('are refused into itself, into the unknown, and anywhere else once merged', async () => {
      const [one, other, third] = [newModel(), newModel(), newModel()];
      for (const model of [one, other, third]) await tracker.post(`${model}/facts`, registered('r'));
      const codeOf = async (model: string, into: string, more = {}) => {
        const { status, body } = await tracker.post(`${model}/facts`, { ...merged(into), ...more });
        return [status, (body as { type: string }).type];
      };
      expect(await codeOf(one, idOf(one))).toEqual([422, '/problems/merge-into-itself']);
      expect(await codeOf(one, 'nobody-knows')).toEqual([422, '/problems/merge-target-unknown']);
      await tracker.post(`${one}/facts`, merged(idOf(other)));
      expect(await codeOf(one, idOf(third), { id: 'second' })).toEqual([409, '/problems/merged-already']);
      expect((await tracker.get('/v1/models/nobody-knows/history')).status).toBe(404);
      expect(await historyOf(third)).toHaveLength(1);
    });

    it('are joined by the tracker alone', async () => {
      const data = { fromModelId: 'm1', becauseOf: 'x' };
      const answer = await tracker.post(`${newModel()}/facts`, { ...merged('m1'), type: 'ModelJoined', data });
      expect(answer.status).toBe(422);
      expect(fields(answer)).toEqual(['type']);
    });
  });

  describe('sent again', () => {
    it('answers 200 with the events of the first time, derived ones included, and records nothing', async () => {
      const model = newModel();
      const facts = [registered('r'), computeReported('2e25', 'c')];
      const first = await tracker.post(`${model}/facts`, facts);
      const again = await tracker.post(`${model}/facts`, facts);
      expect(again.status).toBe(200);
      expect(receipt(again)).toEqual(receipt(first));
      expect(await historyOf(model)).toHaveLength(receipt(first).events.length);
    });

    it('records what is new of a list that is partly known', async () => {
      const model = newModel();
      await tracker.post(`${model}/facts`, registered('r'));
      const answer = await tracker.post(`${model}/facts`, [registered('r'), computeReported('1e22', 'c')]);
      expect(answer.status).toBe(201);
      expect(receipt(answer).events.map(({ type, revision }) => [type, revision])).toEqual([
        ['ModelRegistered', '0'],
        ['ComputeReported', '1'],
      ]);
    });

    it('refuses the same id with other content', async () => {
      const model = newModel();
      await tracker.post(`${model}/facts`, computeReported('1e22', 'c'));
      const answer = await tracker.post(`${model}/facts`, computeReported('2e22', 'c'));
      expect(answer).toMatchObject({ status: 409, body: { type: '/problems/id-reused' } });
      expect(fields(answer)).toEqual(['id']);
      expect(await historyOf(model)).toHaveLength(1);
    });

    it('takes the same id on another model for another fact', async () => {
      await tracker.post(`${newModel()}/facts`, computeReported('1e22', 'c'));
      expect((await tracker.post(`${newModel()}/facts`, computeReported('2e22', 'c'))).status).toBe(201);
    });

    it('records once what arrives many times at the same moment', async () => {
      const model = newModel();
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => tracker.post(`${model}/facts`, registered('r'))),
      );
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(19);
      expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
      expect(await historyOf(model)).toHaveLength(1);
    });
  });

  describe('on a revision', () => {
    it('records when If-Match names the revision that the stream has', async () => {
      const model = newModel();
      const { headers } = await tracker.post(`${model}/facts`, registered());
      const answer = await tracker.post(`${model}/facts`, placed, { 'if-match': headers.get('etag') ?? '' });
      expect(answer.status).toBe(201);
      expect(answer.headers.get('etag')).toBe('"1"');
    });

    it('refuses with 412 when it names another, and records nothing', async () => {
      const model = newModel();
      await tracker.post(`${model}/facts`, registered());
      const answer = await tracker.post(`${model}/facts`, placed, { 'if-match': '7' });
      expect(answer).toMatchObject({ status: 412, body: { type: '/problems/revision-mismatch' } });
      expect(await historyOf(model)).toHaveLength(1);
    });

    it('answers a repeated request as the first time though the revision has moved on by it', async () => {
      const model = newModel();
      await tracker.post(`${model}/facts`, registered());
      const send = () => tracker.post(`${model}/facts`, computeReported('1e22', 'c'), { 'if-match': '"0"' });
      const first = await send();
      const again = await send();
      expect([first.status, again.status]).toEqual([201, 200]);
      expect(receipt(again)).toEqual(receipt(first));
    });

    it('names the header when it is no revision', async () => {
      const answer = await tracker.post(`${newModel()}/facts`, registered(), { 'if-match': 'latest' });
      expect(answer.status).toBe(422);
      expect(fields(answer)).toEqual(['If-Match']);
    });
  });

  it('lets a hundred writers of one model all through, each fact once and without a gap', async () => {
    const model = newModel();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        tracker.post(`${model}/facts`, computeReported(`${index + 1}e20`, `c${index}`)),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    const revisions = answers.flatMap((answer) => receipt(answer).events.map(({ revision }) => Number(revision)));
    expect(revisions.toSorted((a, b) => a - b)).toEqual(revisions.map((_, index) => index));
  });

  describe('that are wrong', () => {
    const wrong: [string, unknown, string][] = [
      ['an unknown type', { ...placed, type: 'ModelBlessed' }, 'type'],
      ['a fact about a provider, on a model', { ...placed, type: 'ProviderRegistered' }, 'type'],
      ['a missing type', { ...placed, type: undefined }, 'type'],
      ['a missing moment', { ...placed, occurredAt: undefined }, 'occurredAt'],
      ['a moment without offset', { ...placed, occurredAt: '2026-03-03T09:00:00' }, 'occurredAt'],
      ['a day that there is not', { ...placed, occurredAt: '2026-02-30T09:00:00Z' }, 'occurredAt'],
      ['a moment in the future', { ...placed, occurredAt: '2026-06-01T12:01:01Z' }, 'occurredAt'],
      ['missing content', { ...placed, data: undefined }, 'data'],
      ['a missing field', { ...placed, data: { placedBy: 'acme' } }, 'data.channel'],
      ['an unknown field', { ...placed, data: { ...placed.data, price: 1 } }, 'data.price'],
      ['an unknown member beside the content', { ...placed, note: 'x' }, 'note'],
      ['negative FLOP', computeReported(-1), 'data.cumulativeTrainingFlop'],
      ['negative FLOP in a text', computeReported('-5e24'), 'data.cumulativeTrainingFlop'],
      ['a fraction of FLOP', computeReported('1.5'), 'data.cumulativeTrainingFlop'],
      [
        'a fact that the tracker derives',
        { ...placed, type: 'ThresholdCrossed', data: { threshold: '1e25', flop: '2e25', becauseOf: 'x' } },
        'type',
      ],
      ['an empty id', { ...placed, id: '' }, 'id'],
      ['an id that is no text', { ...placed, id: 7 }, 'id'],
      ['a text in place of a fact', 'hello', 'body'],
    ];

    it.each(wrong)('answers %s with 422 and its field, and records nothing', async (_, body, field) => {
      const model = newModel();
      const answer = await tracker.post(`${model}/facts`, body);
      expect(answer.status).toBe(422);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect(fields(answer)).toContain(field);
      expect(await historyOf(model)).toEqual([]);
    });

    it('answers with every wrong field of every fact of a list, and records none of it', async () => {
      const model = newModel();
      const answer = await tracker.post(`${model}/facts`, [
        registered('r'),
        computeReported(-1, 'c'),
        { ...placed, occurredAt: 'yesterday', data: { channel: 'api' } },
      ]);
      expect(answer.status).toBe(422);
      expect(fields(answer).toSorted()).toEqual([
        'facts[1].data.cumulativeTrainingFlop',
        'facts[2].data.placedBy',
        'facts[2].occurredAt',
      ]);
      expect(await historyOf(model)).toEqual([]);
    });

    it('refuses a list that is empty, longer than 500, or has an id twice', async () => {
      const model = newModel();
      expect(await tracker.post(`${model}/facts`, [])).toMatchObject({ status: 422 });
      expect(
        await tracker.post(
          `${model}/facts`,
          Array.from({ length: 501 }, () => placed),
        ),
      ).toMatchObject({ status: 422 });
      expect(fields(await tracker.post(`${model}/facts`, [registered('r'), computeReported('1', 'r')]))).toEqual([
        'facts[1].id',
      ]);
      expect(await historyOf(model)).toEqual([]);
    });

    it.each(['Model', 'a b', '-x', 'a/b', 'x'.repeat(129)])(
      'refuses the model id %j and says what one is',
      async (id) => {
        const answer = await tracker.post(`/v1/models/${encodeURIComponent(id)}/facts`, registered());
        expect(answer).toMatchObject({
          status: 422,
          body: { errors: [{ field: 'id', expected: textMatching(/lower-case/) }] },
        });
      },
    );

    it('refuses a correction of an event that is not in the history', async () => {
      const model = newModel();
      await tracker.post(`${model}/facts`, registered());
      const answer = await tracker.post(`${model}/facts`, {
        type: 'FactRetracted',
        occurredAt: '2026-03-04T00:00:00Z',
        data: { eventId: '0b5c2d6e-3b64-4a57-8a53-0d8f6f3f5e11', reason: 'mistaken' },
      });
      expect(answer).toMatchObject({ status: 422, body: { type: '/problems/event-unknown' } });
      expect(fields(answer)).toEqual(['data.eventId']);
    });
  });

  describe('in a body that cannot be read', () => {
    const send = async (
      body: string | Uint8Array<ArrayBuffer>,
      headers: Record<string, string> = {},
      model = newModel(),
    ): Promise<[Answer, string]> => [
      await answerOf(
        await fetch(`${tracker.url}${model}/facts`, {
          method: 'POST',
          headers: { authorization: `Bearer ${tracker.token}`, 'content-type': 'application/json', ...headers },
          body,
        }),
      ),
      model,
    ];

    it.each<[string, string | Uint8Array<ArrayBuffer>, Record<string, string>, number]>([
      ['broken JSON', '{"type": "Model', {}, 400],
      [
        'a member that is there twice',
        JSON.stringify(placed).replace('"data"', '"type":"ModelWithdrawn","data"'),
        {},
        400,
      ],
      ['a prototype', JSON.stringify(placed).replace('"placedBy"', '"__proto__":{},"placedBy"'), {}, 400],
      ['deep nesting', '['.repeat(50_000), {}, 400],
      ['bytes that are no UTF-8', Buffer.concat([Buffer.from('"'), Buffer.from([0xff]), Buffer.from('"')]), {}, 400],
      ['2 MiB', JSON.stringify({ ...placed, data: { ...placed.data, channel: 'x'.repeat(2 * 1024 * 1024) } }), {}, 413],
      ['a form', 'type=ModelPlacedOnMarket', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
      ['gzip', Buffer.from('1f8b', 'hex'), { 'content-encoding': 'gzip' }, 415],
    ])('answers %s with a problem, and records nothing', async (_, body, headers, status) => {
      const [answer, model] = await send(body, headers);
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect(answer.body).toMatchObject({
        status,
        title: aText,
        detail: aText,
        type: textMatching(/^\/problems\//),
      });
      expect(await historyOf(model)).toEqual([]);
    });

    it('answers a missing body with 422', async () => {
      expect(await tracker.request('POST', `${newModel()}/facts`)).toMatchObject({ status: 422 });
    });

    it('gives up on a client whose headers are too large', async () => {
      const { hostname, port } = new URL(tracker.url);
      const socket = connect(Number(port), hostname);
      socket.write(`GET / HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(64 * 1024)}\r\n\r\n`);
      let reply = '';
      for await (const chunk of socket) reply += String(chunk);
      expect(reply).toMatch(/^HTTP\/1\.1 431 [^]*application\/problem\+json/);
    });
  });

  describe('without the right', () => {
    it.each([
      ['no token', {}, 'Bearer realm="tracker"'],
      ['another token', { authorization: 'Bearer not-the-token' }, 'Bearer realm="tracker", error="invalid_token"'],
      ['another scheme', { authorization: 'Basic YTpi' }, 'Bearer realm="tracker"'],
    ])(
      'answers %s with 401 and the challenge, and records nothing',
      async (_, headers: Record<string, string>, challenge) => {
        const model = newModel();
        const response = await fetch(`${tracker.url}${model}/facts`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify(registered()),
        });
        const answer = await answerOf(response);
        expect(answer).toMatchObject({ status: 401, body: { type: '/problems/unauthorised' } });
        expect(answer.headers.get('www-authenticate')).toBe(challenge);
        expect(await historyOf(model)).toEqual([]);
      },
    );
  });

  it('answers an unknown address with a 404 problem', async () => {
    expect(await tracker.get('/v1/nowhere')).toMatchObject({ status: 404, body: { type: '/problems/not-found' } });
  });

  it('keeps everything over a restart, also what makes a repeated request known', async () => {
    const model = newModel();
    const first = await tracker.post(`${model}/facts`, [registered('r'), computeReported('2e25', 'c')]);
    const before = await historyOf(model);
    await tracker.restart();
    expect(await historyOf(model)).toEqual(before);
    const again = await tracker.post(`${model}/facts`, [registered('r'), computeReported('2e25', 'c')]);
    expect(again.status).toBe(200);
    expect(receipt(again)).toEqual(receipt(first));
  });
});
