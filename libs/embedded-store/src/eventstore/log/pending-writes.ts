import { sizeOf, type Write, type WriteAnswer } from './record.js';

const sweepMs = 100;

/**
 * Writes that were taken in and not answered yet, bounded by count and bytes. Each is answered exactly once: by the
 * writer, or here when its deadline passes.
 */
export class PendingWrites {
  readonly #open = new Map<Write, number>();
  readonly #queue: Write[] = [];
  #bytes = 0;
  #sweep: NodeJS.Timeout | undefined;

  constructor(private readonly limits: { readonly countMax: number; readonly bytesMax: number }) {}

  get count(): number {
    return this.#open.size;
  }

  get hasQueued(): boolean {
    return this.#queue.length > 0;
  }

  /** Puts a write in the queue; false when there is no room. */
  add(write: Write): boolean {
    const bytes = write.events.reduce((sum, event) => sum + sizeOf(event), 0);
    if (this.#open.size >= this.limits.countMax || this.#bytes + bytes > this.limits.bytesMax) return false;
    this.#open.set(write, bytes);
    this.#bytes += bytes;
    this.#queue.push(write);
    this.#sweep ??= setInterval(() => this.#answerOverdue(), sweepMs).unref();
    return true;
  }

  /** The next writes of the queue that make one transaction of moderate size, without those answered meanwhile. */
  take(limits: { readonly eventsMax: number; readonly bytesMax: number }): Write[] {
    let events = 0;
    let bytes = 0;
    let taken = 0;
    for (const write of this.#queue) {
      events += write.events.length;
      bytes += this.#open.get(write) ?? 0;
      if (taken > 0 && (events > limits.eventsMax || bytes > limits.bytesMax)) break;
      taken += 1;
    }
    return this.#queue.splice(0, taken).filter((write) => this.#open.has(write));
  }

  /** Puts writes that were taken, but not dealt with, back to the front. */
  putBack(writes: readonly Write[]): void {
    this.#queue.unshift(...writes.filter((write) => this.#open.has(write)));
  }

  answer(write: Write, answer: WriteAnswer): void {
    const bytes = this.#open.get(write);
    if (bytes === undefined) return;
    this.#open.delete(write);
    this.#bytes -= bytes;
    if (this.#open.size === 0) {
      clearInterval(this.#sweep);
      this.#sweep = undefined;
    }
    write.answer(answer);
  }

  answerAll(answer: WriteAnswer): void {
    for (const write of [...this.#open.keys()]) this.answer(write, answer);
  }

  #answerOverdue(): void {
    const now = Date.now();
    for (const write of [...this.#open.keys()]) {
      if (write.deadlineMs <= now) this.answer(write, { outcome: 'timeout' });
    }
  }
}
