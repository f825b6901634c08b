/** The readable side of a call of the client, as far as it is needed here. */
type Source = { pause(): unknown; resume(): unknown };

/**
 * Takes what a call of the client pushes and hands it out in batches, in order. A full inflow pauses its source, so
 * that the consumer's pace holds back the server and not the memory.
 */
export class Inflow<Item> {
  #items: Item[] = [];
  #isPaused = false;
  #end: { readonly error?: unknown } | undefined;
  #wake: (() => void) | undefined;
  #whenEnded: () => void = () => undefined;

  constructor(
    private readonly source: Source,
    private readonly maxItems: number,
  ) {}

  push(item: Item): void {
    if (this.#end !== undefined) return;
    this.#items.push(item);
    if (this.#items.length >= this.maxItems && !this.#isPaused) {
      this.#isPaused = true;
      this.source.pause();
    }
    this.#wake?.();
  }

  /** Whether the next `take` has something to hand out at once. */
  get isFilled(): boolean {
    return this.#items.length > 0;
  }

  /** The first end counts. Without an error it is a regular one. */
  end(error?: unknown): void {
    if (this.#end !== undefined) return;
    this.#end = error === undefined ? {} : { error };
    this.#whenEnded();
    this.#wake?.();
  }

  /** Told once, at the end. */
  onEnd(whenEnded: () => void): void {
    this.#whenEnded = whenEnded;
  }

  /**
   * What has come in, at least one item; undefined at the end. Rejects with the error of the end, once all that came
   * before has been taken.
   */
  async take(): Promise<readonly Item[] | undefined> {
    if (this.#items.length === 0 && this.#end === undefined) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = undefined;
    }
    if (this.#items.length > 0) {
      const items = this.#items;
      this.#items = [];
      if (this.#isPaused) {
        this.#isPaused = false;
        this.source.resume();
      }
      return items;
    }
    if (this.#end !== undefined && 'error' in this.#end) throw this.#end.error;
    return undefined;
  }
}
