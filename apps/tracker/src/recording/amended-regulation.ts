import { amendedParameters, regulation, type Regulation } from '#libs/domain';
import { streamOf } from '#libs/event-store';
import type { History } from './history.js';
import type { StreamHistories } from './stream-histories.js';

/** How old a copy may be before it is read anew, beside the answers that are given on it. */
const readAgainAfterMs = 30_000;

const stream = streamOf({ kind: 'regulation' });

/**
 * The law with its amendments, for deciding on facts. Reading it at each of them would cost a round trip; a copy that
 * misses what another process has just recorded delays a derived marker and nothing else, since no assessment reads
 * those. What this process records is seen at once.
 */
export class AmendedRegulation {
  #history: History | undefined;
  #amended: { readonly of: History; readonly regulation: Regulation } | undefined;
  #readAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly histories: Pick<StreamHistories, 'kept' | 'read'>) {}

  /** @throws StoreUnavailable when it could never be read yet */
  async current(): Promise<Regulation> {
    // A monotonic clock, since this is no fact about the world.
    const isOld = performance.now() - this.#readAtMs > readAgainAfterMs;
    if (this.#history === undefined) await this.#read();
    else if (isOld) void this.#read().catch(() => {});
    return this.#amendedBy(this.histories.kept(stream) ?? this.#history ?? (await this.#read()));
  }

  async #read(): Promise<History> {
    this.#readAtMs = performance.now();
    this.#history = await this.histories.read(stream);
    return this.#history;
  }

  #amendedBy(history: History): Regulation {
    if (this.#amended?.of !== history) {
      const parameters = amendedParameters(regulation.parameters, history.facts);
      this.#amended = { of: history, regulation: { ...regulation, parameters } };
    }
    return this.#amended.regulation;
  }
}
