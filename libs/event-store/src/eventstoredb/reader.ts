import { BACKWARDS, END, FORWARDS, START } from '@eventstore/db-client';
import { type AllReadOptions, type StoredEvent, StoreUnavailable, type StreamReadOptions } from '../event-store.js';
import { backOffDelayMs, type Pacing } from './back-off.js';
import type { Client } from './client.js';
import { messageOf, readClientFailure, RefusedByStore } from './client-failure.js';
import { Inflow } from './inflow.js';
import { isSystemEvent, type ReceivedEvent, storedEvent } from './stored-event.js';

/** Tries in a row that bring nothing; every event that arrives counts anew. */
const maxReadTries = 5;
const backOff = { firstMs: 50, mostMs: 1_000 };
/** Events that are held for a consumer that is busy with the ones before. */
const maxHeld = 128;
/** Where only some of what is read is wanted, no less than this is asked for at a time. */
const pageAfterMiss = 256;

/** A read of the client that is under way. */
type Call = {
  on(event: 'data', listener: (received: ReceivedEvent) => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  pause(): unknown;
  resume(): unknown;
  cancel(): Promise<void>;
};

/** One read that may need several calls. */
type Request = {
  readonly what: string;
  readonly maxCount: number;
  /** Opens a call that begins behind the event, or at the beginning of the request. Undefined: nothing can be behind it. */
  callBehind(last: StoredEvent | undefined, count: number): Call | undefined;
  /** Whether the event was sent again because a call can only begin with it. */
  isRepeated(event: StoredEvent, last: StoredEvent | undefined): boolean;
};

export type ReaderParts = {
  readonly client: Client;
  readonly pacing: Pacing;
  /** How long a call may send nothing. */
  readonly timeoutMs: number;
  readonly isClosed: () => boolean;
};

/** Reads through broken calls: each continues behind the last event that was handed out. */
export class Reader {
  constructor(private readonly parts: ReaderParts) {}

  readStream(stream: string, { direction = 'forwards', from, maxCount = Infinity }: StreamReadOptions = {}) {
    const isForwards = direction === 'forwards';
    return this.#read({
      what: `stream ${stream}`,
      maxCount,
      callBehind: (last, count) => {
        if (!isForwards && last?.revision === 0n) return undefined;
        const behindLast = last && last.revision + (isForwards ? 1n : -1n);
        return this.parts.client.readStream(stream, {
          direction: isForwards ? FORWARDS : BACKWARDS,
          fromRevision: behindLast ?? from ?? (isForwards ? START : END),
          maxCount: count,
          requiresLeader: true,
        });
      },
      isRepeated: () => false,
    });
  }

  readAll({ direction = 'forwards', from, maxCount = Infinity }: AllReadOptions = {}) {
    const isForwards = direction === 'forwards';
    return this.#read({
      what: 'the log',
      maxCount,
      callBehind: (last, count) => {
        const position = last?.position ?? from;
        return this.parts.client.readAll({
          direction: isForwards ? FORWARDS : BACKWARDS,
          fromPosition: position === undefined ? (isForwards ? START : END) : { commit: position, prepare: position },
          maxCount: count,
          requiresLeader: true,
        });
      },
      isRepeated: (event, last) => event.position === last?.position,
    });
  }

  async *#read(request: Request): AsyncGenerator<StoredEvent> {
    let wanted = request.maxCount;
    let asked = wanted;
    let last: StoredEvent | undefined;
    let failures = 0;
    while (wanted > 0) {
      this.#assertOpen();
      const call = request.callBehind(last, Math.min(asked, Number.MAX_SAFE_INTEGER));
      if (call === undefined) return;
      const inflow = inflowOf(call);
      let received = 0;
      try {
        for (;;) {
          const outcome = await this.#take(inflow, request.what);
          if (outcome === 'broken') {
            failures += 1;
            break;
          }
          if (outcome === 'end') {
            if (received < asked) return;
            asked = Math.max(wanted, pageAfterMiss);
            break;
          }
          failures = 0;
          for (const one of outcome) {
            received += 1;
            const event = storedEvent(one);
            if (request.isRepeated(event, last)) continue;
            last = event;
            if (isSystemEvent(event)) continue;
            yield event;
            wanted -= 1;
            if (wanted === 0) return;
          }
        }
      } finally {
        inflow.end();
        call.cancel().catch(() => undefined);
      }
      if (failures >= maxReadTries)
        throw new StoreUnavailable(`${request.what} cannot be read: the event store does not answer; try again later`);
      if (failures > 0) await this.parts.pacing.wait(backOffDelayMs(failures, backOff, this.parts.pacing.random));
    }
  }

  async #take(inflow: Inflow<ReceivedEvent>, what: string): Promise<readonly ReceivedEvent[] | 'end' | 'broken'> {
    try {
      const received = await inflow.take(this.parts.timeoutMs);
      // Closing the client cuts its calls in a way that looks like their end.
      this.#assertOpen();
      return received ?? 'end';
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      const failure = readClientFailure(error);
      if (failure.kind === 'notFound') return 'end';
      if (failure.kind === 'refused') {
        throw new RefusedByStore(`the event store refuses to read ${what}: ${messageOf(error)}`, { cause: error });
      }
      return 'broken';
    }
  }

  #assertOpen(): void {
    if (this.parts.isClosed()) throw new StoreUnavailable('the event store has been closed');
  }
}

function inflowOf(call: Call): Inflow<ReceivedEvent> {
  const inflow = new Inflow<ReceivedEvent>(call, maxHeld);
  call.on('error', (error) => inflow.end(error ?? new Error('the read broke off')));
  call.on('end', () => inflow.end());
  call.on('data', (received) => inflow.push(received));
  return inflow;
}
