/** Told when a key of its own was forgotten, so that it no longer takes "not remembered" for "never seen". */
export type KeyOwner = { forgot(): void };

type Entry = { readonly bodySha256: string; readonly owner: KeyOwner };

/** About 60 MB. The keys that came first go first; the table still has them. */
const keysMax = 200_000;

/** Deliveries that were seen lately, of all connections, by their id. */
export class KeyMemory {
  readonly #entries = new Map<string, Entry>();

  constructor(private readonly capacity: number = keysMax) {}

  /** Hash of the body that came with this id; undefined when it is not remembered. */
  find(id: string): string | undefined {
    return this.#entries.get(id)?.bodySha256;
  }

  add(id: string, bodySha256: string, owner: KeyOwner): void {
    if (this.#entries.has(id)) return;
    this.#entries.set(id, { bodySha256, owner });
    if (this.#entries.size <= this.capacity) return;
    for (const [oldest, entry] of this.#entries) {
      this.#entries.delete(oldest);
      entry.owner.forgot();
      return;
    }
  }
}
