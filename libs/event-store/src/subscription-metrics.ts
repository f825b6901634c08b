import type { SubscriptionObserver } from './subscription-observer.js';

/** How one subscription stands. */
export type SubscriptionState = {
  readonly subscription: string;
  /** Undefined until something has been handed out. */
  readonly position: bigint | undefined;
  /** For how long the consumer has not been level with the log; 0 when it is. */
  readonly lagSeconds: number;
  readonly interruptions: number;
  /** How often the log was found to end before the place where the subscription went on. */
  readonly truncations: number;
};

/** For the operator; names and figures only. */
export type SubscriptionWarning = { readonly event: string } & Readonly<Record<string, string | number>>;

export type SubscriptionMetricsOptions = {
  readonly warn: (warning: SubscriptionWarning) => void;
  /** Milliseconds of a clock that never jumps. */
  readonly now?: () => number;
};

type Known = {
  position: bigint | undefined;
  behindSinceMs: number | undefined;
  interruptions: number;
  truncations: number;
  isRunning: boolean;
};

/** Keeps the state of the running subscriptions, by name, and warns of what an operator has to know. */
export class SubscriptionMetrics implements SubscriptionObserver {
  readonly #known = new Map<string, Known>();
  readonly #now: () => number;

  constructor(private readonly options: SubscriptionMetricsOptions) {
    this.#now = options.now ?? (() => performance.now());
  }

  /** Those that run now; what they counted goes on when one of the same name begins again. */
  get states(): readonly SubscriptionState[] {
    const now = this.#now();
    return [...this.#known]
      .filter(([, { isRunning }]) => isRunning)
      .map(([subscription, { position, behindSinceMs, interruptions, truncations }]) => ({
        subscription,
        position,
        lagSeconds: behindSinceMs === undefined ? 0 : (now - behindSinceMs) / 1_000,
        interruptions,
        truncations,
      }));
  }

  began(subscription: string): void {
    const known = this.#of(subscription);
    known.isRunning = true;
    known.behindSinceMs ??= this.#now();
  }

  passed(subscription: string, position: bigint): void {
    this.#of(subscription).position = position;
  }

  isLevel(subscription: string, isLevel: boolean): void {
    const known = this.#of(subscription);
    if (isLevel) known.behindSinceMs = undefined;
    else known.behindSinceMs ??= this.#now();
  }

  interrupted(subscription: string, reason: string, retryInMs: number): void {
    this.#of(subscription).interruptions += 1;
    this.options.warn({
      event: 'subscriptionInterrupted',
      subscription,
      reason,
      retryInMs: Math.round(retryInMs),
    });
  }

  logEndsEarly(subscription: string, { after, end }: { after: bigint; end: bigint | undefined }): void {
    this.#of(subscription).truncations += 1;
    this.options.warn({
      event: 'logEndsBeforeCheckpoint',
      subscription,
      checkpoint: String(after),
      logEndsAt: end === undefined ? 'nothing is in it' : String(end),
      advice:
        'the log has been cut off or restored from an older state; rebuild what this subscription writes, or new events up to the checkpoint will be missing from it',
    });
  }

  ended(subscription: string): void {
    const known = this.#of(subscription);
    known.isRunning = false;
    known.behindSinceMs = undefined;
  }

  #of(subscription: string): Known {
    const known = this.#known.get(subscription) ?? {
      position: undefined,
      behindSinceMs: undefined,
      interruptions: 0,
      truncations: 0,
      isRunning: false,
    };
    this.#known.set(subscription, known);
    return known;
  }
}
