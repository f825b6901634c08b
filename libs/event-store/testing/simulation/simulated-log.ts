import type { ReceivedEvent } from '../../src/eventstoredb/stored-event.js';

export type LogRecord = NonNullable<ReceivedEvent['event']> & { readonly position: { readonly commit: bigint } };

/** An event as the client sends it. */
export type ProposedEvent = {
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
  readonly metadata?: unknown;
};

export type Expected = 'no_stream' | bigint;

export type AppendOutcome =
  { readonly revision: bigint; readonly position: bigint } | { readonly conflictWith: Expected };

/** The log of a single node, with the rules by which it takes appends at an expected revision. */
export class SimulatedLog {
  readonly records: LogRecord[] = [];
  readonly #streams = new Map<string, LogRecord[]>();
  readonly #growth = new Set<() => void>();

  constructor(
    private readonly now: () => number,
    /** How far the next record lies behind the last one. */
    private readonly step: () => bigint,
  ) {}

  get end(): bigint | undefined {
    return this.records.at(-1)?.position.commit;
  }

  stream(name: string): readonly LogRecord[] {
    return this.#streams.get(name) ?? [];
  }

  append(stream: string, events: readonly ProposedEvent[], expected: Expected): AppendOutcome {
    const stored = this.#streams.get(stream) ?? [];
    const head = BigInt(stored.length) - 1n;
    const after = expected === 'no_stream' ? -1n : expected;
    if (after !== head) {
      const standing = after < head ? stored.slice(Number(after) + 1, Number(after) + 1 + events.length) : [];
      const last = standing.at(-1);
      const isRepeated = standing.length === events.length && standing.every(({ id }, i) => id === events[i]?.id);
      if (isRepeated && last !== undefined) return { revision: last.revision, position: last.position.commit };
      return { conflictWith: head < 0n ? 'no_stream' : head };
    }
    this.#streams.set(stream, stored);
    for (const event of events) {
      const record = this.#recordOf(stream, event, BigInt(stored.length));
      stored.push(record);
      this.records.push(record);
    }
    for (const wake of [...this.#growth]) wake();
    const last = stored.at(-1)!;
    return { revision: last.revision, position: last.position.commit };
  }

  /** Told of every append until it is called off. */
  onGrowth(wake: () => void): () => void {
    this.#growth.add(wake);
    return () => this.#growth.delete(wake);
  }

  /** Index of the first record at or behind the position. */
  indexFrom(position: bigint): number {
    const index = this.records.findIndex((record) => record.position.commit >= position);
    return index < 0 ? this.records.length : index;
  }

  #recordOf(streamId: string, { id, type, data, metadata }: ProposedEvent, revision: bigint): LogRecord {
    const position = { commit: (this.end ?? 0n) + this.step() };
    const created = new Date(this.now());
    return {
      ...(JSON.parse(JSON.stringify({ data, metadata })) as object),
      ...{ id, type, streamId, revision, position, created, isJson: true },
    } as LogRecord;
  }
}
