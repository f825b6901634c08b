import { startEmbeddedEventStore } from '#libs/embedded-store';
import { createTestDatabase } from '../../../test/support/database.js';
import { connectEventStore } from '../src/eventstoredb/eventstoredb-event-store.js';
import { eventStoreContract } from '../testing/event-store-contract.js';

eventStoreContract('the official client on the embedded event store', async () => {
  const database = await createTestDatabase();
  const server = await startEmbeddedEventStore({ databaseUrl: database.url });
  return {
    store: connectEventStore({ connectionString: server.connectionString }),
    close: async () => {
      await server.stop();
      await database.drop();
    },
  };
});

const eventStoreUrl = process.env['EVENTSTORE_URL'];
if (eventStoreUrl === undefined) {
  describe('event store contract: the official client on the event store at EVENTSTORE_URL', () => {
    it.skip('runs when EVENTSTORE_URL names a server', () => undefined);
  });
} else {
  eventStoreContract('the official client on the event store at EVENTSTORE_URL', async () => ({
    store: connectEventStore({ connectionString: eventStoreUrl }),
    close: async () => undefined,
  }));
}
