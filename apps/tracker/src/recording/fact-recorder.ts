import { Inject, Injectable } from '@nestjs/common';
import {
  type Decision,
  decideModel,
  decideProvider,
  decideRegulation,
  type Fact,
  type FactElsewhere,
  type FactToRecord,
  type FactType,
  type Instant,
  modelsToDecideWith,
  type RecordedModelFact,
  type RecordedProviderFact,
  type RecordedRegulationFact,
  type Regulation,
  type Subject,
} from '#libs/domain';
import {
  encodeFact,
  type EventStore,
  type NewEvent,
  RevisionConflict,
  type StoredEvent,
  streamOf,
  uuidV5,
} from '#libs/event-store';
import { isDeepStrictEqual } from 'node:util';
import { type Clock, CLOCK, EVENT_STORE } from '../platform/ports.js';
import { Problem } from '../platform/problem.js';
import { Refused } from '../platform/refusal-problems.js';
import { AmendedRegulation } from './amended-regulation.js';
import type { History, StoredFact } from './history.js';
import { StreamHistories } from './stream-histories.js';
import { Turns } from './turns.js';

/** How often a decision is made again because another process wrote in between. */
export const decideAgainMax = 3;

export type RecordRequest = {
  readonly subject: Subject;
  /** `id` is the event id, a UUID: sending it again records nothing twice. */
  readonly facts: readonly { readonly id: string; readonly fact: Fact; readonly occurredAt: Instant }[];
  /** Revision that the caller has seen last; absent: whatever it is. */
  readonly ifMatch?: bigint;
  readonly context: {
    readonly actor: string;
    /** `api`, `webhook:<connection>` or `system`. */
    readonly source: string;
    readonly correlationId: string;
    readonly causationId?: string;
    readonly deliveryId?: string;
  };
};

export type EventReceipt = {
  readonly id: string;
  readonly type: FactType;
  readonly revision: bigint;
  readonly position: bigint;
};

export type RecordResult = {
  /** `alreadyRecorded`: nothing was new, and these are the events of the first time. */
  readonly outcome: 'recorded' | 'alreadyRecorded';
  /** The facts of the request that are recorded, with what the decider derived from them. */
  readonly events: readonly EventReceipt[];
  /** Place in the log from which on a reader sees all of it; 0 while the stream is empty. */
  readonly position: bigint;
  /** Revision of the stream; undefined while it is empty. */
  readonly revision: bigint | undefined;
};

/** The only place where the deciders meet the store: load, decide, append at the expected revision. */
@Injectable()
export class FactRecorder {
  readonly #turns = new Turns();
  readonly #regulation: AmendedRegulation;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly histories: StreamHistories,
  ) {
    this.#regulation = new AmendedRegulation(histories);
  }

  /**
   * Records all facts or none; resolves when they are durable.
   * @throws Refused when the decider says no
   * @throws Problem 412 when `ifMatch` is not the stream's revision
   * @throws RevisionConflict when other processes kept writing in between
   * @throws StoreUnavailable when the outcome could not be learnt: the same request may be sent again
   */
  async record(request: RecordRequest): Promise<RecordResult> {
    const stream = streamOf(request.subject);
    return this.#turns.take(stream, () => this.#recordInTurn(stream, request));
  }

  async #recordInTurn(stream: string, request: RecordRequest): Promise<RecordResult> {
    // A kept history may miss what another process wrote. An append that succeeds proves it current, and events that
    // are there stay there; every other answer is only given on a history that was just read.
    // What follows on other streams must not be recorded on a guess.
    const kept = this.histories.kept(stream);
    if (kept !== undefined && modelsToDecideWith(kept.facts, request.facts).length === 0) {
      const result = await this.#tryOn(kept, request, { isCurrent: false });
      if (result !== undefined) return result;
    }
    for (let attempt = 0; attempt < decideAgainMax; attempt += 1) {
      const result = await this.#tryOn(await this.histories.read(stream), request, { isCurrent: true });
      if (result !== undefined) return result;
    }
    const history = await this.histories.read(stream);
    return this.#decideAndAppend(history, request);
  }

  /** Undefined when only a newer history can tell. */
  async #tryOn(
    history: History,
    request: RecordRequest,
    { isCurrent }: { isCurrent: boolean },
  ): Promise<RecordResult | undefined> {
    try {
      const result = await this.#decideAndAppend(history, request);
      return isCurrent || result.outcome === 'recorded' || knowsAll(history, request) ? result : undefined;
    } catch (error) {
      if (error instanceof RevisionConflict) return undefined;
      if (!isCurrent && (error instanceof Refused || error instanceof Problem)) return undefined;
      throw error;
    }
  }

  async #decideAndAppend(history: History, request: RecordRequest): Promise<RecordResult> {
    const now = this.clock.now();
    const others = await this.#othersFor(history, request);
    const decision = decide(history, request, { now, regulation: await this.#regulation.current(), others });
    if (decision.outcome === 'refused') throw new Refused(decision.refusal);
    // Before If-Match: a request that was carried out has itself moved the revision on.
    if (decision.facts.length === 0) return answer('alreadyRecorded', history, request);
    if (request.ifMatch !== undefined && request.ifMatch !== history.revision)
      throw revisionMismatch(request.ifMatch, history);
    for (const fact of decision.elsewhere ?? []) await this.#recordElsewhere(fact, others, request, now);
    const events = decision.facts.map((fact) => newEvent(fact, request, now));
    await this.store.append(history.stream, events, history.revision);
    const whole = await this.#readBack(history, events);
    return answer('recorded', whole, request);
  }

  /** Just read, since whoever wrote to them last decides. Few requests need any. */
  async #othersFor({ facts }: History, request: RecordRequest): Promise<ReadonlyMap<string, History>> {
    const ids = modelsToDecideWith(facts, request.facts);
    const read = async (id: string) => [id, await this.histories.read(streamOf({ kind: 'model', id }))] as const;
    return new Map(await Promise.all(ids.map(read)));
  }

  /**
   * What follows on another stream, before the facts that it follows from: after a crash in between, a sender that
   * repeats its request finds it there by its id and goes on.
   * @throws RevisionConflict when that stream has moved on since it was decided upon
   */
  async #recordElsewhere(
    fact: FactElsewhere,
    others: ReadonlyMap<string, History>,
    request: RecordRequest,
    now: Instant,
  ): Promise<void> {
    const stream = streamOf(fact.subject);
    const history =
      [...others.values()].find((other) => other.stream === stream) ?? (await this.histories.read(stream));
    const event = newEvent(fact, request, now);
    if (history.facts.some(({ id }) => id === event.id)) return;
    await this.store.append(stream, [event], history.revision);
    await this.#readBack(history, [event]);
  }

  /**
   * The history with what stands where `events` were appended. A store takes an event of the same id for the same
   * event and does not look at its content, so its yes alone does not say that ours is the one that it holds.
   */
  async #readBack(history: History, events: readonly NewEvent[]): Promise<History> {
    const from = history.revision === 'noStream' ? 0n : history.revision + 1n;
    const stored: StoredEvent[] = [];
    for await (const event of this.store.readStream(history.stream, { from, maxCount: events.length }))
      stored.push(event);
    const whole = this.histories.extend(history, stored);
    if (events.every((event, index) => isSame(event, stored[index]))) return whole;
    throw new RevisionConflict(history.stream, history.revision, whole.revision);
  }
}

function isSame(event: NewEvent, stored: StoredEvent | undefined): boolean {
  return (
    stored?.id === event.id &&
    isDeepStrictEqual(stored.metadata, event.metadata) &&
    isDeepStrictEqual(stored.data, event.data)
  );
}

function decide(
  history: History,
  { subject, facts }: RecordRequest,
  { now, regulation, others }: { now: Instant; regulation: Regulation; others: ReadonlyMap<string, History> },
): Decision {
  const otherModels = new Map([...others].map(([id, other]) => [id, other.facts]));
  const command = { subject, facts, now, regulation, otherModels };
  switch (subject.kind) {
    case 'provider':
      return decideProvider(history.facts as readonly RecordedProviderFact[], command);
    case 'model':
      return decideModel(history.facts as readonly RecordedModelFact[], command);
    case 'regulation':
      return decideRegulation(history.facts as readonly RecordedRegulationFact[], command);
  }
}

function newEvent(
  { id, fact, occurredAt, causedBy }: FactToRecord,
  { context }: RecordRequest,
  recordedAt: Instant,
): NewEvent {
  if (id !== null) return encodeFact({ id, fact, occurredAt, recordedAt, ...context });
  if (causedBy === null)
    throw new Error(`derived fact ${fact.type} names no cause: the decider must say what it rests on`);
  return encodeFact({
    id: uuidV5(causedBy, fact.type),
    fact,
    occurredAt,
    recordedAt,
    actor: 'system',
    source: 'system',
    correlationId: context.correlationId,
    causationId: causedBy,
  });
}

function knowsAll(history: History, request: RecordRequest): boolean {
  const known = new Set(history.facts.map(({ id }) => id));
  return request.facts.every(({ id }) => known.has(id));
}

function answer(outcome: RecordResult['outcome'], history: History, request: RecordRequest): RecordResult {
  const asked = new Set(request.facts.map(({ id }) => id));
  const isPartOfAnswer = ({ id, metadata }: StoredFact): boolean =>
    asked.has(id) ||
    (metadata.source === 'system' && metadata.causationId !== undefined && asked.has(metadata.causationId));
  const events = history.facts
    .filter(isPartOfAnswer)
    .map(({ id, type, revision, position }) => ({ id, type, revision, position }));
  const last = events.at(-1) ?? history.facts.at(-1);
  return {
    outcome,
    events,
    position: last?.position ?? 0n,
    revision: history.revision === 'noStream' ? undefined : history.revision,
  };
}

function revisionMismatch(ifMatch: bigint, history: History): Problem {
  const found = history.revision === 'noStream' ? 'no facts yet' : `revision ${history.revision}`;
  return new Problem({
    code: 'revision-mismatch',
    status: 412,
    title: 'The history has moved on',
    detail: `Expected revision ${ifMatch}, found ${found}. Read the history again, and send the request with its revision.`,
  });
}
