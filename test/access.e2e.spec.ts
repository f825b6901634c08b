import { createHash } from 'node:crypto';
import { Client } from 'pg';
import { startTestTracker, type TestTracker } from './support/tracker.js';

const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest();

const fact = { type: 'ModelWithdrawn', occurredAt: '2026-01-01T00:00:00Z', data: {} };

describe('access by bearer token', () => {
  let tracker: TestTracker;
  let database: Client;

  beforeAll(async () => {
    tracker = await startTestTracker({ environment: { TRACKER_ROLES: 'api' } });
    database = new Client({ connectionString: tracker.databaseUrl });
    await database.connect();
  });
  afterAll(async () => {
    await database.end();
    await tracker.stop();
  });

  const addToken = (token: string, scopes: string[]) =>
    database.query('insert into settings.access_token (id, scopes, sha256) values ($1, $2, $3)', [
      `of ${token}`,
      scopes,
      digestOf(token),
    ]);
  const as = (token: string) => ({ authorization: `Bearer ${token}` });
  const statusOf = async (token: string, method: string, path: string, body?: unknown): Promise<number> =>
    (await tracker.request(method, path, body, as(token))).status;

  it('lets a token do what its scopes say, and names the scope that is missing', async () => {
    await addToken('reader', ['read']);
    await addToken('writer', ['facts:write']);
    expect(await statusOf('reader', 'GET', '/v1/obligations')).toBe(200);
    expect(await statusOf('writer', 'POST', '/v1/models/m1/facts', fact)).toBe(201);
    expect(await statusOf('writer', 'GET', '/v1/obligations')).toBe(403);
    const refused = await tracker.post('/v1/models/m2/facts', fact, as('reader'));
    expect(refused).toMatchObject({ status: 403, body: { type: '/problems/forbidden' } });
    expect(refused.headers.get('www-authenticate')).toContain('error="insufficient_scope", scope="facts:write"');
    expect(await statusOf(tracker.token, 'GET', '/v1/models/m2/history')).toBe(404);
    expect(await statusOf('writer', 'POST', '/v1/regulation/facts', fact)).toBe(403);
    expect(await statusOf(tracker.token, 'POST', '/v1/regulation/facts', fact)).toBe(422);
  });

  it('writes down who recorded a fact, and never the token', async () => {
    await addToken('pipeline', ['facts:write']);
    await tracker.post('/v1/models/m3/facts', fact, as('pipeline'));
    const { body } = await tracker.get('/v1/models/m3/history');
    expect(body).toMatchObject({ items: [{ actor: 'token:of pipeline' }] });
    const { rows } = await database.query<{ row: string }>(
      'select access_token::text as row from settings.access_token',
    );
    expect(rows.length).toBeGreaterThan(1);
    expect(rows.some(({ row }) => row.includes(tracker.token))).toBe(false);
  });

  it('lets in all requests that come at once right after a start', async () => {
    await tracker.restart();
    const statuses = await Promise.all(
      Array.from({ length: 20 }, () => statusOf(tracker.token, 'GET', '/v1/obligations')),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
  });
});
