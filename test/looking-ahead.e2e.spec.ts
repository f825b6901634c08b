import { startTestTracker, testClock, type Answer, type TestTracker } from './support/tracker.js';

type WhatIf = {
  at: string;
  facts: { id: string; type: string; about: object }[];
  before: AssessmentJson | null;
  after: AssessmentJson;
  difference: {
    classification: { field: string; before: unknown; after: unknown }[];
    obligations: Record<'appeared' | 'disappeared', { id: string; because: { events: string[] }[] }[]> & {
      changed: { key: string; changes: { field: string }[] }[];
    };
  };
};
type AssessmentJson = { position: string; classification: Record<string, unknown>; obligations: { id: string }[] };

const whatIfOf = ({ body }: Answer): WhatIf => body as WhatIf;
const errorsOf = ({ body }: Answer) =>
  (body as { errors: { field: string; expected: string; found: string }[] }).errors;
const fields = (answer: Answer): string[] => errorsOf(answer).map(({ field }) => field);

const registered = {
  id: 'r',
  type: 'ModelRegistered',
  occurredAt: '2026-02-01T00:00:00Z',
  data: { name: 'Aster', providerId: 'acme', outputModalities: ['text'] },
};
const compute = (flop: string, occurredAt = '2026-02-02T00:00:00Z') => ({
  type: 'ComputeReported',
  occurredAt,
  data: { cumulativeTrainingFlop: flop },
});

describe('looking ahead over HTTP', () => {
  const clock = testClock('2026-06-01T12:00:00Z');
  let tracker: TestTracker;

  beforeAll(async () => {
    tracker = await startTestTracker({ clock, environment: { TRACKER_ROLES: 'api' } });
    await tracker.post('/v1/providers/acme/facts', {
      type: 'ProviderRegistered',
      occurredAt: '2026-01-01T00:00:00Z',
      data: { name: 'Acme', kind: 'legalPerson', establishedIn: 'US' },
    });
    await tracker.post('/v1/models/aster/facts', [registered, { ...compute('5e23'), id: 'c' }]);
  });
  afterAll(() => tracker.stop());

  describe('what if', () => {
    const ask = (body: unknown, model = 'aster') => tracker.post(`/v1/models/${model}/what-if`, body);

    it('answers with the assessment before, after and the difference, and records nothing', async () => {
      const historyBefore = (await tracker.get('/v1/models/aster/history')).body;
      const answer = await ask({ facts: [{ ...compute('2e25', '2026-07-01T09:00:00Z'), id: 'planned run' }] });
      expect(answer.status).toBe(200);
      const { at, facts, before, after, difference } = whatIfOf(answer);
      expect(at).toBe('2026-07-01T09:00:00Z');
      const assessment = (await tracker.get(`/v1/models/aster/assessment?at=${at}`)).body;
      expect({ ...before, metadata: (answer.body as { metadata: unknown }).metadata }).toEqual(assessment);
      expect(after).toMatchObject({ position: before?.position, classification: { systemicRisk: true } });
      expect(difference.classification).toContainEqual({ field: 'systemicRisk', before: false, after: true });
      const notification = difference.obligations.appeared.find(({ id }) => id === 'art-52-1-notify-commission');
      expect(notification?.because.flatMap(({ events }) => events)).toContain(facts[0]?.id);
      expect((await tracker.get('/v1/models/aster/history')).body).toEqual(historyBefore);
    });

    it('takes facts about providers, also about one that nobody has registered', async () => {
      const placed = {
        type: 'ModelPlacedOnMarket',
        occurredAt: '2026-06-01T00:00:00Z',
        data: { placedBy: 'globex', channel: 'api' },
      };
      const globex = {
        about: { provider: 'globex' },
        type: 'ProviderRegistered',
        occurredAt: '2026-01-01T00:00:00Z',
        data: { name: 'Globex', kind: 'legalPerson', establishedIn: 'FR' },
      };
      const { after, facts } = whatIfOf(await ask({ facts: [placed, globex] }));
      expect(after.classification['providerOfRecord']).toBe('globex');
      expect(after.obligations.find(({ id }) => id === 'art-54-1-appoint-authorised-representative')).toMatchObject({
        status: 'notApplicable',
      });
      expect(facts.map(({ about }) => about)).toEqual([
        { kind: 'model', id: 'aster' },
        { kind: 'provider', id: 'globex' },
      ]);
      expect((await tracker.get('/v1/providers/globex/history')).status).toBe(404);
    });

    it('takes in what is recorded about those whom only the supposed facts name', async () => {
      const facts = [
        registered,
        compute('5e23'),
        { type: 'PlacementPlanned', occurredAt: '2026-06-01T00:00:00Z', data: { plannedFor: '2026-09-01' } },
      ];
      const { before, after } = whatIfOf(await ask({ facts }, 'unheard-of'));
      expect(before).toBeNull();
      expect(after.obligations.find(({ id }) => id === 'art-54-1-appoint-authorised-representative')).toMatchObject({
        status: 'active',
      });
      expect((await tracker.get('/v1/models/unheard-of/history')).status).toBe(404);
    });

    it('of a model that nothing is said about is not found', async () => {
      const signed = {
        about: { provider: 'acme' },
        type: 'CodeOfPracticeSigned',
        occurredAt: '2026-06-01T00:00:00Z',
        data: { chapters: ['copyright'] },
      };
      expect(await ask({ facts: [signed] }, 'unheard-of')).toMatchObject({
        status: 404,
        body: { detail: expect.stringContaining('unheard-of') as unknown },
      });
    });

    it('refuses as recording does', async () => {
      const other = { ...registered, id: 'again', data: { ...registered.data, name: 'Other' } };
      const [asked, posted] = [
        await ask({ facts: [compute('1e24'), other] }),
        await tracker.post('/v1/models/aster/facts', [compute('1e24'), other]),
      ];
      expect(asked.status).toBe(409);
      expect({ ...(asked.body as object), correlationId: '' }).toEqual({
        ...(posted.body as object),
        correlationId: '',
      });
      expect(await ask({ facts: [{ ...compute('6e23'), id: 'c' }] })).toMatchObject({
        status: 409,
        body: { type: '/problems/id-reused' },
      });
    });

    it('refuses evidence for an obligation that there is not, as recording does', async () => {
      const evidence = {
        type: 'EvidenceRecorded',
        occurredAt: '2026-05-01T00:00:00Z',
        data: { obligationId: 'art-53-copyright-policy', title: 'Policy', uri: 'https://example.com/policy' },
      };
      for (const answer of [
        await ask({ facts: [evidence] }),
        await tracker.post('/v1/models/aster/facts', [evidence]),
      ]) {
        expect(answer).toMatchObject({
          status: 422,
          body: {
            type: '/problems/obligation-unknown',
            detail: expect.stringContaining('art-53-1-c-copyright-policy') as unknown,
          },
        });
        expect(fields(answer)).toEqual(['facts[0].data.obligationId']);
      }
      const onProvider = { ...evidence, about: { provider: 'acme' } };
      expect((await ask({ facts: [onProvider] })).status).toBe(422);
      expect((await tracker.post('/v1/providers/acme/facts', evidence)).status).toBe(422);
    });

    it('names each field that is wrong, with what was expected', async () => {
      const answer = await ask({
        at: '2026-07-01T00:00:00Z',
        facts: [
          compute('2e25', '2026-07-02T00:00:00Z'),
          { ...compute('2e25'), about: { provider: 'No One' } },
          { ...registered, about: { provider: 'acme' } },
          {
            type: 'ThresholdCrossed',
            occurredAt: '2026-07-01T00:00:00Z',
            data: { threshold: '1e25', flop: '2e25', becauseOf: 'x' },
          },
          7,
        ],
      });
      expect(answer.status).toBe(422);
      expect(fields(answer)).toEqual([
        'facts[0].occurredAt',
        'facts[1].about',
        'facts[2].type',
        'facts[3].type',
        'facts[4]',
      ]);
      expect(errorsOf(answer)[0]?.expected).toContain('2026-07-01T00:00:00Z');
    });

    it.each([
      ['nothing', {}, ['facts']],
      ['no facts', { facts: [] }, ['facts']],
      ['too many facts', { facts: Array.from({ length: 101 }, () => compute('1e22')) }, ['facts']],
      ['a list', [compute('1e22')], ['body']],
      ['wrong clocks', { facts: [compute('1e22')], at: 'soon', lawAsOf: 3, when: 'now' }, ['at', 'lawAsOf', 'when']],
      ['a day beyond all dates', { facts: [compute('1e22')], at: '9999-01-01T00:00:00Z' }, ['at']],
      ['an id twice', { facts: [registered, registered] }, ['facts[1].id']],
    ])('refuses %s', async (_, body, expected) => {
      const answer = await ask(body);
      expect(answer.status).toBe(422);
      expect(fields(answer).toSorted()).toEqual(expected);
    });
  });

  describe('the release gate', () => {
    const gateOf = async (query: string, model = 'aster') => tracker.get(`/v1/models/${model}/gate?${query}`);

    it('answers 200 with the verdict, the reasons and what is open', async () => {
      const answer = await gateOf('action=release&channel=download&on=2026-09-01');
      expect(answer).toMatchObject({
        status: 200,
        body: {
          model: 'aster',
          action: 'release',
          channel: 'download',
          on: '2026-09-01',
          at: '2026-09-01T21:59:59Z',
          verdict: 'fail',
          assumed: { type: 'ModelPlacedOnMarket', placedBy: 'acme', channel: 'download', at: '2026-09-01T21:59:59Z' },
          assessment: { position: expect.stringMatching(/^\d+$/) as unknown },
          metadata: { notLegalAdvice: expect.any(String) as unknown },
        },
      });
      const { reasons, open } = answer.body as { reasons: string[]; open: Record<string, unknown>[] };
      expect(reasons).toHaveLength(open.length);
      expect(open.find(({ id }) => id === 'art-53-1-c-copyright-policy')).toMatchObject({
        title: expect.any(String) as unknown,
        status: 'active',
        timeliness: 'overdue',
        due: { kind: 'atPlacing', at: '2026-09-01T21:59:59Z' },
        codeOfPractice: false,
        todo: expect.stringContaining('EvidenceRecorded') as unknown,
      });
      expect((await tracker.get('/v1/models/aster/history')).body).toMatchObject({ items: { length: 2 } });
    });

    it('passes once a write of the caller has completed what was open', async () => {
      const at = '2026-05-01T00:00:00Z';
      const { open } = (await gateOf('action=release')).body as { open: { id: string }[] };
      const evidence = open.map(({ id }) => ({
        type: 'EvidenceRecorded',
        occurredAt: at,
        data: { obligationId: id, title: id, uri: `https://example.com/${id}` },
      }));
      const written = await tracker.post('/v1/models/oak/facts', [registered, compute('5e23'), ...evidence]);
      const { position } = written.body as { position: string };
      expect(await gateOf(`action=release&minPosition=${position}`, 'oak')).toMatchObject({
        body: { verdict: 'pass', on: '2026-06-01T12:00:00Z', channel: 'unspecified', open: [] },
      });
    });

    it.each([
      ['action=sell', ['action'], 'release'],
      ['channel=api', ['action'], 'release'],
      ['action=release&on=tomorrow', ['on'], 'a calendar day such as 2026-10-19, or a moment with its offset'],
      ['action=release&on=2026-02-30', ['on'], 'a calendar day'],
      ['action=release&on=9999-12-31', ['on'], 'a calendar day'],
      ['action=release&when=now', ['when'], 'no field of this name'],
    ])('refuses %s and says what is expected', async (query, expected, words) => {
      const answer = await gateOf(query);
      expect(answer.status).toBe(422);
      expect(fields(answer)).toEqual(expected);
      expect(errorsOf(answer)[0]?.expected).toContain(words);
    });

    it('of an unknown model is not found', async () => {
      expect((await gateOf('action=release', 'nobody')).status).toBe(404);
    });
  });
});
