import { Inject, Injectable } from '@nestjs/common';
import type { EventStore } from '#libs/event-store';
import type { Pool } from 'pg';
import { DATABASE, EVENT_STORE } from '../../platform/ports.js';
import { ConnectionInbox, type Receipt } from './connection-inbox.js';
import type { DeliveryReceived } from './delivery-received.js';
import { DeliveryTable } from './delivery-table.js';
import { KeyMemory } from './key-memory.js';

export type Seen = { readonly outcome: 'duplicate' | 'conflict' };

/** The inboxes of all connections. A delivery counts as received when its event is durable, and only once. */
@Injectable()
export class Inboxes {
  readonly #inboxes = new Map<string, ConnectionInbox>();
  readonly #memory = new KeyMemory();
  readonly #table: DeliveryTable;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(DATABASE) database: Pool,
  ) {
    this.#table = new DeliveryTable(database);
  }

  /** @throws StoreUnavailable, AppendTooLarge, Problem 503 when too many wait */
  receive(delivery: DeliveryReceived, correlationId: string): Promise<Receipt> {
    return this.#inboxOf(delivery.connection).receive(delivery, correlationId);
  }

  /** What is known at once about a delivery that was here before; undefined proves nothing. */
  seen({ id, bodySha256 }: DeliveryReceived): Seen | undefined {
    return compare(this.#memory.find(id), bodySha256);
  }

  /** Whether a delivery was here before. @throws StoreUnavailable */
  async find(delivery: DeliveryReceived): Promise<Seen | undefined> {
    return compare(await this.#inboxOf(delivery.connection).find(delivery), delivery.bodySha256);
  }

  /** Waits until the table has what this process has received. */
  async settle(): Promise<void> {
    for (const inbox of this.#inboxes.values()) await inbox.settle();
  }

  #inboxOf(connection: string): ConnectionInbox {
    const existing = this.#inboxes.get(connection);
    if (existing !== undefined) return existing;
    const inbox = new ConnectionInbox(connection, this.store, this.#table, this.#memory);
    this.#inboxes.set(connection, inbox);
    return inbox;
  }
}

function compare(known: string | undefined, bodySha256: string): Seen | undefined {
  return known === undefined ? undefined : { outcome: known === bodySha256 ? 'duplicate' : 'conflict' };
}
