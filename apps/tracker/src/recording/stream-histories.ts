import type { EventStore, StoredEvent } from '#libs/event-store';
import { emptyHistory, extended, type History } from './history.js';

/** About 100 MB of facts; the least recently used streams are dropped first. */
export const cachedFactsMax = 100_000;

/**
 * Histories of streams, kept so that only what is new has to be read. A kept history is a true beginning of its
 * stream, never more: events do not change.
 */
export class StreamHistories {
  // A Map keeps the order of insertion, so that the first key is the one that was used longest ago.
  readonly #kept = new Map<string, History>();
  #factCount = 0;

  constructor(
    private readonly store: Pick<EventStore, 'readStream'>,
    private readonly limits: { readonly factsMax: number } = { factsMax: cachedFactsMax },
  ) {}

  /** What is known without asking the store; others may have written since. */
  kept(stream: string): History | undefined {
    const history = this.#kept.get(stream);
    if (history !== undefined) {
      this.#kept.delete(stream);
      this.#kept.set(stream, history);
    }
    return history;
  }

  /** The history up to the store's present end of the stream. @throws StoreUnavailable */
  async read(stream: string): Promise<History> {
    const known = this.kept(stream) ?? emptyHistory(stream);
    const from = known.revision === 'noStream' ? 0n : known.revision + 1n;
    return this.extend(known, await collect(this.store.readStream(stream, { from })));
  }

  /** Keeps `history` with `events`, which follow it directly, and returns the whole. */
  extend(history: History, events: readonly StoredEvent[]): History {
    const whole = extended(history, events);
    const kept = this.#kept.get(whole.stream);
    if (kept === undefined || kept.facts.length < whole.facts.length) this.#keep(whole);
    return whole;
  }

  #keep(history: History): void {
    this.#drop(history.stream);
    if (history.facts.length === 0 || history.facts.length > this.limits.factsMax) return;
    this.#kept.set(history.stream, history);
    this.#factCount += history.facts.length;
    for (const stream of this.#kept.keys()) {
      if (this.#factCount <= this.limits.factsMax) return;
      this.#drop(stream);
    }
  }

  #drop(stream: string): void {
    this.#factCount -= this.#kept.get(stream)?.facts.length ?? 0;
    this.#kept.delete(stream);
  }
}

async function collect(events: AsyncIterable<StoredEvent>): Promise<StoredEvent[]> {
  const collected: StoredEvent[] = [];
  for await (const event of events) collected.push(event);
  return collected;
}
