import { type Fact, type Instant, readFact, type Refusal } from '#libs/domain';
import { AppendTooLarge, streamOf, UnreadableEvent, uuidV5 } from '#libs/event-store';
import type { FactRecorder, RecordResult } from '../../recording/fact-recorder.js';
import type { StreamHistories } from '../../recording/stream-histories.js';
import { problemOfRefusal, Refused } from '../../platform/refusal-problems.js';
import { deliveryId, type DeliveryReceived } from '../inbox/delivery-received.js';
import type { ParkingReason } from '../reasons.js';
import type { SourceEvent } from '../source.js';
import { distinctModelId, modelIdOf } from './model-id.js';
import type { Link, ModelReferences, Reference } from './model-references.js';
import { referencesIn, type Registration, registrationIn } from './reference-changes.js';

export type EventOutcome =
  | { readonly outcome: 'recorded'; readonly eventId: string; readonly link?: Link }
  | { readonly outcome: 'already recorded' }
  | {
      readonly outcome: 'parked'; /** A `ParkingReason`, or the code of the decider's refusal. */
      readonly reason: ParkingReason | Refusal['code'];
      readonly detail: string;
    };

type FactToSend = { readonly id: string; readonly fact: Fact; readonly occurredAt: Instant };
/** The model that a reference means, and what has to be recorded first for it to mean it. */
type Target = { readonly modelId: string; readonly registration: Registration | undefined; readonly isLinked: boolean };

type Attempt = {
  readonly event: SourceEvent;
  readonly reference: Reference;
  readonly ids: { readonly fact: string; readonly registration: string; readonly link: string };
  readonly delivery: DeliveryReceived;
  readonly correlationId: string;
};

/** Content that the catalogue does not take, found before anything was sent to the recorder. */
class UnfitFact extends Error {
  override readonly name = 'UnfitFact';
}

/** Records what one source event says, once, however often it is tried. */
export class EventRecording {
  constructor(
    private readonly recorder: FactRecorder,
    private readonly histories: StreamHistories,
    private readonly references: ModelReferences,
  ) {}

  /**
   * `index`: place among the events that share a key. Ids are made of it and the key, so that an event tells the same
   * whether it comes alone, in a batch, or again after a crash.
   * @throws StoreUnavailable, RevisionConflict when nothing is known to be wrong with the event: try again
   */
  async record(
    event: SourceEvent,
    index: number,
    delivery: DeliveryReceived,
    correlationId: string,
  ): Promise<EventOutcome> {
    const eventKey = deliveryId(delivery.connection, event.key);
    const ids = {
      fact: uuidV5(eventKey, `fact ${index}`),
      registration: uuidV5(eventKey, `registration ${index}`),
      link: uuidV5(eventKey, `link ${index}`),
    };
    const reference = { providerId: delivery.providerId, system: event.model.system, ref: event.model.ref };
    try {
      const target = await this.#targetOf(reference);
      const outcome = await this.#recordOn(target, { event, reference, ids, delivery, correlationId });
      this.references.remember(reference, target.modelId);
      return outcome;
    } catch (error) {
      if (error instanceof Refused)
        return { outcome: 'parked', reason: error.refusal.code, detail: inWords(error.refusal) };
      if (error instanceof UnfitFact || error instanceof AppendTooLarge || error instanceof UnreadableEvent) {
        return { outcome: 'parked', reason: 'translation_failed', detail: error.message };
      }
      throw error;
    }
  }

  async #recordOn(target: Target, attempt: Attempt): Promise<EventOutcome> {
    const { reference, ids } = attempt;
    try {
      const result = await this.#send(target.modelId, await this.#factsFor(target, attempt), attempt);
      return outcomeOf(result, ids.fact, linkOf(result, ids.link, reference, target.modelId));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.refusal.code === 'id-reused') return this.#outcomeOfReuse(target.modelId, attempt);
      if (error.refusal.code === 'already-registered') return this.#describe(target, attempt);
      throw error;
    }
  }

  /** The model linked to the reference; else the one whose id it spells, unless that is someone else's. */
  async #targetOf(reference: Reference): Promise<Target> {
    const known = await this.references.modelOf(reference);
    if (known !== undefined) return { modelId: known, registration: await this.#registrationOf(known), isLinked: true };
    for (const modelId of [modelIdOf(reference.ref), distinctModelId(reference)]) {
      const { registration, references } = await this.#look(modelId);
      const sameSystem = references.filter(({ system }) => system === reference.system);
      const isLinked = sameSystem.some(({ ref }) => ref === reference.ref);
      const isOthers = registration !== undefined && registration.providerId !== reference.providerId;
      if (!isOthers && (isLinked || sameSystem.length === 0)) return { modelId, registration, isLinked };
    }
    throw new UnfitFact(`both ids that ${reference.ref} could have belong to other models; link it by hand`);
  }

  /** Once registered, always registered: what is kept answers as well as the store. */
  async #registrationOf(modelId: string): Promise<Registration | undefined> {
    const kept = registrationIn(this.histories.kept(streamOf({ kind: 'model', id: modelId }))?.facts ?? []);
    return kept ?? (await this.#look(modelId)).registration;
  }

  async #look(
    modelId: string,
  ): Promise<{ registration: Registration | undefined; references: ReturnType<typeof referencesIn> }> {
    const { facts } = await this.histories.read(streamOf({ kind: 'model', id: modelId }));
    return { registration: registrationIn(facts), references: referencesIn(facts) };
  }

  /** What makes the model known and the reference mean it, before what the event says; a registration comes first of all. */
  async #factsFor({ registration, isLinked }: Target, attempt: Attempt): Promise<FactToSend[]> {
    const { event, reference, ids } = attempt;
    const { occurredAt } = event;
    const main = { id: ids.fact, fact: await this.#factOf(event, reference), occurredAt };
    const link = isLinked ? [] : [linkFact(attempt)];
    if (event.type === 'ModelRegistered') return [main, ...link];
    if (registration !== undefined) return [...link, main];
    const { providerId, ref } = reference;
    const registered = fit('ModelRegistered', { name: event.model.name ?? ref, providerId });
    return [{ id: ids.registration, fact: registered, occurredAt }, ...link, main];
  }

  async #factOf(event: SourceEvent, { providerId, system }: Reference): Promise<Fact> {
    const baseModelId =
      event.baseRef === undefined
        ? undefined
        : await this.references.modelOf({ providerId, system, ref: event.baseRef });
    const { type, data } = event.toFact({ providerId, ...(baseModelId === undefined ? {} : { baseModelId }) });
    return fit(type, data);
  }

  #send(modelId: string, facts: readonly FactToSend[], { delivery, correlationId }: Attempt): Promise<RecordResult> {
    const source = `webhook:${delivery.connection}`;
    return this.recorder.record({
      subject: { kind: 'model', id: modelId },
      facts,
      context: { actor: source, source, correlationId, causationId: delivery.id, deliveryId: delivery.id },
    });
  }

  /** A second registration says at most something new about the model: what it states and what is not so yet. */
  async #describe({ modelId }: Target, attempt: Attempt): Promise<EventOutcome> {
    const { event, delivery, ids, reference } = attempt;
    const { registration, references } = await this.#look(modelId);
    const { data } = event.toFact({ providerId: delivery.providerId });
    const stated = Object.entries(data).filter(
      ([name, value]) =>
        name !== 'providerId' &&
        (name !== 'name' || event.model.name !== undefined) &&
        JSON.stringify(value) !== JSON.stringify(registration?.[name]),
    );
    const isLinked = references.some(({ system, ref }) => system === reference.system && ref === reference.ref);
    const facts = [
      ...(isLinked ? [] : [linkFact(attempt)]),
      ...(stated.length === 0
        ? []
        : [{ id: ids.fact, fact: fit('ModelDescribed', Object.fromEntries(stated)), occurredAt: event.occurredAt }]),
    ];
    if (facts.length === 0) return { outcome: 'already recorded' };
    try {
      const result = await this.#send(modelId, facts, attempt);
      return outcomeOf(result, ids.fact, linkOf(result, ids.link, reference, modelId));
    } catch (error) {
      if (error instanceof Refused && error.refusal.code === 'id-reused') return this.#outcomeOfReuse(modelId, attempt);
      throw error;
    }
  }

  /**
   * The id is taken by other content. From this same delivery it is the first try, which saw other references than
   * the second; it stands. From another delivery it is a conflict for a person.
   */
  async #outcomeOfReuse(modelId: string, { ids, delivery }: Attempt): Promise<EventOutcome> {
    const { facts } = await this.histories.read(streamOf({ kind: 'model', id: modelId }));
    const recorded = facts.find(({ id }) => id === ids.fact);
    if (recorded?.metadata.deliveryId === delivery.id) return { outcome: 'recorded', eventId: ids.fact };
    const detail = 'Another delivery said something else under the same source and id.';
    return { outcome: 'parked', reason: 'idempotency_conflict', detail };
  }
}

function linkFact({ event, reference: { system, ref }, ids }: Attempt): FactToSend {
  return { id: ids.link, fact: fit('ReferenceLinked', { system, ref }), occurredAt: event.occurredAt };
}

function inWords(refusal: Refusal): string {
  const { title, detail, errors } = problemOfRefusal(refusal, '').details;
  const found = (errors ?? []).map(
    ({ field, expected, found: value }) => `${field}: expected ${expected}; found ${value}.`,
  );
  return [`${title}.`, ...found, detail].join(' ');
}

function fit(type: string, data: Readonly<Record<string, unknown>>): Fact {
  const reading = readFact('model', type, data);
  if (reading.ok) return reading.fact;
  const problems = reading.problems.map(({ path, expected, found }) => `${path}: expected ${expected}; found ${found}`);
  throw new UnfitFact(`${type}: ${problems.join('; ')}`);
}

function outcomeOf({ events }: RecordResult, factId: string, link: Link | undefined): EventOutcome {
  if (!events.some(({ id }) => id === factId)) return { outcome: 'already recorded' };
  return { outcome: 'recorded', eventId: factId, ...(link === undefined ? {} : { link }) };
}

function linkOf({ events }: RecordResult, linkId: string, reference: Reference, modelId: string): Link | undefined {
  const receipt = events.find(({ id }) => id === linkId);
  return receipt === undefined ? undefined : { ...reference, modelId, eventId: linkId, position: receipt.position };
}
