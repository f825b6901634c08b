/**
 * Told how the subscriptions of a store fare, for metrics and for the log. It is called in the middle of a
 * subscription: it has to be quick and must not throw.
 */
export interface SubscriptionObserver {
  began(subscription: string): void;
  /** The consumer came back for more: everything up to this position is behind it. */
  passed(subscription: string, position: bigint): void;
  /** Whether the consumer has everything that the store has sent, live. */
  isLevel(subscription: string, isLevel: boolean): void;
  /** The store ended the call; another one follows after the delay, behind what has been handed out. */
  interrupted(subscription: string, reason: string, retryInMs: number): void;
  /**
   * The log ends before the place where the subscription goes on: it has been cut off or put back to an older state.
   * What is written up to that place from now on will be passed over.
   */
  logEndsEarly(subscription: string, places: { readonly after: bigint; readonly end: bigint | undefined }): void;
  ended(subscription: string): void;
}
