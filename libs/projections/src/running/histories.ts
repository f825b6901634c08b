import { NamedSubjects, type RecordedFact } from '#libs/domain';
import { decodeFact, streamOf, type Json, type StoredEvent } from '#libs/event-store';
import type { ClientBase } from 'pg';
import { BoundedCache } from '../bounded-cache.js';

/** Facts kept in memory, some 100 MB. */
const cachedFactsMax = 50_000;
/** From a model to the bases of its bases; deeper lineages are cut off. */
const lineageDepthMax = 8;

type History = readonly RecordedFact[];

/** The facts about one subject, and whom they name. */
class Kept {
  readonly facts: RecordedFact[] = [];
  readonly named = new NamedSubjects();

  add(fact: RecordedFact): void {
    this.facts.push(fact);
    this.named.add(fact);
  }
}

/**
 * The facts by subject (`model-m1`), from memory or else from the table `fact`. A batch loads all that it needs in a few
 * queries; nothing leaves the memory before `trim`.
 */
export class Histories {
  readonly #cache = new BoundedCache<Kept>(cachedFactsMax, ({ facts }) => facts.length + 1);

  /** Brings the histories of `subjects` into memory as the table has them, and of all that the models among them rest on. */
  async load(transaction: ClientBase, subjects: readonly string[]): Promise<void> {
    let wanted = subjects;
    for (let depth = 0; depth < lineageDepthMax && wanted.length > 0; depth += 1) {
      await this.#loadMissing(transaction, wanted);
      wanted = [...new Set(wanted.flatMap((subject) => this.#related(subject)))];
    }
  }

  /** Adds new facts to those histories that are in memory; the others will come from the table. */
  append(facts: ReadonlyMap<string, History>): void {
    for (const [subject, added] of facts) {
      const kept = this.#cache.get(subject);
      if (kept === undefined) continue;
      for (const fact of added) kept.add(fact);
      this.#cache.set(subject, kept);
    }
  }

  /** In the order of the log; only ever longer, until it is let go of and read again. */
  of(subject: string): History {
    return this.#cache.get(subject)?.facts ?? [];
  }

  trim(): void {
    this.#cache.trim();
  }

  clear(): void {
    this.#cache.clear();
  }

  #related(subject: string): string[] {
    return (this.#cache.get(subject)?.named.subjects ?? []).map(streamOf);
  }

  async #loadMissing(transaction: ClientBase, subjects: readonly string[]): Promise<void> {
    const missing = subjects.filter((subject) => this.#cache.get(subject) === undefined);
    if (missing.length === 0) return;
    for (const subject of missing) this.#cache.set(subject, new Kept());
    const { rows } = await transaction.query<FactColumns>(
      `select position, subject, event_id, type, data, metadata from fact
       where subject = any($1) order by position`,
      [missing],
    );
    for (const row of rows) this.#cache.get(row.subject)?.add(readFactRow(row));
    // Set again, so that what they have grown to is weighed.
    for (const subject of missing) this.#cache.set(subject, this.#cache.get(subject) ?? new Kept());
  }
}

type FactColumns = {
  readonly position: string;
  readonly subject: string;
  readonly event_id: string;
  readonly type: string;
  readonly data: Json;
  readonly metadata: Json;
};

function readFactRow(row: FactColumns): RecordedFact {
  const position = BigInt(row.position);
  const stored: StoredEvent = {
    id: row.event_id,
    stream: row.subject,
    type: row.type,
    data: row.data,
    metadata: row.metadata,
    position,
    // Neither is part of a fact.
    revision: 0n,
    created: 0,
  };
  return decodeFact(stored);
}
