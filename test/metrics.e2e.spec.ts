import { eventually } from './support/eventually.js';
import { startTestTracker, type TestTracker } from './support/tracker.js';

describe('GET /metrics', () => {
  let tracker: TestTracker;
  beforeAll(async () => {
    tracker = await startTestTracker();
  });
  afterAll(() => tracker.stop());

  const report = async (): Promise<string> => {
    const answer = await tracker.get('/metrics', { authorization: '' });
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    return answer.body as string;
  };
  const valueOf = (text: string, sample: string): number | undefined => {
    const line = text.split('\n').find((one) => one.startsWith(`${sample} `));
    return line === undefined ? undefined : Number(line.slice(sample.length + 1));
  };

  it('tells without a token how far the projections have come, and that they are level with the log', async () => {
    const recorded = await tracker.post('/v1/providers/acme/facts', {
      type: 'ProviderRegistered',
      occurredAt: '2026-01-10T09:00:00Z',
      data: { name: 'Acme AI', kind: 'legalPerson', establishedIn: 'US' },
    });
    const { position } = recorded.body as { position: string };
    const text = await eventually('projections that are level with the log', async () => {
      const found = await report();
      const isThere = valueOf(found, 'tracker_subscription_position{subscription="projections"}') === Number(position);
      const isLevel = valueOf(found, 'tracker_subscription_lag_seconds{subscription="projections"}') === 0;
      return isThere && isLevel ? found : undefined;
    });
    expect(valueOf(text, 'tracker_event_log_position')).toBe(Number(position));
    expect(valueOf(text, 'tracker_subscription_truncations_total{subscription="projections"}')).toBe(0);
    expect(valueOf(text, 'tracker_subscription_lag_seconds{subscription="translator"}')).toBe(0);
  });
});
