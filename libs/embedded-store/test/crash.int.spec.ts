import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { crash } from '../../../test/bench/store/crash.js';
import { startStore } from '../../../test/bench/store/store-process.js';
import { startEmbeddedEventStore } from '../src/index.js';

/** Faults 2 and 5 of a store: killed under load, and two on one log. `npm run eventstore:crash` is the long form. */
describe('the embedded event store, in a process of its own', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('keeps every append that it has acknowledged, once and without gap, when it is killed again and again', async () => {
    const report = await crash({
      databaseUrl: database.url,
      kills: 5,
      writers: 32,
      events: 30_000,
      appendsBetweenKills: 300,
    });
    expect(report.broken).toEqual([]);
    expect(report.acknowledged).toBeGreaterThanOrEqual(1_500);
    expect(report.restartsMs).toHaveLength(5);
  }, 60_000);

  it('is refused a log that another process serves', async () => {
    const other = await startStore(database.url);
    await expect(startEmbeddedEventStore({ databaseUrl: database.url })).rejects.toMatchObject({
      name: 'EventLogInUse',
    });
    await other.stop();
  });
});
