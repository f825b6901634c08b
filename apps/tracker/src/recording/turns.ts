import { unavailable } from '../platform/problem.js';

/** More writers than this on one stream are sent away rather than kept waiting. */
export const waitingMax = 1_000;

/**
 * One writer at a time on a stream, in order of arrival. The expected revision already keeps writers from each
 * other; taking turns inside of a process spares them the conflicts.
 */
export class Turns {
  readonly #queues = new Map<string, { last: Promise<unknown>; waiting: number }>();

  async take<Result>(key: string, action: () => Promise<Result>): Promise<Result> {
    const queue = this.#queues.get(key) ?? { last: Promise.resolve(), waiting: 0 };
    if (queue.waiting >= waitingMax)
      throw unavailable(`${waitingMax} writes to ${key} are waiting. Send the request again.`, 1);
    this.#queues.set(key, queue);
    queue.waiting += 1;
    const mine = queue.last.then(action, action);
    queue.last = mine;
    try {
      return await mine;
    } finally {
      queue.waiting -= 1;
      if (queue.waiting === 0) this.#queues.delete(key);
    }
  }
}
