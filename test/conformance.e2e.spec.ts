import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestTracker, testClock, type TestTracker } from './support/tracker.js';

type Ended = { readonly code: number | null; readonly lines: readonly string[]; readonly error: string };

/** The built command as a person calls it. */
async function conformance(...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, ['dist/apps/conformance/src/main.js', ...args]);
  let output = '';
  let error = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (error += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, lines: output.trimEnd().split('\n'), error };
}

/** Ids by outcome, sorted, since what amends the law is run last. */
function casesOf({ lines }: Ended) {
  const ids = (verdict: string) =>
    lines.flatMap((line) => new RegExp(`^(?:${verdict}) ([A-Z]\\d+) `).exec(line)?.[1] ?? []).sort();
  return { all: ids('ok|not ok|not run'), passed: ids('ok'), failed: ids('not ok'), notRun: ids('not run') };
}

const published = (name: string): string => `docs/conformance/${name}.json`;

const vector = {
  id: 'X1',
  title: 'two weeks',
  input: {
    kind: 'forward_period',
    eventUtc: '2026-10-05T09:12:00Z',
    period: { n: 2, unit: 'weeks' },
    regime: 'REG_1182_71',
  },
  expected: { deadlineLocalDate: '2026-10-19' },
};
const vectors = (...each: object[]) => ({ schema: 'deadline-vectors/1', vectors: each });
const scenario = {
  id: 'X2',
  title: 'a registered model',
  asOf: '2026-11-01T00:00:00Z',
  events: [
    {
      at: '2026-10-01T00:00:00Z',
      stream: 'model/m1',
      type: 'ModelRegistered',
      data: { name: 'm1', providerId: 'p1' },
    },
  ],
  expected: { classification: { model: 'm1', legacy: false } },
};
const scenarios = (...each: object[]) => ({ schema: 'gpai-scenarios/2', scenarios: each });

let folder: string;

const file = (content: unknown): string => {
  const path = join(folder, `${Math.random().toString(36).slice(2)}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};
const overHttp = (...args: string[]) => conformance('--url', tracker.url, '--token', tracker.token, ...args);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'conformance-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let tracker: TestTracker;
beforeAll(async () => {
  tracker = await startTestTracker({
    clock: testClock('2026-12-01T12:00:00Z'),
    environment: { TRACKER_ROLES: 'api' },
  });
});
afterAll(() => tracker.stop());

describe('npm run conformance', () => {
  it('passes the given cases over the pure functions, a line a case', async () => {
    const { code, lines, error } = await conformance(published('scenarios'), published('deadline-vectors'));
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(lines).toHaveLength(59);
    expect(lines[0]).toBe('ok S01 EU provider, model placed ON 2 August 2025');
    expect(lines.at(-1)).toBe('58 passed, 0 failed');
  });

  it('runs the published suite over HTTP with the same result', async () => {
    const [pure, http] = await Promise.all([conformance(), overHttp()]);
    const expected = casesOf(pure);
    const found = casesOf(http);
    expect(expected.all.length).toBeGreaterThan(150);
    expect(found.notRun.length).toBeLessThan(10);
    const asked = (ids: readonly string[]) => ids.filter((id) => !found.notRun.includes(id));
    expect({ passed: found.passed, failed: found.failed }).toEqual({
      passed: asked(expected.passed),
      failed: asked(expected.failed),
    });
  });

  it('shows the same differences both ways, goes on after a case that cannot be read, and ends with 1', async () => {
    const wrong = { ...scenario, id: 'X3', expected: { classification: { model: 'm1', legacy: true, gpia: null } } };
    const unreadable = { ...scenario, id: 'X4', events: [{ ...scenario.events[0], type: 'ModelPraised' }] };
    const files = [file(scenarios(wrong, unreadable, scenario)), file(vectors(vector))];
    const pure = await conformance(...files);
    expect(pure.code).toBe(1);
    expect(pure.lines).toEqual([
      'not ok X3 a registered model',
      '    m1 classification.legacy: expected true; found false',
      '    m1 classification.gpia: expected null; found nothing',
      'not ok X4 a registered model',
      expect.stringMatching(/^ {4}events\[0\] \(ModelPraised\): type: expected a kind of fact about a model/),
      'ok X2 a registered model',
      'ok X1 two weeks',
      '2 passed, 2 failed',
    ]);
    const http = await overHttp(...files);
    expect(http.code).toBe(1);
    expect(http.lines.map((line, index) => (index === 4 ? '' : line))).toEqual(
      pure.lines.map((line, index) => (index === 4 ? '' : line)),
    );
    expect(http.lines[4]).toMatch(/^ {4}answered 422: Some fields are wrong\. facts\[0\]\.type/);
  });

  it('does not amend the law of a tracker that others use, and cannot choose when a fact is recorded', async () => {
    const data = { parameter: 'systemicRiskThresholdFlop', value: '1e26', effectiveFrom: '2026-10-01', source: 'test' };
    const amendment = { at: '2026-09-01T00:00:00Z', stream: 'regulation', type: 'ParameterAmended', data };
    const late = { ...scenario.events[0], recordedAt: '2026-11-20T00:00:00Z' };
    const suite = file(
      scenarios({ ...scenario, events: [amendment, ...scenario.events] }, { ...scenario, id: 'X5', events: [late] }),
    );
    const { code, lines } = await overHttp(suite);
    expect(code).toBe(1);
    expect(lines).toEqual([
      'not run X5 a registered model',
      '    it turns on when a fact was recorded, and a tracker records facts when they arrive',
      'not run X2 a registered model',
      expect.stringContaining('--exclusive') as unknown,
      '2 not run',
      '0 passed, 0 failed',
    ]);
  });

  it('maps references to events, so that a retraction finds its event', async () => {
    const withdrawn = { at: '2026-10-02T00:00:00Z', stream: 'model/m1', type: 'ModelWithdrawn', data: {}, id: 'w' };
    const retraction = {
      at: '2026-10-03T00:00:00Z',
      stream: 'model/m1',
      type: 'FactRetracted',
      data: { eventId: 'w', reason: 'wrong model' },
    };
    const expecting = (withdrawnAt: string | null) => ({ classification: { model: 'm1', withdrawnAt } });
    const suite = file(
      scenarios(
        { ...scenario, events: [...scenario.events, withdrawn], expected: expecting('2026-10-02T00:00:00Z') },
        { ...scenario, events: [...scenario.events, withdrawn, retraction], expected: expecting(null) },
      ),
    );
    expect((await conformance(suite)).lines.at(-1)).toBe('2 passed, 0 failed');
    expect((await overHttp(suite)).lines.at(-1)).toBe('2 passed, 0 failed');
  });

  it('reports for programs as one JSON document', async () => {
    const suite = file(vectors(vector, { ...vector, id: 'X9', expected: { deadlineLocalDate: '2026-10-20' } }));
    const { code, lines } = await conformance('--json', suite);
    expect(code).toBe(1);
    expect(JSON.parse(lines.join('\n'))).toEqual({
      passed: 1,
      failed: 1,
      notRun: 0,
      cases: [
        { file: suite, id: 'X1', title: 'two weeks', outcome: 'passed', differences: [] },
        {
          file: suite,
          id: 'X9',
          title: 'two weeks',
          outcome: 'failed',
          differences: [{ field: 'deadlineLocalDate', expected: '2026-10-20', found: '2026-10-19' }],
        },
      ],
    });
  });

  it('explains itself', async () => {
    const { code, lines } = await conformance('--help');
    expect(code).toBe(0);
    expect(lines.join('\n')).toMatch(/--url URL[\s\S]*Exit code 0/);
  });

  it('has not succeeded when there was nothing to run', async () => {
    expect(await conformance(file(vectors()))).toEqual({ code: 1, lines: ['0 passed, 0 failed'], error: '' });
  });

  it.each<[string, () => string[], RegExp]>([
    ['a file that is missing', () => ['no-such-file.json'], /^no-such-file\.json: there is no such file/],
    ['a file that is not JSON', () => [file('{')], /it is not JSON/],
    [
      'a file of neither format',
      () => [file({ schema: 'x/1' })],
      /"gpai-scenarios\/2" or "deadline-vectors\/1"; found "x\/1"/,
    ],
    ['a file with a case without id', () => [file(vectors({}))], /expected vectors\[0\]\.id as text/],
    ['an unknown option', () => ['--fast'], /--fast[\s\S]*See --help/],
    ['an address without a token', () => ['--url', 'http://localhost:1'], /--url needs --token/],
    ['a token without an address', () => ['--token', 'x'], /--token needs --url/],
    ['an address that is none', () => ['--url', 'localhost', '--token', 'x'], /--url expects an address/],
    ['a tracker that is not there', () => ['--url', 'http://127.0.0.1:9', '--token', 'x'], /cannot be reached/],
    ['a token that is not known', () => ['--url', tracker.url, '--token', 'x'], /The token is not known here/],
  ])('ends with 2 and says why for %s', async (_, args, message) => {
    const { code, lines, error } = await conformance(...args());
    expect(error).toMatch(message);
    expect({ code, lines }).toEqual({ code: 2, lines: [''] });
  });
});

describe('the calculators over HTTP', () => {
  it('counts a deadline and shows how', async () => {
    const { status, body } = await tracker.post('/v1/deadlines', vector.input);
    expect(status).toBe(200);
    expect(body).toEqual({
      deadlineLocalDate: '2026-10-19',
      lastMomentBrussels: '2026-10-19T23:59:59+02:00',
      lastMomentUtc: '2026-10-19T21:59:59Z',
      expiredFromUtc: '2026-10-19T22:00:00Z',
      rule: '2 weeks, Reg. 1182/71',
      plainDate: '2026-10-19',
      derivation: [
        'The event happened on Monday 2026-10-05 in Brussels; that day is not counted.',
        '2 weeks after it end with Monday 2026-10-19.',
      ],
      metadata: { notLegalAdvice: expect.any(String) as unknown },
    });
  });

  it.each([
    ['period.n', { ...vector.input, period: { n: 9999, unit: 'weeks' } }],
    ['regime', { ...vector.input, regime: 'ROMAN_LAW' }],
    ['timezone', { ...vector.input, timezone: 'UTC' }],
    ['body', []],
  ])('names %s when that is impossible', async (field, input) => {
    const { status, body } = await tracker.post('/v1/deadlines', input);
    expect({ status, body }).toMatchObject({ status: 422, body: { errors: [{ field }] } });
  });

  it('tells the ceiling of a fine, now and at a moment', async () => {
    const ceiling = (query: string) => tracker.get(`/v1/regulation/fine-ceiling?${query}`);
    expect((await ceiling('turnoverEur=2000000000')).body).toEqual({
      turnoverEur: 2e9,
      at: '2026-12-01T12:00:00Z',
      ceilingEur: 6e7,
      provision: 'Art. 101(1)',
      metadata: { notLegalAdvice: expect.any(String) as unknown },
    });
    expect((await ceiling('turnoverEur=1&at=2026-11-23T12:00:00Z')).body).toMatchObject({ ceilingEur: 15e6 });
    for (const [query, field] of [
      ['turnoverEur=-1', 'turnoverEur'],
      ['', 'turnoverEur'],
      ['turnoverEur=1&at=today', 'at'],
      ['turnoverEur=1&at=2020-01-01T00:00:00Z', 'at'],
    ] as const) {
      expect(await ceiling(query)).toMatchObject({ status: 422, body: { errors: [{ field }] } });
    }
  });

  it('asks for a token with the scope read', async () => {
    expect((await tracker.post('/v1/deadlines', vector.input, { authorization: '' })).status).toBe(401);
    expect((await tracker.get('/v1/regulation/fine-ceiling?turnoverEur=1', { authorization: '' })).status).toBe(401);
  });
});

// Last, since the amendments stay: from here on the tracker answers by another law.
describe('npm run conformance -- --exclusive', () => {
  it('runs what amends the law, and after all else', async () => {
    const own = JSON.parse(readFileSync(published('own-scenarios'), 'utf8')) as {
      scenarios: { events: { stream: string }[] }[];
    };
    const amending = own.scenarios.filter(({ events }) => events.some(({ stream }) => stream === 'regulation'));
    expect(amending.length).toBeGreaterThan(1);
    const { code, lines } = await overHttp('--exclusive', file({ ...own, scenarios: [...amending, scenario] }));
    expect({ code, first: lines[0], last: lines.at(-1) }).toEqual({
      code: 0,
      first: 'ok X2 a registered model',
      last: `${amending.length + 1} passed, 0 failed`,
    });
  });
});
