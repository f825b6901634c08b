/** What befalls an append between the client and the log. Milliseconds are those of the virtual clock. */
export type WriteFault =
  | { readonly kind: 'dropBeforeCommit' | 'dropAfterCommit' | 'cutBeforeCommit' | 'cutAfterCommit' }
  | { readonly kind: 'timeoutBeforeCommit' | 'timeoutAfterCommit' | 'notLeader' | 'tooBusy' | 'unknown' }
  /** Committed, and perhaps answered, only when nobody may be waiting any more. */
  | { readonly kind: 'commitLate' | 'timeoutThenCommit' | 'answerLate'; readonly delayMs: number };

export type ReadFault =
  | { readonly kind: 'drop' | 'notLeader' | 'tooBusy' }
  | { readonly kind: 'break'; readonly afterMessages: number; readonly how: BreakKind }
  | { readonly kind: 'stall'; readonly afterMessages: number };

export type BreakKind = 'unavailable' | 'cancelled' | 'reset' | 'tooSlow' | 'end';

export type NegotiationFault = 'drop' | 'tooBusy' | 'unknown' | 'unauthenticated';

export type Mishap =
  | { readonly kind: 'restart'; readonly downMs: number }
  | { readonly kind: 'cutAll' | 'silence' }
  | { readonly kind: 'leaderless'; readonly forMs: number };

const writeKinds = [
  'dropBeforeCommit',
  'dropAfterCommit',
  'cutBeforeCommit',
  'cutAfterCommit',
  'timeoutBeforeCommit',
  'timeoutAfterCommit',
  'notLeader',
  'tooBusy',
  'unknown',
  'commitLate',
  'timeoutThenCommit',
  'answerLate',
] as const;
const breakKinds: readonly BreakKind[] = ['unavailable', 'cancelled', 'reset', 'tooSlow', 'end'];
const negotiationFaults: readonly NegotiationFault[] = ['drop', 'tooBusy', 'unknown', 'unauthenticated'];

/** Late enough to come after the last try of whoever waits for it. */
export const latestMs = 15_000;

/** Tells what goes wrong, by chance that a seed decides. */
export interface FaultPlan {
  onWrite(): WriteFault | undefined;
  onRead(kind: 'read' | 'subscription'): ReadFault | undefined;
  onNegotiation(): NegotiationFault | undefined;
  /** Whether a live subscription with a slow consumer is thrown out, as some servers do. */
  dropsSlowConsumers(): boolean;
  closeHangs(): boolean;
  latencyMs(): number;
}

export const noFaults: FaultPlan = {
  onWrite: () => undefined,
  onRead: () => undefined,
  onNegotiation: () => undefined,
  dropsSlowConsumers: () => false,
  closeHangs: () => false,
  latencyMs: () => 0,
};

/**
 * Each seed has its own few kinds of fault, in its own frequency: where all kinds come at once and often, they hide each
 * other.
 */
export class SeededFaults implements FaultPlan {
  readonly #writes: readonly (typeof writeKinds)[number][];
  readonly #breaks: readonly BreakKind[];
  readonly #writeChance: number;
  readonly #readChance: number;
  readonly #negotiationChance: number;
  readonly #slowChance: number;
  readonly #latencyMs: number;
  #isHealed = false;

  constructor(private readonly random: () => number) {
    const some = <Kind>(kinds: readonly Kind[]): Kind[] => kinds.filter(() => this.#is(0.4));
    this.#writes = some(writeKinds);
    this.#breaks = some(breakKinds);
    this.#writeChance = this.#pick([0, 0.05, 0.2, 0.5, 0.8]);
    this.#readChance = this.#pick([0, 0.1, 0.3, 0.6]);
    this.#negotiationChance = this.#pick([0, 0, 0.2, 0.6]);
    this.#slowChance = this.#pick([0, 0.3, 1]);
    this.#latencyMs = this.#pick([0, 2, 40, 400]);
  }

  /** From now on nothing goes wrong, so that all that was promised has to come. */
  heal(): void {
    this.#isHealed = true;
  }

  onWrite(): WriteFault | undefined {
    if (!this.#happens(this.#writeChance) || this.#writes.length === 0) return undefined;
    const kind = this.#pick(this.#writes);
    if (kind === 'commitLate' || kind === 'timeoutThenCommit' || kind === 'answerLate') {
      return { kind, delayMs: this.random() ** 2 * latestMs };
    }
    return { kind };
  }

  onRead(kind: 'read' | 'subscription'): ReadFault | undefined {
    if (!this.#happens(this.#readChance)) return undefined;
    const afterMessages = Math.floor(this.random() * 12);
    const chance = this.random();
    if (chance < 0.1) return { kind: 'drop' };
    if (chance < 0.2) return { kind: 'notLeader' };
    if (chance < 0.35) return { kind: 'tooBusy' };
    if (chance < 0.5) return { kind: 'stall', afterMessages };
    // A read that ends early and without an error cannot be told from one that is complete: no server does that.
    const breaks = kind === 'read' ? this.#breaks.filter((how) => how !== 'end') : this.#breaks;
    return breaks.length === 0 ? undefined : { kind: 'break', afterMessages, how: this.#pick(breaks) };
  }

  onNegotiation(): NegotiationFault | undefined {
    return this.#happens(this.#negotiationChance) ? this.#pick(negotiationFaults) : undefined;
  }

  dropsSlowConsumers(): boolean {
    return this.#happens(this.#slowChance);
  }

  closeHangs(): boolean {
    return this.#happens(0.05);
  }

  latencyMs(): number {
    return this.random() * this.#latencyMs;
  }

  /** What befalls all connections at once, and after how long. */
  nextMishap(): { readonly afterMs: number; readonly mishap: Mishap } {
    const afterMs = 200 + this.random() * 6_000;
    const forMs = 50 + this.random() ** 2 * 5_000;
    const kind = this.#pick(['restart', 'restart', 'cutAll', 'silence', 'leaderless'] as const);
    switch (kind) {
      case 'restart':
        return { afterMs, mishap: { kind, downMs: forMs } };
      case 'leaderless':
        return { afterMs, mishap: { kind, forMs } };
      case 'cutAll':
      case 'silence':
        return { afterMs, mishap: { kind } };
    }
  }

  #happens(chance: number): boolean {
    return !this.#isHealed && this.#is(chance);
  }

  #is(chance: number): boolean {
    return this.random() < chance;
  }

  #pick<Kind>(kinds: readonly Kind[]): Kind {
    return kinds[Math.floor(this.random() * kinds.length)]!;
  }
}
