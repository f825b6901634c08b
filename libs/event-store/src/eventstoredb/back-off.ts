/** How the adapter waits; tests give one that does not. */
export type Pacing = {
  readonly wait: (delayMs: number, signal?: AbortSignal) => Promise<void>;
  /** In [0, 1), as `Math.random`. */
  readonly random: () => number;
};

export const systemPacing: Pacing = { wait: waitForTimer, random: Math.random };

/** Half of the doubling delay is certain and half is chance, so that those who failed together do not return together. */
export function backOffDelayMs(
  failures: number,
  { firstMs, mostMs }: { readonly firstMs: number; readonly mostMs: number },
  random: () => number,
): number {
  const delayMs = Math.min(firstMs * 2 ** (failures - 1), mostMs);
  return delayMs / 2 + (delayMs / 2) * random();
}

/** Resolves after the delay, or at once when the signal is aborted. */
function waitForTimer(delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, delayMs);
    if (signal?.aborted === true) done();
    else signal?.addEventListener('abort', done);
  });
}
