import type { Rights } from '../access.js';
import type { ExpectedRevision } from '../log/record.js';
import {
  encodeAccessDenied,
  encodeBatchAnswer,
  encodeBatchProblem,
  type Addressee,
} from '../protocol/batch-answers.js';
import { decodeBatchAppendRequest, type BatchAppendRequest } from '../protocol/append-requests.js';
import { IncomingEvents, readStreamName } from '../protocol/read-request.js';
import type { Call } from '../transport/call.js';
import type { ServedLog } from './served-log.js';
import { submit, writeTimeoutMs } from './submit.js';

/** Appends of one call whose last chunk has not come yet; each may hold a megabyte. */
const unfinishedMax = 100;

/** An append whose chunks are coming in. */
type Unfinished = {
  readonly to: Addressee;
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly deadlineMs: number;
  readonly incoming: IncomingEvents;
  timer?: NodeJS.Timeout;
};

/**
 * Serves one BatchAppend call, which a client keeps open for all its appends. Each correlation id that opened an append
 * gets exactly one answer, and the call ends only when nothing is owed, since the client waits for ever for an answer.
 */
export class BatchAppendCall {
  readonly #unfinished = new Map<string, Unfinished>();
  #owed = 0;
  #hasEnded = false;
  #isPaused = false;

  constructor(
    private readonly served: ServedLog,
    private readonly call: Call,
    private readonly rights: Rights,
  ) {
    served.counters.openBatchAppends += 1;
    call.onceOver(() => {
      served.counters.openBatchAppends -= 1;
    });
    call.receive(
      decodeBatchAppendRequest,
      (request) => this.#take(request),
      () => {
        this.#hasEnded = true;
        this.#endWhenDone();
      },
    );
    // When the connection breaks nobody is left to answer.
    call.onceOver(() => this.#abandon());
  }

  #take(request: BatchAppendRequest): void {
    const { id } = request;
    if (id === undefined) return;
    const unfinished = this.#unfinished.get(id) ?? this.#open(id, request);
    if (unfinished === undefined) return;
    for (const message of request.messages) {
      const problem = unfinished.incoming.add(message);
      if (problem === undefined) continue;
      this.#close(id, unfinished);
      return this.#write(encodeBatchProblem(unfinished.to, problem));
    }
    if (request.isFinal) {
      this.#close(id, unfinished);
      this.#append(unfinished);
    } else if (unfinished.timer === undefined) {
      unfinished.timer = setTimeout(() => {
        this.#close(id, unfinished);
        this.#write(encodeBatchAnswer(unfinished.to, unfinished.expected, { outcome: 'timeout' }));
      }, unfinished.deadlineMs - Date.now());
    }
  }

  /** The first chunk carries the options; a chunk of an append that is over, or never began, is ignored. */
  #open(id: string, { correlationId, options }: BatchAppendRequest): Unfinished | undefined {
    if (options === undefined) return undefined;
    const { streamName, expected } = options;
    const to = { correlationId, streamName };
    const stream = readStreamName(streamName);
    if (typeof stream !== 'string') {
      this.#owed += 1;
      this.#write(encodeBatchProblem(to, stream));
      return undefined;
    }
    if (!this.rights(stream)) {
      this.#owed += 1;
      this.#write(encodeAccessDenied(to));
      return undefined;
    }
    const now = Date.now();
    const deadlineMs = Math.min(options.deadlineMs, now + writeTimeoutMs);
    this.#owed += 1;
    if (deadlineMs <= now || this.#unfinished.size >= unfinishedMax) {
      this.#write(
        encodeBatchAnswer(
          to,
          expected,
          deadlineMs <= now
            ? { outcome: 'timeout' }
            : { outcome: 'unavailable', reason: 'too many appends are unfinished' },
        ),
      );
      return undefined;
    }
    const unfinished: Unfinished = { to, stream, expected, deadlineMs, incoming: new IncomingEvents() };
    this.#unfinished.set(id, unfinished);
    return unfinished;
  }

  #close(id: string, unfinished: Unfinished): void {
    clearTimeout(unfinished.timer);
    this.#unfinished.delete(id);
  }

  #append({ to, stream, expected, deadlineMs, incoming }: Unfinished): void {
    submit(this.served, this.call, 'batchAppend', {
      kind: 'append',
      stream,
      expected,
      events: incoming.events,
      deadlineMs,
      answer: (answer) => this.#write(encodeBatchAnswer(to, expected, answer)),
    });
  }

  #write(answer: Uint8Array): void {
    this.#owed -= 1;
    if (!this.call.write(answer) && !this.#isPaused) this.#pause();
    this.#endWhenDone();
  }

  /** A client that does not take its answers may not ask for more of them. */
  #pause(): void {
    this.#isPaused = true;
    this.call.pause();
    void this.call.change().then(() => {
      this.#isPaused = false;
      this.call.resume();
    });
  }

  #endWhenDone(): void {
    if (this.#hasEnded && this.#owed === 0) this.call.end();
  }

  #abandon(): void {
    for (const [id, unfinished] of this.#unfinished) this.#close(id, unfinished);
  }
}
