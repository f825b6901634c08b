import { type AppendResult, jsonEvent } from '@eventstore/db-client';
import { type ExpectedRevision, type NewEvent, StoreUnavailable } from '../event-store.js';
import type { Client, OpenClient } from './client.js';
import { readClientFailure } from './client-failure.js';

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

type Line = {
  readonly client: Client;
  readonly unanswered: Set<Promise<unknown>>;
  placesTaken: number;
  isGivenUp: boolean;
};
type Waiting = { admit(line: Line): void; refuse(error: Error): void };

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
  readonly #waiting: Waiting[] = [];

  constructor(private readonly open: OpenClient) {
    this.#line = this.#newLine();
  }

  /**
   * Sends once. Rejects with the client's error, with `Unanswered`, or with StoreUnavailable when its turn did not come
   * in time (nothing was sent then).
   */
  async send(
    stream: string,
    events: readonly NewEvent[],
    { expected, timeoutMs }: { readonly expected: ExpectedRevision; readonly timeoutMs: number },
  ): Promise<AppendResult> {
    let line = await this.#turn(timeoutMs);
    while (line.isGivenUp) line = await this.#turn(timeoutMs);
    const answer = line.client.appendToStream(
      stream,
      events.map((event) => jsonEvent(event)),
      { expectedRevision: expected === 'noStream' ? 'no_stream' : expected, deadline: timeoutMs },
    );
    // A promise that is given up keeps its handlers, so that what it does later is seen by nobody and harms nobody.
    const settled: Promise<void> = answer.then(
      () => this.#settled(line, settled),
      (error: unknown) => this.#settled(line, settled, error),
    );
    line.unanswered.add(settled);
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        this.#giveUp(line);
        reject(new Unanswered(`the event store did not answer an append to ${stream} within ${timeoutMs} ms`));
      }, timeoutMs);
    });
    try {
      return await Promise.race([answer, tooLate]);
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const waiting of this.#waiting.splice(0)) waiting.refuse(closed());
    this.#line.isGivenUp = true;
    await letGo(this.#line);
  }

  #newLine(): Line {
    return { client: this.open(), unanswered: new Set(), placesTaken: 0, isGivenUp: false };
  }

  /** Resolves with a line on which a place has been taken for one append. */
  async #turn(timeoutMs: number): Promise<Line> {
    if (this.#isClosed) throw closed();
    if (this.#hasRoom()) return this.#taken();
    if (this.#waiting.length >= maxWaiting) {
      throw new StoreUnavailable(`${maxWaiting} appends wait for the event store already; try again later`);
    }
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Line>((resolve, reject) => {
        const waiting: Waiting = { admit: resolve, refuse: reject };
        this.#waiting.push(waiting);
        timer = setTimeout(() => {
          const place = this.#waiting.indexOf(waiting);
          if (place < 0) return;
          this.#waiting.splice(place, 1);
          reject(new StoreUnavailable(`no append could be sent to the event store for ${timeoutMs} ms`));
        }, timeoutMs);
      });
    } finally {
      clearTimeout(timer);
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
      const failure = readClientFailure(error);
      if (failure.kind === 'uncertain' && failure.breaksConnection) this.#giveUp(line);
      else if (failure.kind === 'notLeader') this.#pause(redirectMs);
    }
    this.#admit();
  }

  #admit(): void {
    while (this.#hasRoom()) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      next.admit(this.#taken());
    }
  }

  #pause(durationMs: number): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    setTimeout(() => {
      this.#isPaused = false;
      this.#admit();
    }, durationMs);
  }

  #giveUp(line: Line): void {
    if (line.isGivenUp) return;
    line.isGivenUp = true;
    void letGo(line).then(() => {
      if (this.#isClosed) return;
      this.#line = this.#newLine();
      this.#admit();
    });
  }
}

/** Twice: an append that was on its way when the client was closed may have opened one more stream since. */
async function letGo({ client, unanswered }: Line): Promise<void> {
  await withinTime(client.close());
  await withinTime(Promise.all(unanswered));
  await withinTime(client.close());
}

async function withinTime(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, closeTimeoutMs);
  });
  await Promise.race([work.then(noMatter, noMatter), tooLate]);
  clearTimeout(timer);
}

const noMatter = (): void => undefined;

function closed(): StoreUnavailable {
  return new StoreUnavailable('the event store has been closed');
}
