import type { Holder } from './append-rules.js';
import { Generations } from './generations.js';

/** The first holders of at least the last `countMin` event ids, by which a repeated unchecked append is recognised. */
export class RecentIds {
  readonly #holders: Generations<string, Holder>;

  constructor(countMin: number) {
    this.#holders = new Generations(countMin);
  }

  get(id: string): Holder | undefined {
    return this.#holders.get(id);
  }

  /** Keeps the first holder of an id. */
  add(id: string, holder: Holder): void {
    if (this.#holders.get(id) === undefined) this.#holders.set(id, holder);
  }

  clear(): void {
    this.#holders.clear();
  }
}
