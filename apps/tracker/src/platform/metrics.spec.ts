import { Metrics } from './metrics.js';

describe('the metrics of the process', () => {
  it('are told in the text format of Prometheus', async () => {
    const metrics = new Metrics();
    metrics.register(async () => [
      {
        name: 'tracker_things_total',
        help: 'Things so far.',
        type: 'counter',
        samples: [{ labels: { kind: 'a "quoted" \\ one\n' }, value: 3 }, { value: 2n ** 63n }],
      },
    ]);
    expect(await metrics.report()).toBe(
      '# HELP tracker_things_total Things so far.\n' +
        '# TYPE tracker_things_total counter\n' +
        'tracker_things_total{kind="a \\"quoted\\" \\\\ one\\n"} 3\n' +
        'tracker_things_total 9223372036854775808\n',
    );
  });

  it('leave out what has no samples and what cannot be learnt', async () => {
    const metrics = new Metrics();
    metrics.register(async () => [{ name: 'tracker_none', help: 'None.', type: 'gauge', samples: [] }]);
    metrics.register(async () => Promise.reject(new Error('the store is down')));
    expect(await metrics.report()).toBe('');
  });
});
