import { sizeOf, type Append, type AppendAnswer } from './record.js';

const sweepMs = 100;

/**
 * Appends that were taken in and not answered yet, bounded by count and bytes. Each is answered exactly once: by the
 * writer, or here when its deadline passes.
 */
export class PendingAppends {
  readonly #open = new Map<Append, number>();
  readonly #queue: Append[] = [];
  #bytes = 0;
  #sweep: NodeJS.Timeout | undefined;

  constructor(private readonly limits: { readonly countMax: number; readonly bytesMax: number }) {}

  get hasQueued(): boolean {
    return this.#queue.length > 0;
  }

  /** Puts an append in the queue; false when there is no room. */
  add(append: Append): boolean {
    const bytes = append.events.reduce((sum, event) => sum + sizeOf(event), 0);
    if (this.#open.size >= this.limits.countMax || this.#bytes + bytes > this.limits.bytesMax) return false;
    this.#open.set(append, bytes);
    this.#bytes += bytes;
    this.#queue.push(append);
    this.#sweep ??= setInterval(() => this.#answerOverdue(), sweepMs).unref();
    return true;
  }

  /** The next appends of the queue that make one transaction of moderate size, without those answered meanwhile. */
  take(limits: { readonly eventsMax: number; readonly bytesMax: number }): Append[] {
    let events = 0;
    let bytes = 0;
    let taken = 0;
    for (const append of this.#queue) {
      events += append.events.length;
      bytes += this.#open.get(append) ?? 0;
      if (taken > 0 && (events > limits.eventsMax || bytes > limits.bytesMax)) break;
      taken += 1;
    }
    return this.#queue.splice(0, taken).filter((append) => this.#open.has(append));
  }

  /** Puts appends that were taken, but not dealt with, back to the front. */
  putBack(appends: readonly Append[]): void {
    this.#queue.unshift(...appends.filter((append) => this.#open.has(append)));
  }

  answer(append: Append, answer: AppendAnswer): void {
    const bytes = this.#open.get(append);
    if (bytes === undefined) return;
    this.#open.delete(append);
    this.#bytes -= bytes;
    if (this.#open.size === 0) {
      clearInterval(this.#sweep);
      this.#sweep = undefined;
    }
    append.answer(answer);
  }

  answerAll(answer: AppendAnswer): void {
    for (const append of [...this.#open.keys()]) this.answer(append, answer);
  }

  #answerOverdue(): void {
    const now = Date.now();
    for (const append of [...this.#open.keys()]) {
      if (append.deadlineMs <= now) this.answer(append, { outcome: 'timeout' });
    }
  }
}
