import type { ModelFact } from '../model/model-facts.js';
import type { ProviderFact } from '../provider/provider-facts.js';
import type { RegulationFact } from '../regulation/regulation-facts.js';
import type { Instant } from '../time/instant.js';

/** Whom a fact is about; it names the stream: `provider-p1`, `model-m1`, `regulation`. */
export type Subject =
  | { readonly kind: 'provider'; readonly id: string }
  | { readonly kind: 'model'; readonly id: string }
  | { readonly kind: 'regulation' };

export type Fact = ModelFact | ProviderFact | RegulationFact;
export type FactType = Fact['type'];

/** What is known of every fact beside its content. */
export type RecordedEnvelope = {
  /** Event id, a UUID; what `because` and corrections refer to. */
  readonly id: string;
  readonly subject: Subject;
  /** When it happened in the world. */
  readonly occurredAt: Instant;
  /** When the tracker recorded it. */
  readonly recordedAt: Instant;
  /** Place in the log, and the order among facts that happened at one instant. */
  readonly position: bigint;
};

export type RecordedFact = RecordedEnvelope & Fact;
export type RecordedModelFact = RecordedEnvelope & ModelFact;
export type RecordedProviderFact = RecordedEnvelope & ProviderFact;
export type RecordedRegulationFact = RecordedEnvelope & RegulationFact;
