import {
  assessDossier,
  type Assessment,
  type Dossier,
  type Instant,
  type RecordedFact,
  type Regulation,
} from '#libs/domain';
import { decodeFact, isFactStream, UnreadableEvent, type StoredEvent } from '#libs/event-store';
import type { ClientBase } from 'pg';
import type { AssessedModel, ReadModel } from '../read-model.js';
import { Histories } from './histories.js';
import { ModelDossiers } from './model-dossiers.js';
import {
  dependentsOf,
  insertFacts,
  insertParked,
  modelsAfter,
  modelsToSweep,
  moveCheckpoint,
  type ParkedEvent,
  readCheckpoint,
  readParkedStreams,
  readRulebook,
  takeParked,
  writeModelSubjects,
  writeRulebook,
} from './tables.js';

/** Models that are assessed and written together; bounds the memory of an amendment that touches all. */
const modelsPerChunkMax = 1_000;
const regulationSubject = 'regulation';

export type ProjectorOptions = {
  /** A connection of its own, whose search path leads to the tables of all read models. */
  readonly client: ClientBase;
  readonly regulation: Regulation;
  readonly readModels: readonly ReadModel[];
  readonly clock: { now(): Instant };
};

type Sorted = {
  readonly facts: readonly StoredEvent[];
  readonly factsBySubject: ReadonlyMap<string, readonly RecordedFact[]>;
  readonly others: readonly StoredEvent[];
  readonly parked: readonly ParkedEvent[];
};

/**
 * Brings rows and checkpoint forward, a batch a transaction. What is in memory is never ahead of what is committed: on
 * any error it is dropped, and `start` begins again from the tables.
 */
export class Projector {
  readonly #histories = new Histories();
  readonly #dossiers = new ModelDossiers(this.#histories);
  #checkpoint: bigint | undefined;
  #parkedStreams = new Set<string>();

  constructor(private readonly options: ProjectorOptions) {}

  /** Up to where the committed rows reflect the log. */
  get checkpoint(): bigint | undefined {
    return this.#checkpoint;
  }

  get parkedStreams(): ReadonlySet<string> {
    return this.#parkedStreams;
  }

  /** Reads where to go on. Rows of an earlier rulebook are computed anew first: nothing in the log would touch them. */
  async start(): Promise<void> {
    const { client, regulation } = this.options;
    this.#forget();
    this.#checkpoint = await readCheckpoint(client);
    this.#parkedStreams = await readParkedStreams(client);
    const { checkpoint } = this;
    if (checkpoint === undefined || (await readRulebook(client)) === regulation.version) return;
    await this.#commit(async () => {
      await this.#histories.load(client, [regulationSubject]);
      await this.#writeAllBut(client, new Set(), checkpoint);
      await writeRulebook(client, regulation.version);
    }, checkpoint);
  }

  /**
   * Applies what the log holds after the checkpoint, up to `position`. An event that can never be applied is parked, and
   * what follows on its stream is parked behind it.
   */
  async project(events: readonly StoredEvent[], position: bigint): Promise<void> {
    try {
      await this.#commit((client) => this.#apply(client, events, position), position);
    } catch (error) {
      if (!isCausedByContent(error)) throw error;
      const [only] = events;
      if (only === undefined) throw error;
      if (events.length === 1) {
        await this.#commit((client) => this.#park(client, only, error), position);
        return;
      }
      // Halving finds the event without a query for each; the halves commit at the positions that they reach.
      const half = events.length >> 1;
      const first = events.slice(0, half);
      await this.project(first, first.at(-1)?.position ?? position);
      await this.project(events.slice(half), position);
    }
  }

  /**
   * Assesses again the models whose answer has changed by time alone.
   * @returns how many there were, and those whose assessment failed
   */
  async sweep(
    except: readonly string[],
    limit: number,
  ): Promise<{ swept: number; failed: ReadonlyMap<string, Error> }> {
    const now = this.options.clock.now();
    const models = await modelsToSweep(this.options.client, { now, except, limit });
    const failed = new Map<string, Error>();
    await this.#reassess(models, failed);
    return { swept: models.length, failed };
  }

  /** Tries the parked events of a stream again, as after a release that can read them. False: they stay parked. */
  async replayParked(stream: string): Promise<boolean> {
    const { checkpoint } = this;
    if (checkpoint === undefined) return false;
    this.#parkedStreams.delete(stream);
    try {
      await this.#commit(async (client) => {
        const events = await takeParked(client, stream);
        await this.#apply(client, events, checkpoint);
        if (this.#parkedStreams.has(stream)) throw new RangeError(`the events of ${stream} are still unreadable`);
      }, checkpoint);
      // Late facts went to the end of their histories.
      this.#forget();
      return true;
    } catch (error) {
      if (!isCausedByContent(error)) throw error;
      this.#parkedStreams.add(stream);
      return false;
    }
  }

  async #reassess(models: readonly string[], failed: Map<string, Error>): Promise<void> {
    const { checkpoint } = this;
    const [first] = models;
    if (checkpoint === undefined || first === undefined) return;
    try {
      await this.#commit(async (client) => {
        await this.#histories.load(client, [regulationSubject, ...models]);
        await this.#write(client, { models, isNew: () => false, events: [], position: checkpoint });
      }, checkpoint);
    } catch (error) {
      if (!isCausedByContent(error)) throw error;
      if (models.length === 1) {
        failed.set(first.slice('model-'.length), error);
        return;
      }
      const half = models.length >> 1;
      await this.#reassess(models.slice(0, half), failed);
      await this.#reassess(models.slice(half), failed);
    }
  }

  async #apply(client: ClientBase, events: readonly StoredEvent[], position: bigint): Promise<void> {
    const { facts, factsBySubject, others, parked } = this.#sort(events);
    const touched = [...factsBySubject.keys()];
    const dependents = await dependentsOf(client, touched);
    const models = [...new Set([...touched.filter((subject) => subject.startsWith('model-')), ...dependents])];

    await this.#histories.load(client, [regulationSubject, ...models]);
    const newModels = new Set(models.filter((model) => this.#histories.of(model).length === 0));
    this.#histories.append(factsBySubject);
    await insertFacts(client, facts);
    // A new fact may name a provider or a base model; their facts are now all in the table.
    await this.#histories.load(client, models);

    const isNew = (model: string): boolean => newModels.has(model);
    await this.#write(client, { models, isNew, events: others, position });
    if (factsBySubject.has(regulationSubject)) await this.#writeAllBut(client, new Set(models), position);
    await insertParked(client, parked, this.options.clock.now());
    for (const { event } of parked) this.#parkedStreams.add(event.stream);
  }

  async #writeAllBut(client: ClientBase, written: ReadonlySet<string>, position: bigint): Promise<void> {
    let last = 'model-';
    for (;;) {
      const page = await modelsAfter(client, last, modelsPerChunkMax);
      const models = page.filter((model) => !written.has(model));
      await this.#histories.load(client, models);
      await this.#write(client, { models, isNew: () => false, events: [], position });
      this.#histories.trim();
      this.#dossiers.trim();
      // Trimming may have let go of the amendments themselves.
      await this.#histories.load(client, [regulationSubject]);
      if (page.length < modelsPerChunkMax) return;
      last = page[page.length - 1] ?? last;
    }
  }

  async #write(
    client: ClientBase,
    batch: {
      readonly models: readonly string[];
      readonly isNew: (model: string) => boolean;
      readonly events: readonly StoredEvent[];
      readonly position: bigint;
    },
  ): Promise<void> {
    const now = this.options.clock.now();
    const assessed: AssessedModel[] = [];
    const lineages = new Map<string, readonly string[]>();
    for (const model of batch.models) {
      const { dossier, lineage, isLineageNew } = this.#dossiers.of(model);
      if (isLineageNew) lineages.set(model, lineage);
      assessed.push({ assessment: this.#assess(model, dossier, now), isNew: batch.isNew(model) });
    }
    await writeModelSubjects(client, lineages);
    for (const readModel of this.options.readModels) {
      await readModel.apply(client, { assessed, events: batch.events, position: batch.position, now });
    }
  }

  #assess(model: string, dossier: Dossier, now: Instant): Assessment {
    // The recorder's clock may be ahead of ours; what is in the log is known.
    const knownAt = Math.max(now, dossier.latestRecordedAt) as Instant;
    const modelId = model.slice('model-'.length);
    return assessDossier(dossier, this.options.regulation, { modelId, at: now, knownAt, lawAsOf: now });
  }

  #sort(events: readonly StoredEvent[]): Sorted {
    const facts: StoredEvent[] = [];
    const factsBySubject = new Map<string, RecordedFact[]>();
    const others: StoredEvent[] = [];
    const parked: ParkedEvent[] = [];
    const heldBack = new Set(this.#parkedStreams);
    for (const event of events) {
      if (heldBack.has(event.stream)) {
        parked.push({ event, reason: 'it waits behind an earlier event of its stream' });
      } else if (!isFactStream(event.stream)) {
        others.push(event);
      } else {
        const read = readFactOrReason(event);
        if (typeof read === 'string') {
          heldBack.add(event.stream);
          parked.push({ event, reason: read });
          continue;
        }
        facts.push(event);
        const ofSubject = factsBySubject.get(event.stream);
        if (ofSubject === undefined) factsBySubject.set(event.stream, [read]);
        else ofSubject.push(read);
      }
    }
    return { facts, factsBySubject, others, parked };
  }

  async #park(client: ClientBase, event: StoredEvent, error: Error): Promise<void> {
    await insertParked(client, [{ event, reason: `${error.name}: ${error.message}` }], this.options.clock.now());
    this.#parkedStreams.add(event.stream);
  }

  async #commit(work: (client: ClientBase) => Promise<void>, position: bigint): Promise<void> {
    const { client } = this.options;
    const parkedBefore = new Set(this.#parkedStreams);
    try {
      await client.query('begin');
      // First, so that a second projector waits here and is told, rather than meeting the rows of the first.
      await moveCheckpoint(client, { from: this.#checkpoint, to: position });
      if (this.#checkpoint === undefined) await writeRulebook(client, this.options.regulation.version);
      await work(client);
      await client.query('commit');
    } catch (error) {
      this.#forget();
      this.#parkedStreams = parkedBefore;
      // On a broken connection there is nothing to roll back, and the first error says more.
      await client.query('rollback').catch(() => undefined);
      throw error;
    }
    this.#checkpoint = position;
    this.#histories.trim();
    this.#dossiers.trim();
  }

  #forget(): void {
    this.#histories.clear();
    this.#dossiers.clear();
    for (const readModel of this.options.readModels) readModel.forget?.();
  }
}

function readFactOrReason(event: StoredEvent): RecordedFact | string {
  try {
    return decodeFact(event);
  } catch (error) {
    if (error instanceof UnreadableEvent) return error.message;
    throw error;
  }
}

/** Classes of SQLSTATE that say that a value cannot be stored: data, integrity, a limit of the program. */
const contentErrorClasses = new Set(['22', '23', '54']);

/** Whether trying the same batch again can only fail again. */
function isCausedByContent(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  if (error instanceof UnreadableEvent || error instanceof RangeError || error instanceof TypeError) return true;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && code.length === 5 && contentErrorClasses.has(code.slice(0, 2));
}
