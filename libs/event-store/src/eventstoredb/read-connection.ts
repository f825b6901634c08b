import type { Client, OpenClient } from './client.js';
import { atMost, type Pacing } from './pacing.js';

/** How long a client may take to let go of its calls. */
const closeTimeoutMs = 1_000;

/**
 * The client that reads and subscriptions share. One that did not answer a call is given up, since the node behind it
 * may be gone without a trace: calls to come use a new one, and those under way are cut and go on over it.
 */
export class ReadConnection {
  #client: Client;

  constructor(
    private readonly open: OpenClient,
    private readonly pacing: Pacing,
    /** Aborted when the store is closed. */
    private readonly closing: AbortSignal,
  ) {
    this.#client = open();
  }

  /** For one call. Ask again for the next. */
  get client(): Client {
    return this.#client;
  }

  /** False once the calls of this client have been cut, which looks like their end. */
  isAlive(client: Client): boolean {
    return client === this.#client && !this.closing.aborted;
  }

  giveUp(client: Client): void {
    if (!this.isAlive(client)) return;
    this.#client = this.open();
    void this.#letGo(client);
  }

  async close(): Promise<void> {
    await this.#letGo(this.#client);
  }

  async #letGo(client: Client): Promise<void> {
    await atMost(this.pacing, closeTimeoutMs, client.close());
  }
}
