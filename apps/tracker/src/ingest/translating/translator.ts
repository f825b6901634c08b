import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import {
  decodeEnvelope,
  type EventStore,
  type StoredEvent,
  type SubscriptionItem,
  UnreadableEvent,
} from '#libs/event-store';
import type { Pool, PoolClient } from 'pg';
import { withCorrelationId } from '../../platform/correlation.js';
import { DATABASE, EVENT_STORE } from '../../platform/ports.js';
import { FactRecorder } from '../../recording/fact-recorder.js';
import { StreamHistories } from '../../recording/stream-histories.js';
import { decodeDelivery, deliveryReceivedType, type DeliveryReceived } from '../inbox/delivery-received.js';
import { type DeliveryOutcome, eventsOf, outcomeOfDelivery, translateKept } from './delivery-translation.js';
import { type EventOutcome, EventRecording } from './event-recording.js';
import { inBatches } from './in-batches.js';
import { modelIdOf } from './model-id.js';
import { ModelReferences, type ReferenceChange, saveReferenceChanges } from './model-references.js';
import { OrderedTasks } from './ordered-tasks.js';
import { referenceChangeOf } from './reference-changes.js';
import { type OutcomeRow, saveOutcomes } from './save-outcomes.js';

const batchLengthMax = 200;
const retryDelayMsMin = 100;
const retryDelayMsMax = 10_000;
/** Another process that translates is left alone for so long; then it may have stopped. */
const standbyMs = 1_000;
const checkpointName = 'translator';
/** What the subscription wants of the log: deliveries, and what changes the meaning of references. */
const typePrefixes = ['DeliveryReceived', 'ReferenceLinked', 'ReferenceUnlinked', 'ModelMerged', 'FactRetracted'];

/** Another process has moved the checkpoint on: it translates, and we follow behind. */
class CheckpointMoved extends Error {
  override readonly name = 'CheckpointMoved';
}

type Translated = { readonly row: OutcomeRow; readonly changes: readonly ReferenceChange[] };

/**
 * Turns kept deliveries into facts: a subscription with a checkpoint of its own, which commits together with what
 * became of the deliveries. Facts are recorded before; their ids make a second time harmless, after a crash or
 * beside another process.
 */
@Injectable()
export class Translator implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #logger = new Logger('Translator');
  readonly #stopping = new AbortController();
  readonly #references: ModelReferences;
  readonly #recording: EventRecording;
  #running: Promise<void> | undefined;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(DATABASE) private readonly database: Pool,
    recorder: FactRecorder,
    private readonly histories: StreamHistories,
  ) {
    this.#references = new ModelReferences(database);
    this.#recording = new EventRecording(recorder, histories, this.#references);
  }

  onApplicationBootstrap(): void {
    this.#running = this.#run();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Translates one delivery again, such as one that was parked and whose cause has gone. */
  async translateAgain(event: StoredEvent): Promise<DeliveryOutcome> {
    const { row, changes } = await this.#translate(event, new OrderedTasks());
    await this.#inTransaction(async (transaction) => {
      await saveReferenceChanges(transaction, changes);
      await saveOutcomes(transaction, [row]);
    });
    return row.outcome;
  }

  async #run(): Promise<void> {
    let delayMs = retryDelayMsMin;
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#follow(() => {
          delayMs = retryDelayMsMin;
        });
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        this.#references.forgetAll();
        if (error instanceof CheckpointMoved) {
          await this.#pause(standbyMs);
          continue;
        }
        this.#logger.warn({ event: 'translatorInterrupted', reason: String(error), retryAfterMs: delayMs });
        await this.#pause(delayMs);
        delayMs = Math.min(delayMs * 2, retryDelayMsMax);
      }
    }
  }

  async #follow(onProgress: () => void): Promise<void> {
    let position = await this.#readCheckpoint();
    const items = this.store.subscribeToAll({
      name: checkpointName,
      ...(position < 0n ? {} : { after: position }),
      filter: { typePrefixes },
      signal: this.#stopping.signal,
    });
    for await (const batch of inBatches(items, batchLengthMax)) {
      position = await this.#handle(batch, position);
      onProgress();
    }
  }

  /** Records what the batch says, then commits what became of it together with the checkpoint. */
  async #handle(batch: readonly SubscriptionItem[], position: bigint): Promise<bigint> {
    const next = batch.reduce((last, item) => (item.kind === 'caughtUp' ? last : positionOf(item)), position);
    if (next <= position) return position;
    const rows: OutcomeRow[] = [];
    const changes: ReferenceChange[] = [];
    let deliveries: StoredEvent[] = [];
    const translate = async (): Promise<void> => {
      const tasks = new OrderedTasks();
      for (const translated of await Promise.all(deliveries.map((event) => this.#translateReadable(event, tasks)))) {
        if (translated === undefined) continue;
        rows.push(translated.row);
        changes.push(...translated.changes);
      }
      deliveries = [];
    };
    for (const item of batch) {
      if (item.kind !== 'event') continue;
      if (item.event.type === deliveryReceivedType) {
        deliveries.push(item.event);
        continue;
      }
      const change = await this.#changeOf(item.event);
      if (change === undefined) continue;
      // Deliveries before the change are read by the references as they were.
      await translate();
      changes.push(change);
      await this.#apply(changes.splice(0));
    }
    await translate();
    await this.#inTransaction(async (transaction) => {
      await saveReferenceChanges(transaction, changes);
      await saveOutcomes(transaction, rows);
      await this.#moveCheckpoint(transaction, position, next);
    });
    return next;
  }

  /** Commits changes before the checkpoint does: seen again, they change nothing. */
  async #apply(changes: readonly ReferenceChange[]): Promise<void> {
    await this.#inTransaction((transaction) => saveReferenceChanges(transaction, changes));
    this.#references.forgetAll();
  }

  async #changeOf(event: StoredEvent): Promise<ReferenceChange | undefined> {
    try {
      return await referenceChangeOf(event, (stream) => this.histories.read(stream));
    } catch (error) {
      if (!(error instanceof UnreadableEvent)) throw error;
      this.#logger.error({ event: 'referenceUnreadable', reason: error.message });
      return undefined;
    }
  }

  /** A delivery that cannot even be read has no row to be parked in. */
  async #translateReadable(stored: StoredEvent, tasks: OrderedTasks): Promise<Translated | undefined> {
    try {
      return await this.#translate(stored, tasks);
    } catch (error) {
      if (!(error instanceof UnreadableEvent)) throw error;
      this.#logger.error({ event: 'deliveryUnreadable', reason: error.message });
      return undefined;
    }
  }

  async #translate(stored: StoredEvent, tasks: OrderedTasks): Promise<Translated> {
    const delivery = decodeDelivery(stored);
    const { correlationId } = decodeEnvelope(stored);
    const translation = translateKept(delivery);
    const results = await Promise.all(
      eventsOf(translation).map(async ({ event, index }) => {
        const keys = [event.model.ref, ...(event.baseRef === undefined ? [] : [event.baseRef])].map(modelIdOf);
        const record = (): Promise<EventOutcome> => this.#recording.record(event, index, delivery, correlationId);
        return { event, result: await tasks.run(keys, () => withCorrelationId(correlationId, record)) };
      }),
    );
    const changes = results.flatMap(({ result }): ReferenceChange[] =>
      result.outcome === 'recorded' && result.link !== undefined ? [{ kind: 'linked', link: result.link }] : [],
    );
    const outcome = outcomeOfDelivery(delivery.id, translation, results);
    if (outcome.outcome === 'parked') this.#warnOfParked(delivery, outcome);
    return { row: { delivery, revision: stored.revision, outcome }, changes };
  }

  #warnOfParked({ connection, id }: DeliveryReceived, { reason }: DeliveryOutcome): void {
    this.#logger.warn({ event: 'deliveryParked', connection, deliveryId: id, reason });
  }

  async #readCheckpoint(): Promise<bigint> {
    const { rows } = await this.database.query<{ position: string }>(
      `insert into inbox.checkpoint as known (name, position) values ($1, -1)
       on conflict (name) do update set position = known.position returning position`,
      [checkpointName],
    );
    return BigInt(rows[0]?.position ?? -1);
  }

  async #moveCheckpoint(transaction: PoolClient, from: bigint, to: bigint): Promise<void> {
    const { rowCount } = await transaction.query(
      'update inbox.checkpoint set position = $3 where name = $1 and position = $2',
      [checkpointName, String(from), String(to)],
    );
    if (rowCount !== 1) throw new CheckpointMoved(`the checkpoint is not at ${from} any more`);
  }

  async #inTransaction(action: (transaction: PoolClient) => Promise<void>): Promise<void> {
    const client = await this.database.connect();
    let failure: Error | undefined;
    try {
      await client.query('begin');
      await action(client);
      await client.query('commit');
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      // A client whose transaction failed half-way is closed, which rolls it back.
      client.release(failure);
    }
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, delayMs);
      const { signal } = this.#stopping;
      signal.addEventListener('abort', done, { once: true });
      function done(): void {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      }
    });
  }
}

function positionOf(item: SubscriptionItem & { kind: 'event' | 'checkpoint' }): bigint {
  return item.kind === 'event' ? item.event.position : item.position;
}
