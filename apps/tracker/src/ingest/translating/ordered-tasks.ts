/** Each holds a connection to the store busy; more gain nothing on a few cores. */
const runningMax = 16;

/** Runs tasks beside each other, but those that share a key one after the other, in the order in which they came. */
export class OrderedTasks {
  readonly #last = new Map<string, Promise<unknown>>();
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  run<Result>(keys: readonly string[], task: () => Promise<Result>): Promise<Result> {
    const before = keys.flatMap((key) => this.#last.get(key) ?? []);
    const mine = Promise.allSettled(before).then(() => this.#withSlot(task));
    for (const key of keys) this.#last.set(key, mine);
    return mine;
  }

  async #withSlot<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.#running >= runningMax) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running += 1;
    try {
      return await task();
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }
}
