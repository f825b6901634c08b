import { passes } from '../../src/log-filter.js';
import type { LogFilter } from '../../src/event-store.js';
import type { Pacing } from '../../src/eventstoredb/pacing.js';
import { breakError, notLeader, streamNotFound, unavailable } from './client-errors.js';
import type { BreakKind, FaultPlan, Mishap, ReadFault } from './fault-plan.js';
import type { SimulatedCall } from './simulated-call.js';
import { type LogRecord, SimulatedLog } from './simulated-log.js';

/** What a connection of a client carries, and what is broken with it. */
export type Breakable = { break(error: Error | undefined): void };

export type ReadRequest = {
  /** Undefined: the whole log. */
  readonly stream: string | undefined;
  readonly isForwards: boolean;
  /** A revision or a position, as the request is for a stream or for the log. */
  readonly from: bigint | 'start' | 'end';
  readonly maxCount: number;
};

export type SubscriptionRequest = { readonly after: bigint | undefined; readonly filter: LogFilter | undefined };

type Rules = { readonly faults: FaultPlan; readonly random: () => number; readonly pacing: Pacing };

const systemEvent = { id: '00000000-0000-4000-8000-000000000000', type: '$metadata', data: {} };

/** A single node of a store, with everything that can go wrong about it, on a clock and by a chance that are given. */
export class SimulatedServer {
  readonly log: SimulatedLog;
  /** Rises with each restart: what was under way before is lost. */
  epoch = 0;
  #isUp = true;
  #leaderlessUntilMs = 0;
  readonly clients = new Set<{ fallSilent(): void }>();
  readonly #open = new Set<Breakable>();

  constructor(
    readonly rules: Rules,
    private readonly tell: (what: string) => void = () => undefined,
  ) {
    this.log = new SimulatedLog(rules.pacing.now, () => 1n + BigInt(Math.floor(rules.random() * 900)));
  }

  /** Why nobody is served now. */
  get refusal(): Error | undefined {
    if (!this.#isUp) return unavailable();
    return this.rules.pacing.now() < this.#leaderlessUntilMs ? notLeader() : undefined;
  }

  latency(): Promise<void> {
    const delayMs = this.rules.faults.latencyMs();
    return delayMs === 0 ? Promise.resolve() : this.after(delayMs);
  }

  after(delayMs: number): Promise<void> {
    return new Promise((resolve) => void this.rules.pacing.after(delayMs, resolve));
  }

  connected(connection: Breakable): void {
    this.#open.add(connection);
  }

  gone(connection: Breakable): void {
    this.#open.delete(connection);
  }

  /** Something that the store writes for itself, among the events of others. */
  writeSystemEvent(): void {
    const stream = '$$settings';
    const length = this.log.stream(stream).length;
    this.log.append(stream, [systemEvent], length === 0 ? 'no_stream' : BigInt(length - 1));
  }

  befall(mishap: Mishap): void {
    this.tell(`the server: ${JSON.stringify(mishap)}`);
    switch (mishap.kind) {
      case 'restart':
        this.epoch += 1;
        this.#isUp = false;
        this.rules.pacing.after(mishap.downMs, () => (this.#isUp = true));
        return this.breakAll();
      case 'cutAll':
        return this.breakAll();
      case 'leaderless':
        this.#leaderlessUntilMs = this.rules.pacing.now() + mishap.forMs;
        return this.breakAll(notLeader());
      case 'silence':
        for (const client of [...this.clients]) client.fallSilent();
    }
  }

  breakAll(error?: Error): void {
    for (const connection of [...this.#open]) connection.break(error ?? breakError(this.#anyBreak()));
  }

  async serveRead(call: SimulatedCall, request: ReadRequest): Promise<void> {
    const fault = await this.#begin(call, 'read');
    if (fault === 'over') return;
    const records = this.#recordsOf(request);
    if (records === undefined) return call.break(streamNotFound(request.stream ?? ''));
    let sent = 0;
    for (const record of records.slice(0, request.maxCount)) {
      if (!(await this.#mayGoOn(call, fault, sent))) return;
      await call.send({ kind: 'event', event: { event: record } });
      sent += 1;
    }
    if (await this.#mayGoOn(call, fault, sent)) call.finish();
  }

  async serveSubscription(call: SimulatedCall, { after, filter }: SubscriptionRequest): Promise<void> {
    const fault = await this.#begin(call, 'subscription');
    if (fault === 'over') return;
    const { faults, random } = this.rules;
    const checkpointInterval = 1 + Math.floor(random() * 8);
    let next = after === undefined ? 0 : this.log.indexFrom(after + 1n);
    let considered = 0;
    let sent = 0;
    let isLive = false;
    await call.send({ kind: 'confirmation' });
    while (await this.#mayGoOn(call, fault, sent)) {
      const record = this.log.records[next];
      if (record === undefined) {
        if (!isLive) {
          isLive = true;
          await this.#sendCheckpoint(call, filter === undefined ? 0 : considered, next);
          considered = 0;
          await call.send({ kind: 'caughtUp' });
        } else await this.#growthOr(call);
        continue;
      }
      next += 1;
      considered += 1;
      if (passes(filter, { stream: record.streamId, type: record.type })) {
        const wasQuick = await call.send({ kind: 'event', event: { event: record } });
        sent += 1;
        if (!wasQuick && isLive && faults.dropsSlowConsumers()) return call.break(breakError('tooSlow'));
      }
      if (filter !== undefined && considered >= checkpointInterval) {
        await this.#sendCheckpoint(call, considered, next);
        considered = 0;
      }
    }
  }

  async #sendCheckpoint(call: SimulatedCall, considered: number, next: number): Promise<void> {
    const last = this.log.records[next - 1];
    if (considered === 0 || last === undefined) return;
    await call.send({ kind: 'checkpoint', position: last.position.commit });
  }

  async #begin(call: SimulatedCall, kind: 'read' | 'subscription'): Promise<ReadFault | undefined | 'over'> {
    const connection: Breakable = {
      break: (error) => (error === undefined ? this.#endAs(call, kind) : call.break(error)),
    };
    this.connected(connection);
    call.once('over', () => this.gone(connection));
    const fault = this.rules.faults.onRead(kind);
    if (fault !== undefined) this.tell(`a ${kind}: ${JSON.stringify(fault)}`);
    await this.latency();
    if (fault?.kind === 'drop') return 'over';
    const refusal =
      this.refusal ??
      (fault?.kind === 'notLeader' ? notLeader() : fault?.kind === 'tooBusy' ? unavailable() : undefined);
    if (refusal !== undefined) call.break(refusal);
    return call.isOver ? 'over' : fault;
  }

  /** No server ends a read early without an error. */
  #endAs(call: SimulatedCall, kind: 'read' | 'subscription'): void {
    if (kind === 'subscription') call.finish();
    else call.break(unavailable());
  }

  async #mayGoOn(call: SimulatedCall, fault: ReadFault | undefined, sent: number): Promise<boolean> {
    if (fault !== undefined && 'afterMessages' in fault && sent >= fault.afterMessages) {
      if (fault.kind === 'stall') return false;
      const error = breakError(fault.how);
      if (error === undefined) call.finish();
      else call.break(error);
    }
    return !call.isOver && !call.isSilent;
  }

  #recordsOf({ stream, isForwards, from, maxCount }: ReadRequest): readonly LogRecord[] | undefined {
    const all = stream === undefined ? this.log.records : this.log.stream(stream);
    if (stream !== undefined && all.length === 0) return undefined;
    if (maxCount === 0) return [];
    if (from === 'start') return isForwards ? all : [];
    if (from === 'end') return isForwards ? [] : [...all].reverse();
    // Of the log, backwards leaves out the position that it begins at; of a stream, it does not.
    const index = stream === undefined ? this.log.indexFrom(from) : Number(from) + (isForwards ? 0 : 1);
    return isForwards ? all.slice(index) : all.slice(0, index).reverse();
  }

  async #growthOr(call: SimulatedCall): Promise<void> {
    let callOff = (): void => undefined;
    await new Promise<void>((resolve) => {
      const stopListening = this.log.onGrowth(resolve);
      call.once('over', resolve);
      callOff = () => {
        stopListening();
        call.off('over', resolve);
      };
    });
    callOff();
    await this.latency();
  }

  #anyBreak(): BreakKind {
    const kinds = ['unavailable', 'cancelled', 'reset', 'end'] as const;
    return kinds[Math.floor(this.rules.random() * kinds.length)]!;
  }
}
