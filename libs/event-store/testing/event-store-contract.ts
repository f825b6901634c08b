import { appendContract } from './append-contract.js';
import type { Opened } from './given-store.js';
import { readContract } from './read-contract.js';
import { subscriptionContract } from './subscription-contract.js';

/**
 * What every adapter must do. A behaviour that we rely on is stated here, never in the specs of one adapter. The store
 * may hold other events already: every test writes to streams of its own.
 *
 * @param name says which adapter runs, on which server
 */
export function eventStoreContract(name: string, open: () => Promise<Opened>): void {
  describe(`event store contract: ${name}`, () => {
    let opened: Opened | undefined;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(async () => {
      await opened?.store.close();
      await opened?.close();
    });
    const store = (): Opened['store'] => {
      if (opened === undefined) throw new Error(`${name} did not open`);
      return opened.store;
    };
    appendContract(store);
    readContract(store);
    subscriptionContract(store);
  });
}
