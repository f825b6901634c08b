import { type AppendResult, jsonEvent } from '@eventstore/db-client';
import { type ExpectedRevision, type NewEvent, StoreUnavailable } from '../event-store.js';
import type { Client, OpenClient } from './client.js';
import { readClientFailure } from './client-failure.js';
import { atMost, type Pacing } from './pacing.js';

/**
 * Appends that may be unanswered at a time. The client writes all of them to one stream; from the sixteenth unflushed
 * write on it queues, and what stands in that queue when the stream breaks rejects promises that nobody holds, which
 * ends the process. Fifteen keep the wire busy: beyond about ten the processor is the limit.
 */
const maxUnanswered = 15;
/** Appends that may wait for their turn. */
const maxWaiting = 10_000;
/** How long a client that is given up may take to let go of its calls. */
const closeTimeoutMs = 1_000;
/** How long the client gets to turn to the leader that it was told of. */
const redirectMs = 50;
/**
 * The client sends a deadline as a time of its own clock, and a server whose clock is ahead by more would find every
 * append too late. The server has a limit of its own, and so have we.
 */
const toleratedClockSkewMs = 300_000;

type Line = {
  readonly client: Client;
  readonly unanswered: Set<Promise<unknown>>;
  placesTaken: number;
  isGivenUp: boolean;
};
type Waiting = { admit(line: Line): void; refuse(error: Error): void };

export type Sending = {
  readonly expected: ExpectedRevision;
  /** For the answer, once it has been sent. */
  readonly timeoutMs: number;
  /** For its turn to be sent. */
  readonly turnTimeoutMs: number;
};

/** The server said nothing in time. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
}

/**
 * The one way by which this process appends. The client keeps the appends that wait for an answer in a table which all
 * clients of the process share: when the stream of one breaks, it fails the appends of all, and an answer that comes
 * later finds its entry gone and throws where nobody can catch it. So there is one client for appends and for nothing
 * else, at most one of its streams is alive, and after any failure of the stream the client is replaced: the next one
 * is opened when nothing of the former is left.
 */
export class AppendConnection {
  #line: Line;
  #isPaused = false;
  #isClosed = false;
  readonly #waiting = new Set<Waiting>();

  constructor(
    private readonly open: OpenClient,
    private readonly pacing: Pacing,
  ) {
    this.#line = this.#newLine();
  }

  /**
   * Sends once. Rejects with the client's error, with `Unanswered`, or with StoreUnavailable when its turn did not come
   * in time (nothing was sent then).
   */
  async send(
    stream: string,
    events: readonly NewEvent[],
    { expected, timeoutMs, turnTimeoutMs }: Sending,
  ): Promise<AppendResult> {
    let line = await this.#turn(turnTimeoutMs);
    while (line.isGivenUp) line = await this.#turn(turnTimeoutMs);
    const answer = line.client.appendToStream(
      stream,
      events.map((event) => jsonEvent(event)),
      {
        expectedRevision: expected === 'noStream' ? 'no_stream' : expected,
        deadline: timeoutMs + toleratedClockSkewMs,
      },
    );
    // A promise that is given up keeps its handlers, so that what it does later is seen by nobody and harms nobody.
    const settled: Promise<void> = answer.then(
      () => this.#settled(line, settled),
      (error: unknown) => this.#settled(line, settled, error),
    );
    line.unanswered.add(settled);
    let callOff = (): void => undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      callOff = this.pacing.after(timeoutMs, () => {
        this.#giveUp(line);
        reject(new Unanswered(`the event store did not answer an append to ${stream} within ${timeoutMs} ms`));
      });
    });
    try {
      return await Promise.race([answer, tooLate]);
    } finally {
      callOff();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const waiting of this.#waiting) waiting.refuse(closed());
    this.#waiting.clear();
    this.#line.isGivenUp = true;
    await this.#letGo(this.#line);
  }

  #newLine(): Line {
    return { client: this.open(), unanswered: new Set(), placesTaken: 0, isGivenUp: false };
  }

  /** Resolves with a line on which a place has been taken for one append. */
  async #turn(timeoutMs: number): Promise<Line> {
    if (this.#isClosed) throw closed();
    if (this.#hasRoom()) return this.#taken();
    if (this.#waiting.size >= maxWaiting) {
      throw new StoreUnavailable(`${maxWaiting} appends wait for the event store already; try again later`);
    }
    let callOff = (): void => undefined;
    try {
      return await new Promise<Line>((resolve, reject) => {
        const waiting: Waiting = { admit: resolve, refuse: reject };
        this.#waiting.add(waiting);
        callOff = this.pacing.after(timeoutMs, () => {
          this.#waiting.delete(waiting);
          reject(new StoreUnavailable(`no append could be sent to the event store for ${Math.ceil(timeoutMs)} ms`));
        });
      });
    } finally {
      callOff();
    }
  }

  #hasRoom(): boolean {
    return !this.#isPaused && !this.#line.isGivenUp && this.#line.placesTaken < maxUnanswered;
  }

  #taken(): Line {
    this.#line.placesTaken += 1;
    return this.#line;
  }

  #settled(line: Line, settled: Promise<unknown>, error?: unknown): void {
    line.unanswered.delete(settled);
    line.placesTaken -= 1;
    if (error !== undefined) {
      const { kind, breaksConnection } = readClientFailure(error);
      if (breaksConnection) this.#giveUp(line);
      else if (kind === 'notLeader') this.#pause(redirectMs);
    }
    this.#admit();
  }

  #admit(): void {
    for (const next of this.#waiting) {
      if (!this.#hasRoom()) return;
      this.#waiting.delete(next);
      next.admit(this.#taken());
    }
  }

  #pause(durationMs: number): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.pacing.after(durationMs, () => {
      this.#isPaused = false;
      this.#admit();
    });
  }

  #giveUp(line: Line): void {
    if (line.isGivenUp) return;
    line.isGivenUp = true;
    void this.#letGo(line).then(() => {
      if (this.#isClosed) return;
      this.#line = this.#newLine();
      this.#admit();
    });
  }

  /** Twice: an append that was on its way when the client was closed may have opened one more stream since. */
  async #letGo({ client, unanswered }: Line): Promise<void> {
    await atMost(this.pacing, closeTimeoutMs, client.close());
    await atMost(this.pacing, closeTimeoutMs, Promise.all(unanswered));
    await atMost(this.pacing, closeTimeoutMs, client.close());
  }
}

function closed(): StoreUnavailable {
  return new StoreUnavailable('the event store has been closed');
}
