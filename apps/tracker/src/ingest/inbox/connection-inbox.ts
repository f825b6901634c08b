import { Logger } from '@nestjs/common';
import {
  AppendTooLarge,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  RevisionConflict,
} from '#libs/event-store';
import { unavailable } from '../../platform/problem.js';
import { decodeDelivery, type DeliveryReceived, encodeDelivery, inboxOf } from './delivery-received.js';
import type { DeliveryRow, DeliveryTable } from './delivery-table.js';
import type { KeyMemory } from './key-memory.js';

/** `duplicate`: the same delivery was here before. `conflict`: another body came with its id. */
export type Receipt = { readonly outcome: 'recorded' | 'duplicate' | 'conflict'; readonly id: string };

const groupLengthMax = 256;
/** A store takes a mebibyte in one write. */
const groupBytesMax = 900 * 1024;
/** What an event holds beside body and headers. */
const envelopeBytes = 2 * 1024;
const waitingLengthMax = 5_000;
const waitingBytesMax = 64 * 1024 * 1024;
/** How often a group is decided again because another process wrote to the stream in between. */
const decideAgainMax = 10;
/** How many keys are remembered when a connection is first used. */
const loadedKeysMax = 20_000;
const rowsInOneStatementMax = 500;
/** Rows that PostgreSQL has not taken yet; beyond this they are read from the stream once it is back. */
const unsavedRowsMax = 20_000;
const retryAfterSeconds = 5;

type Waiting = {
  readonly delivery: DeliveryReceived;
  readonly event: NewEvent;
  readonly bytes: number;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (error: unknown) => void;
};

type Sorted = { readonly known: ReadonlyMap<string, string>; readonly fresh: ReadonlyMap<string, Waiting> };

/**
 * One connection's inbox in this process. While one append is in flight the next group gathers, so that deliveries
 * that arrive together share an append. Each append states the revision up to which all keys are known: if another
 * process has written since, it fails, and the group is decided again on what is new.
 */
export class ConnectionInbox {
  readonly #logger = new Logger('Inbox');
  readonly #stream: string;
  /** Undefined: has to be read. */
  #head: ExpectedRevision | undefined;
  /** Every key up to the head is in memory, so that one which is not there is new. */
  #remembersAll = false;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #isAppending = false;
  #unsaved: DeliveryRow[] = [];
  #saving: Promise<void> | undefined;
  #isTableBehind = false;

  constructor(
    private readonly connection: string,
    private readonly store: EventStore,
    private readonly table: DeliveryTable,
    private readonly memory: KeyMemory,
  ) {
    this.#stream = inboxOf(connection);
  }

  forgot(): void {
    this.#remembersAll = false;
  }

  /**
   * Resolves when the delivery is durable, now or since its first time.
   * @throws StoreUnavailable, AppendTooLarge, Problem 503 when too many wait
   */
  receive(delivery: DeliveryReceived, correlationId: string): Promise<Receipt> {
    const bytes = sizeOf(delivery);
    if (this.#waiting.length >= waitingLengthMax || this.#waitingBytes + bytes > waitingBytesMax) {
      throw unavailable('Too many deliveries are waiting on this connection. Send it again later.', retryAfterSeconds);
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ delivery, event: encodeDelivery(delivery, correlationId), bytes, resolve, reject });
      this.#waitingBytes += bytes;
      if (!this.#isAppending) void this.#appendGroups();
    });
  }

  /** Waits until the table has what was received, as far as PostgreSQL can be reached. */
  async settle(): Promise<void> {
    while (this.#saving !== undefined) await this.#saving;
  }

  /** Hash of the body that came with this id before, asking table and stream if need be. */
  async find({ id }: Pick<DeliveryReceived, 'id'>): Promise<string | undefined> {
    if (this.#head === undefined) await this.#load();
    const remembered = this.memory.find(id);
    if (remembered !== undefined || this.#remembersAll) return remembered;
    await this.#completeTable();
    return (await this.table.find([id])).get(id);
  }

  async #appendGroups(): Promise<void> {
    this.#isAppending = true;
    while (this.#waiting.length > 0) {
      const group = this.#takeGroup();
      try {
        await this.#appendGroup(group);
      } catch (error) {
        if (error instanceof AppendTooLarge && group.length > 1) await this.#appendOneByOne(group);
        else this.#fail(group, error);
      }
    }
    this.#isAppending = false;
  }

  /** Together they were too much: only one that is too large by itself is refused. */
  async #appendOneByOne(group: readonly Waiting[]): Promise<void> {
    for (const waiting of group) {
      try {
        await this.#appendGroup([waiting]);
      } catch (error) {
        this.#fail([waiting], error);
      }
    }
  }

  #fail(group: readonly Waiting[], error: unknown): void {
    // Whether it was written is not known: what the stream ends with has to be read again.
    if (!(error instanceof AppendTooLarge)) this.#head = undefined;
    for (const { reject } of group) reject(error);
  }

  #takeGroup(): Waiting[] {
    let bytes = 0;
    let length = 0;
    for (const waiting of this.#waiting) {
      bytes += waiting.bytes;
      if (length > 0 && (length >= groupLengthMax || bytes > groupBytesMax)) break;
      length += 1;
    }
    const group = this.#waiting.splice(0, length);
    for (const waiting of group) this.#waitingBytes -= waiting.bytes;
    return group;
  }

  async #appendGroup(group: readonly Waiting[]): Promise<void> {
    for (let attempt = 0; attempt < decideAgainMax; attempt += 1) {
      const head = this.#head ?? (await this.#load());
      const { known, fresh } = await this.#sort(group);
      if (fresh.size > 0) {
        try {
          const events = [...fresh.values()].map(({ event }) => event);
          const { revision } = await this.store.append(this.#stream, events, head);
          this.#head = revision;
          this.#remember(
            [...fresh.values()].map(({ delivery }) => delivery),
            revision,
          );
        } catch (error) {
          if (!(error instanceof RevisionConflict)) throw error;
          await this.#readOn(head);
          continue;
        }
      }
      for (const waiting of group) answer(waiting, known, fresh);
      return;
    }
    throw unavailable('Other processes keep writing to the inbox of this connection. Send it again.', 1);
  }

  /** Hashes of the ids that were here before, and the first delivery of each that was not. */
  async #sort(group: readonly Waiting[]): Promise<Sorted> {
    const known = new Map<string, string>();
    for (const { delivery } of group) {
      const bodySha256 = this.memory.find(delivery.id);
      if (bodySha256 !== undefined) known.set(delivery.id, bodySha256);
    }
    const unknown = group.filter(({ delivery }) => !known.has(delivery.id));
    if (!this.#remembersAll && unknown.length > 0) {
      await this.#completeTable();
      const found = await this.table.find(unknown.map(({ delivery }) => delivery.id));
      for (const [id, bodySha256] of found) known.set(id, bodySha256);
    }
    const fresh = new Map<string, Waiting>();
    for (const waiting of unknown) {
      const { id } = waiting.delivery;
      if (!known.has(id) && !fresh.has(id)) fresh.set(id, waiting);
    }
    return { known, fresh };
  }

  #remember(deliveries: readonly DeliveryReceived[], lastRevision: bigint): void {
    const first = lastRevision - BigInt(deliveries.length - 1);
    for (const [index, delivery] of deliveries.entries()) {
      this.memory.add(delivery.id, delivery.bodySha256, this);
      this.#unsaved.push(rowOf(delivery, first + BigInt(index)));
    }
    this.#save();
  }

  /** Reads what other processes have written after `head`. */
  async #readOn(head: ExpectedRevision): Promise<void> {
    const from = head === 'noStream' ? 0n : head + 1n;
    let last = head;
    for await (const event of this.store.readStream(this.#stream, { from })) {
      this.#remember([decodeDelivery(event)], event.revision);
      last = event.revision;
    }
    this.#head = last;
  }

  /** Brings the table up to the stream's end, and the latest keys into memory. */
  async #load(): Promise<ExpectedRevision> {
    this.#isTableBehind = true;
    const head = await this.#completeTable();
    const latest = await this.table.latest(this.connection, loadedKeysMax + 1);
    this.#remembersAll = latest.length <= loadedKeysMax;
    // The newest are added last, since the oldest are forgotten first.
    for (const { id, bodySha256 } of latest.slice(0, loadedKeysMax).reverse()) this.memory.add(id, bodySha256, this);
    this.#head = head;
    return head;
  }

  /** After this the table has all that the stream has up to our head. Its return is the stream's end if it had to look. */
  async #completeTable(): Promise<ExpectedRevision> {
    await this.settle();
    if (!this.#isTableBehind && this.#head !== undefined) return this.#head;
    let head = await this.table.headOf(this.connection);
    let rows: DeliveryRow[] = [];
    const save = async (): Promise<void> => {
      await this.table.add(rows);
      rows = [];
    };
    for await (const event of this.store.readStream(this.#stream, { from: head + 1n })) {
      rows.push(rowOf(decodeDelivery(event), event.revision));
      head = event.revision;
      if (rows.length >= rowsInOneStatementMax) await save();
    }
    await save();
    this.#isTableBehind = false;
    return head === -1n ? 'noStream' : head;
  }

  /** Saves in the background: nobody waits for the table, since what it lacks is in the stream. */
  #save(): void {
    this.#saving ??= this.#saveAll().finally(() => {
      this.#saving = undefined;
      if (this.#unsaved.length > 0) this.#save();
    });
  }

  async #saveAll(): Promise<void> {
    try {
      while (this.#unsaved.length > 0) {
        if (this.#unsaved.length > unsavedRowsMax) throw new Error('too many rows are waiting for PostgreSQL');
        const rows = this.#unsaved.splice(0, rowsInOneStatementMax);
        if (!(await this.table.add(rows))) this.#isTableBehind = true;
      }
    } catch (error) {
      this.#unsaved = [];
      this.#isTableBehind = true;
      this.#logger.warn({ event: 'inboxTableBehind', connection: this.connection, reason: String(error) });
    }
  }
}

/** At most what the event will hold: quotes, backslashes and line ends take two characters in a JSON string. */
function sizeOf({ body, headers }: DeliveryReceived): number {
  const headerLength = Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  return 2 * ((body?.length ?? 0) + headerLength) + envelopeBytes;
}

function answer({ delivery, resolve }: Waiting, known: Sorted['known'], fresh: Sorted['fresh']): void {
  const { id, bodySha256 } = delivery;
  const first = fresh.get(id)?.delivery;
  if (first === delivery) return resolve({ outcome: 'recorded', id });
  resolve({ outcome: (first?.bodySha256 ?? known.get(id)) === bodySha256 ? 'duplicate' : 'conflict', id });
}

function rowOf({ id, connection, key, bodySha256, receivedAt }: DeliveryReceived, revision: bigint): DeliveryRow {
  return { id, connection, key, bodySha256, receivedAt, revision };
}
