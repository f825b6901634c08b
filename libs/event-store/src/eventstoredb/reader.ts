import { BACKWARDS, END, FORWARDS, START } from '@eventstore/db-client';
import { type AllReadOptions, type StoredEvent, StoreUnavailable, type StreamReadOptions } from '../event-store.js';
import type { Client } from './client.js';
import { messageOf, readClientFailure, RefusedByStore } from './client-failure.js';
import { Inflow } from './inflow.js';
import { backOffDelayMs, pause, type Pacing } from './pacing.js';
import type { ReadConnection } from './read-connection.js';
import { isSystemEvent, type ReceivedEvent, storedEvent } from './stored-event.js';

/** Tries in a row that bring nothing; every event that arrives counts anew. */
const maxReadTries = 12;
/** How long one call may bring nothing. Then the next one goes over another connection. */
const silenceMs = 5_000;
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
type Request = Patience & {
  readonly what: string;
  readonly maxCount: number;
  /** Opens a call that begins behind the event, or at the beginning of the request. Undefined: nothing can be behind it. */
  callBehind(client: Client, last: StoredEvent | undefined, count: number): Call | undefined;
  /** Whether the event was sent again because a call can only begin with it. */
  isRepeated(event: StoredEvent, last: StoredEvent | undefined): boolean;
};

export type ReaderParts = {
  readonly connection: ReadConnection;
  readonly pacing: Pacing;
  /** Aborted when the store is closed. */
  readonly closing: AbortSignal;
};

/** How long a read goes on while nothing comes. */
type Patience = { readonly patienceMs: number };

type Taken = readonly ReceivedEvent[] | 'end' | 'broken' | 'silent';

/**
 * Reads through broken calls: each continues behind the last event that was handed out. From the leader of a cluster,
 * since decisions are taken on what is read.
 */
export class Reader {
  constructor(private readonly parts: ReaderParts) {}

  readStream(
    stream: string,
    { direction = 'forwards', from, maxCount = Infinity, patienceMs }: StreamReadOptions & Patience,
  ): AsyncGenerator<StoredEvent> {
    const isForwards = direction === 'forwards';
    return this.#read({
      what: `stream ${stream}`,
      maxCount,
      patienceMs,
      callBehind: (client, last, count) => {
        if (!isForwards && last?.revision === 0n) return undefined;
        const behindLast = last && last.revision + (isForwards ? 1n : -1n);
        return client.readStream(stream, {
          direction: isForwards ? FORWARDS : BACKWARDS,
          fromRevision: behindLast ?? from ?? (isForwards ? START : END),
          maxCount: count,
          requiresLeader: true,
        });
      },
      isRepeated: () => false,
    });
  }

  readAll({
    direction = 'forwards',
    from,
    maxCount = Infinity,
    patienceMs,
  }: AllReadOptions & Patience): AsyncGenerator<StoredEvent> {
    const isForwards = direction === 'forwards';
    return this.#read({
      what: 'the log',
      maxCount,
      patienceMs,
      callBehind: (client, last, count) => {
        const position = last?.position ?? from;
        return client.readAll({
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
    const { connection, pacing } = this.parts;
    let wanted = request.maxCount;
    let asked = wanted;
    let last: StoredEvent | undefined;
    let failures = 0;
    let endsAtMs = pacing.now() + request.patienceMs;
    while (wanted > 0) {
      this.#assertOpen();
      const { client } = connection;
      const call = request.callBehind(client, last, Math.min(asked, Number.MAX_SAFE_INTEGER));
      if (call === undefined) return;
      const inflow = this.#inflowOf(call);
      let received = 0;
      try {
        for (;;) {
          const outcome = await this.#take(inflow, client, { what: request.what, leftMs: endsAtMs - pacing.now() });
          if (outcome === 'silent') connection.giveUp(client);
          if (outcome === 'silent' || outcome === 'broken') {
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
          // Only now: how long the consumer takes is its own affair.
          endsAtMs = pacing.now() + request.patienceMs;
        }
      } finally {
        inflow.end();
        call.cancel().catch(() => undefined);
      }
      if (failures > 0) await this.#pauseAfter(failures, request.what, endsAtMs);
    }
  }

  /** @throws StoreUnavailable when the next try would come too late */
  async #pauseAfter(failures: number, what: string, endsAtMs: number): Promise<void> {
    const { pacing, closing } = this.parts;
    const delayMs = backOffDelayMs(failures, backOff, pacing.random);
    if (failures >= maxReadTries || pacing.now() + delayMs >= endsAtMs) {
      throw new StoreUnavailable(`${what} cannot be read: the event store does not answer; try again later`);
    }
    await pause(pacing, delayMs, closing);
  }

  async #take(
    inflow: Inflow<ReceivedEvent>,
    client: Client,
    { what, leftMs }: { readonly what: string; readonly leftMs: number },
  ): Promise<Taken> {
    const { pacing, connection } = this.parts;
    let isSilent = false;
    const callOff = pacing.after(Math.max(Math.min(leftMs, silenceMs), 0), () => {
      isSilent = true;
      inflow.end(new Error('the event store sent nothing'));
    });
    try {
      const received = await inflow.take();
      this.#assertOpen();
      if (received !== undefined) return received;
      // A client that is closed cuts its calls in a way that looks like their end.
      return connection.isAlive(client) ? 'end' : 'broken';
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      this.#assertOpen();
      if (isSilent) return 'silent';
      const failure = readClientFailure(error);
      if (failure.kind === 'notFound') return 'end';
      if (failure.kind === 'refused') {
        throw new RefusedByStore(`the event store refuses to read ${what}: ${messageOf(error)}`, { cause: error });
      }
      return 'broken';
    } finally {
      callOff();
    }
  }

  #inflowOf(call: Call): Inflow<ReceivedEvent> {
    const inflow = new Inflow<ReceivedEvent>(call, maxHeld);
    const { closing } = this.parts;
    const endNow = (): void => inflow.end();
    closing.addEventListener('abort', endNow);
    inflow.onEnd(() => closing.removeEventListener('abort', endNow));
    call.on('error', (error) => inflow.end(error ?? new Error('the read broke off')));
    call.on('end', () => inflow.end());
    call.on('data', (received) => inflow.push(received));
    return inflow;
  }

  #assertOpen(): void {
    if (this.parts.closing.aborted) throw new StoreUnavailable('the event store has been closed');
  }
}
