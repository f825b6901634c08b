/**
 * Keeps what was used last, up to a total weight. `weigh` says how much of it a value takes; a value that grows is to be
 * set again.
 */
export class BoundedCache<Value> {
  readonly #entries = new Map<string, { readonly value: Value; readonly weight: number }>();
  #weight = 0;

  constructor(
    private readonly weightMax: number,
    private readonly weigh: (value: Value) => number,
  ) {}

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    // A Map iterates in order of insertion, so the entry used last goes to the end.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  set(key: string, value: Value): void {
    const weight = this.weigh(value);
    this.#weight += weight - (this.#entries.get(key)?.weight ?? 0);
    this.#entries.delete(key);
    this.#entries.set(key, { value, weight });
  }

  /** Lets go of what was used least recently. Apart from `set`, so that nothing leaves while it is in use. */
  trim(): void {
    for (const [key, { weight }] of this.#entries) {
      if (this.#weight <= this.weightMax) return;
      this.#entries.delete(key);
      this.#weight -= weight;
    }
  }

  clear(): void {
    this.#entries.clear();
    this.#weight = 0;
  }
}
