import { START, STREAM_NAME } from '@eventstore/db-client';
import type { LogFilter } from '../../src/event-store.js';
import type { Client } from '../../src/eventstoredb/client.js';
import { readClientFailure } from '../../src/eventstoredb/client-failure.js';
import {
  cancelledByClient,
  notLeader,
  raw,
  timeoutAnswer,
  unavailable,
  unknownAnswer,
  wrongExpectedVersion,
} from './client-errors.js';
import type { WriteFault } from './fault-plan.js';
import { type CheckpointReached, SimulatedCall } from './simulated-call.js';
import type { Expected, ProposedEvent } from './simulated-log.js';
import type { Breakable, ReadRequest, SimulatedServer } from './simulated-server.js';

type Answer = { readonly success: true; readonly nextExpectedRevision: bigint; readonly position: object };
type Pending = { readonly resolve: (answer: Answer) => void; readonly reject: (error: Error) => void };
type Position = { readonly commit: bigint };
type FilterOptions = {
  readonly filterOn: string;
  readonly prefixes: readonly string[];
  readonly checkpointReached: CheckpointReached;
};

/** After so long keep-alive finds out that a connection is dead. */
const keepAliveMs = 20_000;
/** From the sixteenth write on that has not left, the client queues, and the queue rejects promises that nobody holds. */
const maxUnflushed = 15;

/** What the clients of one process share, and what would end that process. */
export class SimulatedProcess {
  readonly pending = new Map<number, Pending>();
  /** Why the process would have died. */
  readonly deaths: string[] = [];
  correlationIds = 0;
  streams = 0;

  constructor(readonly tell: (what: string) => void = () => undefined) {}

  dies(why: string): void {
    this.deaths.push(why);
    this.tell(`the process dies: ${why}`);
  }
}

/** The stream on which one client sends its appends. */
class BatchStream implements Breakable {
  /** Told of the way to the leader. */
  onRedirect: () => void = () => undefined;
  isAlive = true;
  isSilent = false;
  unflushed = 0;
  readonly number: number;

  constructor(
    private readonly process: SimulatedProcess,
    private readonly server: SimulatedServer,
  ) {
    server.connected(this);
    this.number = process.streams += 1;
    process.tell(`stream ${this.number} opens`);
  }

  /** Fails the appends of every client of the process, as the client's shared table has it. */
  break(error: Error | undefined): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    this.server.gone(this);
    this.process.tell(`stream ${this.number} breaks: ${error?.message ?? 'without an error'}`);
    if (this.unflushed > maxUnflushed) this.process.dies('a broken stream rejected writes that nobody holds');
    // A stream that ends well tells nobody: what is pending on it stays so for ever.
    if (error === undefined) return;
    if (readClientFailure(error).kind === 'notLeader') this.onRedirect();
    const pending = [...this.process.pending.values()];
    this.process.pending.clear();
    for (const { reject } of pending) reject(error);
  }

  answer(id: number, settle: (pending: Pending) => void): void {
    if (!this.isAlive || this.isSilent) return;
    const pending = this.process.pending.get(id);
    if (pending === undefined) {
      this.process.dies('an answer came to an append that the shared table had lost: thrown where nobody catches');
      return;
    }
    this.process.pending.delete(id);
    settle(pending);
  }
}

/** The official client as far as the adapter uses it, with its defects. */
export class SimulatedClient {
  #negotiation: Promise<void> | undefined;
  #stream: BatchStream | undefined;
  #isClosed = false;
  #isSilent = false;
  #isRedirecting = false;
  readonly #calls = new Set<SimulatedCall>();

  constructor(
    private readonly server: SimulatedServer,
    private readonly process: SimulatedProcess,
    private readonly tell: (what: string) => void = () => undefined,
  ) {
    server.clients.add(this);
  }

  /** The connection is dead, but neither end knows. */
  fallSilent(): void {
    this.#isSilent = true;
    if (this.#stream !== undefined) this.#stream.isSilent = true;
    for (const call of this.#calls) call.isSilent = true;
    this.server.rules.pacing.after(keepAliveMs, () => {
      this.#isSilent = false;
      this.#stream?.break(unavailable());
      for (const call of [...this.#calls]) call.break(unavailable());
    });
  }

  asClient(): Client {
    return this as unknown as Client;
  }

  async appendToStream(
    stream: string,
    events: readonly ProposedEvent[],
    { expectedRevision }: { readonly expectedRevision: Expected },
  ): Promise<Answer> {
    await (this.#negotiation ??= this.#negotiate());
    if (this.#isClosed) throw new Error('this client has been closed');
    if (this.#stream?.isAlive !== true) this.#stream = this.#openStream();
    const batch = this.#stream;
    batch.isSilent ||= this.#isSilent;
    const id = (this.process.correlationIds += 1);
    return new Promise((resolve, reject) => {
      this.process.pending.set(id, { resolve, reject });
      void this.#send(batch, id, { stream, events, expected: expectedRevision });
    });
  }

  readStream(
    stream: string,
    options: { direction: string; fromRevision: ReadRequest['from']; maxCount: number },
  ): SimulatedCall {
    const { direction, fromRevision: from, maxCount } = options;
    return this.#called(new SimulatedCall(), (call) =>
      this.server.serveRead(call, { stream, isForwards: direction === 'forwards', from, maxCount }),
    );
  }

  readAll(options: { direction: string; fromPosition: Position | 'start' | 'end'; maxCount: number }): SimulatedCall {
    const { direction, fromPosition, maxCount } = options;
    const from = typeof fromPosition === 'string' ? fromPosition : fromPosition.commit;
    return this.#called(new SimulatedCall(), (call) =>
      this.server.serveRead(call, { stream: undefined, isForwards: direction === 'forwards', from, maxCount }),
    );
  }

  subscribeToAll({
    fromPosition,
    filter,
  }: {
    fromPosition: Position | typeof START;
    filter?: FilterOptions;
  }): SimulatedCall {
    const after = fromPosition === START ? undefined : fromPosition.commit;
    const logFilter: LogFilter | undefined =
      filter === undefined
        ? undefined
        : filter.filterOn === STREAM_NAME
          ? { streamPrefixes: filter.prefixes }
          : { typePrefixes: filter.prefixes };
    return this.#called(new SimulatedCall(filter?.checkpointReached), (call) =>
      this.server.serveSubscription(call, { after, filter: logFilter }),
    );
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.server.clients.delete(this);
    const stream = this.#stream;
    // It takes some turns until the calls learn of it, many in a busy process.
    await this.server.after(this.server.rules.random() ** 3 * 300);
    stream?.break(cancelledByClient());
    for (const call of this.#calls) call.finish();
    if (this.server.rules.faults.closeHangs()) await new Promise(() => undefined);
    await this.server.latency();
  }

  /** While the client turns to the leader, a stream that is opened still leads to the former one. */
  #openStream(): BatchStream {
    const batch = new BatchStream(this.process, this.server);
    const { pacing, random } = this.server.rules;
    if (this.#isRedirecting) pacing.after(random() * 100, () => batch.break(notLeader()));
    batch.onRedirect = () => {
      if (this.#isRedirecting) return;
      this.#isRedirecting = true;
      pacing.after(random() * 20, () => {
        this.#isRedirecting = false;
        this.#stream = undefined;
      });
    };
    return batch;
  }

  #called(call: SimulatedCall, serve: (call: SimulatedCall) => Promise<void>): SimulatedCall {
    this.#calls.add(call);
    call.once('over', () => this.#calls.delete(call));
    call.isSilent = this.#isSilent;
    if (this.#isClosed) this.server.rules.pacing.after(0, () => call.break(unavailable()));
    else if (!this.#isSilent) void serve(call);
    return call;
  }

  /** What has failed stays failed, unless the client takes it for a lost connection. */
  async #negotiate(): Promise<void> {
    const fault = this.server.rules.faults.onNegotiation();
    if (fault !== undefined) this.tell(`a negotiation: ${fault}`);
    await this.server.latency();
    if (this.#isSilent) await this.server.after(keepAliveMs);
    if (this.server.refusal !== undefined || this.#isSilent || fault === 'tooBusy') {
      this.#negotiation = undefined;
      throw raw(14);
    }
    if (fault === 'drop') await new Promise(() => undefined);
    if (fault === 'unknown') throw raw(2);
    if (fault === 'unauthenticated') throw raw(16);
  }

  async #send(
    batch: BatchStream,
    id: number,
    append: { readonly stream: string; readonly events: readonly ProposedEvent[]; readonly expected: Expected },
  ): Promise<void> {
    const { server } = this;
    const { faults, random } = server.rules;
    const { epoch } = server;
    const fault: WriteFault | undefined = faults.onWrite();
    batch.unflushed += 1;
    await server.latency();
    batch.unflushed -= 1;
    if (fault !== undefined)
      this.tell(`append ${id} to ${append.stream} at ${append.expected}: ${JSON.stringify(fault)}`);
    // What had left when the connection broke may arrive all the same.
    if (batch.isSilent || server.epoch !== epoch || (!batch.isAlive && random() < 0.5)) return;
    if (server.refusal !== undefined) return batch.break(server.refusal);
    const commit = (): void => this.#commit(batch, id, append);
    const commitQuietly = (): void => void server.log.append(append.stream, append.events, append.expected);
    const later = async (delayMs: number, action: () => void): Promise<void> => {
      await server.after(delayMs);
      if (server.epoch === epoch) action();
    };
    switch (fault?.kind) {
      case undefined:
        return commit();
      case 'dropBeforeCommit':
        return;
      case 'dropAfterCommit':
        return commitQuietly();
      case 'cutAfterCommit':
        commitQuietly();
        return batch.break(random() < 0.5 ? unavailable() : raw(13));
      case 'cutBeforeCommit':
      case 'tooBusy':
        return batch.break(unavailable());
      case 'timeoutAfterCommit':
        commitQuietly();
        return this.#answer(batch, id, ({ reject }) => reject(timeoutAnswer()));
      case 'timeoutBeforeCommit':
        return this.#answer(batch, id, ({ reject }) => reject(timeoutAnswer()));
      case 'timeoutThenCommit':
        this.#answer(batch, id, ({ reject }) => reject(timeoutAnswer()));
        return later(fault.delayMs, commitQuietly);
      case 'unknown':
        return this.#answer(batch, id, ({ reject }) => reject(unknownAnswer()));
      case 'notLeader':
        return batch.break(notLeader());
      case 'commitLate':
        return later(fault.delayMs, commit);
      case 'answerLate':
        commitQuietly();
        return later(fault.delayMs, commit);
    }
  }

  #commit(
    batch: BatchStream,
    id: number,
    {
      stream,
      events,
      expected,
    }: { readonly stream: string; readonly events: readonly ProposedEvent[]; readonly expected: Expected },
  ): void {
    const outcome = this.server.log.append(stream, events, expected);
    this.#answer(batch, id, ({ resolve, reject }) => {
      if ('conflictWith' in outcome) return reject(wrongExpectedVersion(outcome.conflictWith));
      const position = { commit: outcome.position, prepare: outcome.position };
      resolve({ success: true, nextExpectedRevision: outcome.revision, position });
    });
  }

  #answer(batch: BatchStream, id: number, settle: (pending: Pending) => void): void {
    void this.server.latency().then(() => batch.answer(id, settle));
  }
}
