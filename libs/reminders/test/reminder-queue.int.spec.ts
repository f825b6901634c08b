import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { openBullMqReminderQueue } from '../src/index.js';
import { reminderQueueContract } from '../testing/reminder-queue-contract.js';

const log = { warn: () => undefined };
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

reminderQueueContract('BullMQ on PostgreSQL', () => openBullMqReminderQueue({ databaseUrl: database.url, log }));

const redisUrl = process.env['REDIS_URL'];
if (redisUrl === undefined) {
  it.skip('reminder queue contract: BullMQ on Redis, which needs REDIS_URL', () => undefined);
} else {
  reminderQueueContract('BullMQ on Redis', () =>
    openBullMqReminderQueue({ databaseUrl: database.url, redisUrl, queueName: `test-${process.pid}`, log }),
  );
}
