/**
 * A map that forgets: it keeps at least the `countMin` entries used last, and at most twice as many. Two maps take turns,
 * because one map whose oldest entry is deleted for each new one has to search for it ever longer.
 */
export class Generations<Key, Value> {
  #young = new Map<Key, Value>();
  #old = new Map<Key, Value>();
  #hasForgotten = false;

  constructor(private readonly countMin: number) {}

  /** Whether entries have been dropped since the last `clear`. */
  get hasForgotten(): boolean {
    return this.#hasForgotten;
  }

  get(key: Key): Value | undefined {
    const value = this.#young.get(key);
    if (value !== undefined) return value;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: Key, value: Value): void {
    this.#young.set(key, value);
    if (this.#young.size < this.countMin) return;
    this.#hasForgotten ||= this.#old.size > 0;
    this.#old = this.#young;
    this.#young = new Map();
  }

  clear(): void {
    this.#young = new Map();
    this.#old = new Map();
    this.#hasForgotten = false;
  }
}
