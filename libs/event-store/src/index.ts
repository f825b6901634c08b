export * from './event-store.js';
export { eventIdOf, uuidV5 } from './codec/uuid-v5.js';
export { decodeEnvelope, encodeEnvelope, type FactMetadata } from './codec/envelope.js';
export { decodeFact, encodeFact, type FactToEncode } from './codec/fact-codec.js';
export { storedNames } from './codec/stored-names.js';
export { factStreamPrefixes, isFactStream, streamOf, subjectOf } from './codec/streams.js';
export { UnreadableEvent } from './codec/unreadable-event.js';
export { maxAppendBytes } from './append-limits.js';
export { createMemoryEventStore, type MemoryEventStoreOptions } from './memory/memory-event-store.js';
export { connectEventStore, type EventStoreConnection } from './eventstoredb/eventstoredb-event-store.js';
export { WrongConnectionString } from './eventstoredb/connection-string.js';
export { RefusedByStore } from './eventstoredb/client-failure.js';
export { NotJson } from './eventstoredb/stored-event.js';
export {
  SubscriptionMetrics,
  type SubscriptionMetricsOptions,
  type SubscriptionState,
  type SubscriptionWarning,
} from './subscription-metrics.js';
export type { SubscriptionObserver } from './subscription-observer.js';
