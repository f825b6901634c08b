import { eventStoreContract } from '../../testing/event-store-contract.js';
import { StoreUnavailable } from '../event-store.js';
import { createMemoryEventStore } from './memory-event-store.js';

eventStoreContract('memory', async () => ({ store: createMemoryEventStore(), close: async () => undefined }));

describe('memory event store', () => {
  it('takes the time from the clock that it is given', async () => {
    const store = createMemoryEventStore({ now: () => 1_760_000_000_000 });
    const id = '018f4d3e-0000-7000-8000-000000000001';
    await store.append('model-m1', [{ id, type: 'Tested.v1', data: {}, metadata: {} }], 'noStream');
    for await (const event of store.readAll()) expect(event.created).toBe(1_760_000_000_000);
  });

  it('has no head as long as it is empty', async () => {
    expect(await createMemoryEventStore().head()).toBeUndefined();
  });

  it('ends its subscriptions and answers nobody once it is closed', async () => {
    const store = createMemoryEventStore();
    for await (const item of store.subscribeToAll({ signal: new AbortController().signal })) {
      expect(item.kind).toBe('caughtUp');
      setImmediate(() => void store.close());
    }
    await expect(store.head()).rejects.toBeInstanceOf(StoreUnavailable);
  });
});
