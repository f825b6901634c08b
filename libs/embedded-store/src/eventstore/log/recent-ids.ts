import type { Holder } from './append-rules.js';

/** The first holder of each of the last `idsMax` event ids, which is how a repeated unchecked append is recognised. */
export class RecentIds {
  readonly #holders = new Map<string, Holder>();

  constructor(private readonly idsMax: number) {}

  get(id: string): Holder | undefined {
    return this.#holders.get(id);
  }

  /** Keeps the first holder of an id; the oldest id makes room for a new one. */
  add(id: string, holder: Holder): void {
    if (this.#holders.has(id)) return;
    this.#holders.set(id, holder);
    if (this.#holders.size <= this.idsMax) return;
    for (const oldest of this.#holders.keys()) {
      this.#holders.delete(oldest);
      return;
    }
  }

  clear(): void {
    this.#holders.clear();
  }
}
