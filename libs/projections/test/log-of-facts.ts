import { randomUUID } from 'node:crypto';
import { type Fact, readFact, readInstant, type Instant, type Subject } from '#libs/domain';
import { encodeFact, streamOf, type EventStore, type ExpectedRevision, type NewEvent } from '#libs/event-store';

/** Writes facts to a store as the recorder does, for tests. */
export class LogOfFacts {
  readonly #revisions = new Map<string, ExpectedRevision>();

  constructor(
    readonly store: EventStore,
    private readonly clock: { now(): Instant },
  ) {}

  /** @returns the position of the event */
  async model(id: string, type: string, data: object, occurredAt: string): Promise<bigint> {
    return this.#record({ kind: 'model', id }, type, data, occurredAt);
  }

  async provider(id: string, type: string, data: object, occurredAt: string): Promise<bigint> {
    return this.#record({ kind: 'provider', id }, type, data, occurredAt);
  }

  async regulation(data: object, occurredAt: string): Promise<bigint> {
    return this.#record({ kind: 'regulation' }, 'ParameterAmended', data, occurredAt);
  }

  async append(stream: string, event: NewEvent): Promise<bigint> {
    const { revision, position } = await this.store.append(stream, [event], this.#revisions.get(stream) ?? 'noStream');
    this.#revisions.set(stream, revision);
    return position;
  }

  async #record(subject: Subject, type: string, data: object, occurredAt: string): Promise<bigint> {
    const event = encodeFact({
      id: randomUUID(),
      fact: factOf(subject, type, data),
      occurredAt: readInstant(occurredAt),
      recordedAt: this.clock.now(),
      actor: 'test',
      source: 'api',
      correlationId: 'test',
    });
    return this.append(streamOf(subject), event);
  }
}

function factOf(subject: Subject, type: string, data: object): Fact {
  const reading = readFact(subject.kind, type, data);
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  return reading.fact;
}
