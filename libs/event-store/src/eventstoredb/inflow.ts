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

  /** The first end counts. Without an error it is a regular one. */
  end(error?: unknown): void {
    this.#end ??= error === undefined ? {} : { error };
    this.#wake?.();
  }

  /**
   * What has come in, at least one item; undefined at the end. Rejects with the error of the end, once all that came
   * before has been taken, or when nothing comes for as long as `timeoutMs`.
   */
  async take(timeoutMs?: number): Promise<readonly Item[] | undefined> {
    if (this.#items.length === 0 && this.#end === undefined) await this.#something(timeoutMs);
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

  async #something(timeoutMs: number | undefined): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (timeoutMs !== undefined) {
        timer = setTimeout(() => this.end(new Error(`the event store sent nothing for ${timeoutMs} ms`)), timeoutMs);
      }
    });
    this.#wake = undefined;
    clearTimeout(timer);
  }
}
