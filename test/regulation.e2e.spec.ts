import { eventually } from './support/eventually.js';
import { startTestTracker, testClock, type Answer, type TestTracker } from './support/tracker.js';

type Receipt = { events: { id: string; type: string }[]; position: string };
type Description = {
  at: string;
  parameters: { name: string; values: object[] }[];
  holidays: { years: { year: number }[] };
  obligations: { id: string }[];
  metadata: { notLegalAdvice: string };
};
const receipt = ({ body }: Answer): Receipt => body as Receipt;
const errorsOf = ({ body }: Answer) =>
  (body as { errors: { field: string; expected: string; found: string }[] }).errors;

const amendment = {
  id: 'act-1',
  type: 'ParameterAmended',
  occurredAt: '2026-05-20T08:00:00Z',
  data: {
    parameter: 'systemicRiskThresholdFlop',
    value: '1e24',
    effectiveFrom: '2026-05-25',
    publishedOn: '2026-05-20',
    source: 'Delegated Regulation (EU) 2026/9999',
  },
};
const model = [
  {
    type: 'ModelRegistered',
    occurredAt: '2026-02-01T00:00:00Z',
    data: { name: 'Aster', providerId: 'acme', outputModalities: ['text'] },
  },
  { type: 'ComputeReported', occurredAt: '2026-02-02T00:00:00Z', data: { cumulativeTrainingFlop: '2e24' } },
];

describe('the regulation over HTTP', () => {
  const clock = testClock('2026-06-01T12:00:00Z');
  let tracker: TestTracker;
  beforeAll(async () => {
    tracker = await startTestTracker({ clock, environment: { TRACKER_ROLES: 'api,projector' } });
  });
  afterAll(() => tracker.stop());

  describe('is shown', () => {
    it('with its parameters, holidays and obligations', async () => {
      const { status, body } = await tracker.get('/v1/regulation');
      expect(status).toBe(200);
      const shown = body as Description;
      expect(shown.at).toBe('2026-06-01T12:00:00Z');
      expect(shown.parameters.find(({ name }) => name === 'notificationPeriod')).toMatchObject({
        values: [{ value: '2 weeks', inForce: true, published: true, amendment: null, confirmed: true }],
      });
      expect(shown.holidays.years.map(({ year }) => year)).toEqual(expect.arrayContaining([2025, 2026, 2027]));
      expect(shown.obligations.map(({ id }) => id)).toContain('art-53-1-c-copyright-policy');
      expect(shown.metadata.notLegalAdvice).toContain('legal advice');
    });

    it('as of another day and another law', async () => {
      const { body } = await tracker.get('/v1/regulation?at=2025-01-01T00:00:00Z&lawAsOf=2025-01-01T00:00:00Z');
      const { obligations } = body as Description;
      expect(obligations.find(({ id }) => id === 'art-53-1-c-copyright-policy')).toMatchObject({
        published: true,
        inForce: false,
      });
      const wrong = await tracker.get('/v1/regulation?at=today&lawAsOf=2025-01-01&when=now');
      expect(wrong.status).toBe(422);
      expect(
        errorsOf(wrong)
          .map(({ field }) => field)
          .toSorted(),
      ).toEqual(['at', 'lawAsOf', 'when']);
    });

    it('one obligation in full', async () => {
      expect(await tracker.get('/v1/regulation/obligations/art-52-1-notify-commission')).toMatchObject({
        status: 200,
        body: {
          id: 'art-52-1-notify-commission',
          provision: expect.stringContaining('52(1)') as unknown,
          source: expect.stringContaining('2024/1689') as unknown,
          transition: expect.any(Boolean) as unknown,
          metadata: { notLegalAdvice: expect.any(String) as unknown },
        },
      });
    });

    it('and names the nearest obligations where there is none of an id', async () => {
      expect(await tracker.get('/v1/regulation/obligations/art-52-notify')).toMatchObject({
        status: 404,
        body: { type: '/problems/not-found', detail: expect.stringContaining('art-52-1-notify-commission') as unknown },
      });
    });
  });

  describe('is amended by facts', () => {
    it('that are refused whole when they cannot hold', async () => {
      const unknown = await tracker.post('/v1/regulation/facts', [
        amendment,
        { ...amendment, id: 'act-2', data: { ...amendment.data, parameter: 'systemicRiskTreshold' } },
      ]);
      expect(unknown).toMatchObject({
        status: 422,
        body: {
          type: '/problems/parameter-unknown',
          detail: expect.stringContaining('systemicRiskThresholdFlop') as unknown,
        },
      });
      expect(errorsOf(unknown)).toMatchObject([{ field: 'facts[1].data.parameter', found: '"systemicRiskTreshold"' }]);
      const unreadable = await tracker.post('/v1/regulation/facts', {
        ...amendment,
        data: { ...amendment.data, parameter: 'notificationPeriod', value: 'a fortnight' },
      });
      expect(unreadable).toMatchObject({ status: 422, body: { type: '/problems/parameter-value-unreadable' } });
      expect(errorsOf(unreadable)).toEqual([
        { field: 'data.value', expected: 'a length such as "2 weeks"', found: '"a fortnight"' },
      ]);
      const foreign = await tracker.post('/v1/regulation/facts', { ...amendment, type: 'ModelRegistered' });
      expect(errorsOf(foreign)).toMatchObject([
        { field: 'type', expected: expect.stringContaining('ParameterAmended') as unknown },
      ]);
      expect((await tracker.get('/v1/regulation/history')).body).toEqual({ items: [], next: null });
    });

    it('and then every model is assessed again, and thresholds are crossed by the amended value', async () => {
      const { position } = receipt(await tracker.post('/v1/models/aster/facts', model));
      const listed = async (minPosition: string) =>
        (await tracker.get(`/v1/models/aster?minPosition=${minPosition}`)).body as Record<string, unknown>;
      expect(await listed(position)).toMatchObject({ systemicRisk: false, position });

      const answer = await tracker.post('/v1/regulation/facts', amendment);
      expect(answer.status).toBe(201);
      expect(answer.headers.get('etag')).toBe('"0"');
      expect(await listed(receipt(answer).position)).toMatchObject({
        systemicRisk: true,
        position: receipt(answer).position,
      });
      const later = await tracker.post('/v1/models/birch/facts', model);
      expect(receipt(later).events.map(({ type }) => type)).toEqual(['ModelRegistered', 'ComputeReported']);
      const afterwards = await tracker.post('/v1/models/cedar/facts', [
        model[0],
        { ...model[1], occurredAt: '2026-05-26T00:00:00Z' },
      ]);
      expect(receipt(afterwards).events.map(({ type }) => type)).toContain('ThresholdCrossed');
    });

    it('once, whoever sends them again', async () => {
      expect((await tracker.post('/v1/regulation/facts', amendment)).status).toBe(200);
      expect((await tracker.post('/v1/regulation/facts', { ...amendment, id: 'act-9' })).status).toBe(200);
      const other = { ...amendment, data: { ...amendment.data, value: '2e24' } };
      expect(await tracker.post('/v1/regulation/facts', other)).toMatchObject({
        status: 409,
        body: { type: '/problems/id-reused' },
      });
      const stale = await tracker.post('/v1/regulation/facts', { ...other, id: 'act-3' }, { 'if-match': '"7"' });
      expect(stale).toMatchObject({ status: 412 });
      expect(await tracker.get('/v1/regulation/history')).toMatchObject({
        status: 200,
        body: { items: [{ type: 'ParameterAmended', actor: 'token:admin', data: amendment.data }], next: null },
      });
    });

    it('and are shown as amendments', async () => {
      const { body } = await tracker.get('/v1/regulation');
      const { items } = (await tracker.get('/v1/regulation/history')).body as { items: { id: string }[] };
      expect((body as Description).parameters.find(({ name }) => name === 'systemicRiskThresholdFlop')).toMatchObject({
        values: [
          { value: '1e25', inForce: false, amendment: null },
          { value: '1e24', inForce: true, amendment: items[0]?.id, source: amendment.data.source },
        ],
      });
    });

    it('by administrators only, and read by whoever may read', async () => {
      const headers = { authorization: '' };
      expect((await tracker.post('/v1/regulation/facts', amendment, headers)).status).toBe(401);
      expect((await tracker.get('/v1/regulation/history', headers)).status).toBe(401);
    });

    it('and a retraction takes them back', async () => {
      const [{ id: eventId } = { id: '' }] = receipt(await tracker.post('/v1/regulation/facts', amendment)).events;
      const retraction = {
        type: 'FactRetracted',
        occurredAt: '2026-05-30T00:00:00Z',
        data: { eventId, reason: 'annulled' },
      };
      expect((await tracker.post('/v1/regulation/facts', retraction)).status).toBe(201);
      await eventually('the model is assessed by the law as it was', async () => {
        const { body } = await tracker.get('/v1/models/aster');
        return (body as { systemicRisk: boolean }).systemicRisk ? undefined : true;
      });
    });
  });
});
