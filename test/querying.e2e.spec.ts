import { startTestTracker, testClock, type Answer, type TestTracker } from './support/tracker.js';

type Page = { items: Record<string, unknown>[]; next: string | null };
type AssessmentJson = {
  position: string;
  classification: Record<string, unknown>;
  obligations: { id: string; status: string; because: { events: string[] }[] }[];
};

const page = ({ body }: Answer): Page => body as Page;
const assessment = ({ body }: Answer): AssessmentJson => body as AssessmentJson;
const positionOf = ({ body }: Answer): string => (body as { position: string }).position;
const fields = ({ body }: Answer): string[] =>
  (body as { errors: { field: string }[] }).errors.map(({ field }) => field);

const provider = {
  id: 'p',
  type: 'ProviderRegistered',
  occurredAt: '2026-01-01T00:00:00Z',
  data: { name: 'Acme', kind: 'legalPerson', establishedIn: 'FR' },
};
const registered = (name: string) => ({
  id: 'r',
  type: 'ModelRegistered',
  occurredAt: '2026-02-01T00:00:00Z',
  data: { name, providerId: 'acme', outputModalities: ['text'], displaysSignificantGenerality: true },
});
const compute = (flop: string) => ({
  id: 'c',
  type: 'ComputeReported',
  occurredAt: '2026-02-02T00:00:00Z',
  data: { cumulativeTrainingFlop: flop },
});
const placed = {
  id: 'm',
  type: 'ModelPlacedOnMarket',
  occurredAt: '2026-03-01T00:00:00Z',
  data: { placedBy: 'acme', channel: 'api' },
};

describe('reading over HTTP', () => {
  const clock = testClock('2026-06-01T12:00:00Z');
  let tracker: TestTracker;
  let lastPosition: string;

  beforeAll(async () => {
    tracker = await startTestTracker({ clock, environment: { TRACKER_ROLES: 'api,projector' } });
    await tracker.post('/v1/providers/acme/facts', provider);
    await tracker.post('/v1/models/aster/facts', [registered('Aster'), compute('5e23'), placed]);
    await tracker.post('/v1/models/birch/facts', [registered('Birch'), compute('3e25'), placed]);
    lastPosition = positionOf(await tracker.post('/v1/models/cedar/facts', [registered('Cedar'), compute('1e20')]));
  });
  afterAll(() => tracker.stop());

  describe('the assessment', () => {
    it('shows what was just recorded, with the events that each obligation rests on', async () => {
      const { items } = page(await tracker.get('/v1/models/aster/history'));
      const answer = await tracker.get('/v1/models/aster/assessment');
      expect(answer.status).toBe(200);
      expect(assessment(answer).classification).toMatchObject({
        gpai: true,
        systemicRisk: false,
        providerOfRecord: 'acme',
        placedOnMarketAt: '2026-03-01T00:00:00Z',
        cumulativeTrainingFlop: '5e23',
      });
      const documentation = assessment(answer).obligations.find(
        ({ id }) => id === 'art-53-1-a-technical-documentation',
      );
      expect(documentation?.status).toBe('active');
      const events = documentation?.because.flatMap((reason) => reason.events) ?? [];
      expect(items.map(({ id }) => id)).toEqual(expect.arrayContaining([...new Set(events)]));
      expect(events.length).toBeGreaterThan(0);
      expect(answer.body).toMatchObject({
        metadata: { notLegalAdvice: expect.stringContaining('legal advice') as unknown },
      });
    });

    it('follows the next fact at once', async () => {
      await tracker.post('/v1/models/dill/facts', [registered('Dill'), compute('5e23'), placed]);
      expect(assessment(await tracker.get('/v1/models/dill/assessment')).classification['withdrawnAt']).toBeNull();
      const answer = await tracker.post('/v1/models/dill/facts', {
        type: 'ModelWithdrawn',
        occurredAt: '2026-05-01T00:00:00Z',
        data: {},
      });
      const after = assessment(await tracker.get(`/v1/models/dill/assessment?minPosition=${positionOf(answer)}`));
      expect(after.classification['withdrawnAt']).toBe('2026-05-01T00:00:00Z');
      expect(after.position).toBe(positionOf(answer));
    });

    it('takes in what is known of the provider', async () => {
      const facts = [registered('Elm'), compute('5e23'), placed].map((fact) => ({
        ...fact,
        data: {
          ...fact.data,
          ...('providerId' in fact.data ? { providerId: 'globex' } : {}),
          ...('placedBy' in fact.data ? { placedBy: 'globex' } : {}),
        },
      }));
      await tracker.post('/v1/models/elm/facts', facts);
      const statusOf = async () =>
        assessment(await tracker.get('/v1/models/elm/assessment')).obligations.find(
          ({ id }) => id === 'art-54-1-appoint-authorised-representative',
        )?.status;
      const unknown = await statusOf();
      await tracker.post('/v1/providers/globex/facts', {
        ...provider,
        data: { ...provider.data, establishedIn: 'US' },
      });
      const outside = await statusOf();
      expect(unknown).not.toBe(outside);
      expect(outside).toBe('active');
    });

    it('answers as of another time, knowledge and law', async () => {
      const before = await tracker.get('/v1/models/aster/assessment?at=2026-02-15T00:00:00Z');
      expect(before.body).toMatchObject({ at: '2026-02-15T00:00:00Z', classification: { placedOnMarketAt: null } });
      clock.set('2026-07-01T12:00:00Z');
      await tracker.post('/v1/models/fern/facts', [registered('Fern'), compute('5e23'), placed]);
      clock.set('2026-07-03T12:00:00Z');
      await tracker.post('/v1/models/fern/facts', {
        ...compute('2e25'),
        id: 'late',
        occurredAt: '2026-07-01T00:00:00Z',
      });
      const known = await tracker.get('/v1/models/fern/assessment?knownAt=2026-07-02T00:00:00Z');
      expect(assessment(known).classification['cumulativeTrainingFlop']).toBe('5e23');
      const now = await tracker.get('/v1/models/fern/assessment');
      expect(assessment(now).classification['cumulativeTrainingFlop']).toBe('2e25');
    });

    it('names the parameters that are wrong', async () => {
      const answer = await tracker.get(
        '/v1/models/aster/assessment?at=yesterday&knownAt=2026-01-01&minPosition=-1&when=now',
      );
      expect(answer.status).toBe(422);
      expect(fields(answer).toSorted()).toEqual(['at', 'knownAt', 'minPosition', 'when']);
    });

    it.each(['assessment', 'history'])('of an unknown model has no %s', async (part) => {
      expect(await tracker.get(`/v1/models/nobody/${part}`)).toMatchObject({
        status: 404,
        body: { type: '/problems/not-found', detail: expect.stringContaining('nobody') as unknown },
      });
    });
  });

  describe('the history', () => {
    it('comes in pages, in the order in which it was recorded', async () => {
      const all = page(await tracker.get('/v1/models/birch/history')).items;
      const collected: unknown[] = [];
      let cursor = '';
      for (let pages = 0; pages <= all.length; pages += 1) {
        const { items, next } = page(await tracker.get(`/v1/models/birch/history?limit=2${cursor}`));
        expect(items.length).toBeLessThanOrEqual(2);
        collected.push(...items);
        if (next === null) break;
        cursor = `&cursor=${next}`;
      }
      expect(collected).toEqual(all);
      expect(all.map(({ revision }) => revision)).toEqual(all.map((_, index) => String(index)));
    });

    it('gives each fact as it was stated, and a derived one with its cause', async () => {
      const { items } = page(await tracker.get('/v1/models/birch/history'));
      const stated = items.find(({ type }) => type === 'ComputeReported');
      expect(stated).toMatchObject({
        occurredAt: '2026-02-02T00:00:00Z',
        recordedAt: '2026-06-01T12:00:00Z',
        data: { cumulativeTrainingFlop: '3e25' },
      });
      expect(items.find(({ type }) => type === 'ThresholdCrossed')).toMatchObject({
        source: 'system',
        causationId: stated?.['id'],
      });
    });

    it.each([
      ['limit=0', 'limit'],
      ['limit=201', 'limit'],
      ['limit=ten', 'limit'],
      ['cursor=abc', 'cursor'],
    ])('refuses %s', async (query, field) => {
      const answer = await tracker.get(`/v1/models/birch/history?${query}`);
      expect(answer.status).toBe(422);
      expect(fields(answer)).toEqual([field]);
    });
  });

  describe('the list of models', () => {
    it('shows each model with what it is and its next deadline, as far as the caller has written', async () => {
      const { items } = page(await tracker.get(`/v1/models?minPosition=${lastPosition}`));
      expect(items.map(({ id }) => id)).toEqual(expect.arrayContaining(['aster', 'birch', 'cedar']));
      expect(items.find(({ id }) => id === 'birch')).toMatchObject({
        name: 'Birch',
        provider: 'acme',
        country: 'FR',
        gpai: true,
        systemicRisk: true,
        cumulativeTrainingFlop: '3e25',
      });
      expect(await tracker.get(`/v1/models/birch?minPosition=${lastPosition}`)).toMatchObject({
        status: 200,
        body: { id: 'birch' },
      });
    });

    it('is filtered, sorted and paged', async () => {
      const get = async (query: string) => page(await tracker.get(`/v1/models?minPosition=${lastPosition}&${query}`));
      expect((await get('systemicRisk=true&q=bir')).items.map(({ id }) => id)).toEqual(['birch']);
      const first = await get('provider=acme&sort=cumulativeTrainingFlop&limit=1');
      expect(first.items.map(({ id }) => id)).toEqual(['birch']);
      const second = await get(`provider=acme&sort=cumulativeTrainingFlop&limit=1&cursor=${first.next}`);
      expect(second.items[0]?.['id']).not.toBe('birch');
    });

    it('refuses a cursor of another list, and filters that there are not', async () => {
      expect(fields(await tracker.get('/v1/models?cursor=abc'))).toEqual(['cursor']);
      expect(fields(await tracker.get('/v1/models?gpai=maybe&sort=colour&size=3')).toSorted()).toEqual([
        'gpai',
        'size',
        'sort',
      ]);
    });

    it('says what to do when it has not come as far as the caller wants', async () => {
      const answer = await tracker.get(`/v1/models?minPosition=${BigInt(lastPosition) + 1_000_000n}`);
      expect(answer).toMatchObject({ status: 503, body: { type: '/problems/unavailable' } });
      expect(answer.headers.get('retry-after')).toBe('1');
    });
  });

  describe('the obligations across models', () => {
    it('are those of the assessment, due first first', async () => {
      const { items } = page(await tracker.get(`/v1/obligations?model=birch&limit=200&minPosition=${lastPosition}`));
      const { obligations } = assessment(await tracker.get('/v1/models/birch/assessment'));
      expect(new Set(items.map(({ id }) => id))).toEqual(new Set(obligations.map(({ id }) => id)));
      const dues = items.map(({ dueAt }) => dueAt).filter((due) => due !== null) as string[];
      expect(dues).toEqual(dues.toSorted());
    });

    it('are filtered by status, timeliness, date and who owes them', async () => {
      const get = async (query: string) =>
        page(await tracker.get(`/v1/obligations?minPosition=${lastPosition}&limit=200&${query}`)).items;
      expect(new Set((await get('status=active,upcoming')).map(({ status }) => status))).not.toContain('notApplicable');
      for (const { timeliness } of await get('timeliness=overdue')) expect(timeliness).toBe('overdue');
      for (const { dueAt } of await get('dueBefore=2026-06-01T00:00:00Z'))
        expect(String(dueAt) < '2026-06-01').toBe(true);
      expect(await get('provider=nobody')).toEqual([]);
    });

    it('name the filters that are wrong', async () => {
      const answer = await tracker.get('/v1/obligations?status=active,lost&timeliness=late&dueBefore=soon&limit=1000');
      expect(answer.status).toBe(422);
      expect(fields(answer).toSorted()).toEqual(['dueBefore', 'limit', 'status', 'timeliness']);
    });
  });

  it('lets nobody read without a token', async () => {
    for (const path of [
      '/v1/models',
      '/v1/models/aster',
      '/v1/models/aster/assessment',
      '/v1/models/aster/history',
      '/v1/obligations',
    ])
      expect((await fetch(tracker.url + path)).status).toBe(401);
  });

  it('tells without a token whether it lives and is ready', async () => {
    const answer = await tracker.get('/health/ready', { authorization: '' });
    expect(answer).toMatchObject({ status: 200, body: { ready: true, checks: { database: 'ok', eventStore: 'ok' } } });
    expect(await tracker.get('/health/live', { authorization: '' })).toMatchObject({ status: 200 });
  });
});
