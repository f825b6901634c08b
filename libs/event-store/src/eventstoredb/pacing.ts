/** Undoes what was set up. */
export type CallOff = () => void;

/** Time and chance, as the adapter sees them: every wait, deadline and delay in it goes through here. */
export type Pacing = {
  /** Milliseconds on a clock that never jumps. */
  readonly now: () => number;
  /** Calls back after the delay, unless it is called off before. */
  readonly after: (delayMs: number, action: () => void) => CallOff;
  /** In [0, 1), as `Math.random`. */
  readonly random: () => number;
};

export const systemPacing: Pacing = {
  now: () => performance.now(),
  after: (delayMs, action) => {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
  random: Math.random,
};

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
export function pause(pacing: Pacing, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const done = (): void => {
      callOff();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const callOff = pacing.after(delayMs, done);
    signal?.addEventListener('abort', done);
  });
}

/** Resolves when the work has settled, well or not, and after so long in any case. Never rejects. */
export function atMost(pacing: Pacing, delayMs: number, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      callOff();
      resolve();
    };
    const callOff = pacing.after(delayMs, resolve);
    work.then(done, done);
  });
}
