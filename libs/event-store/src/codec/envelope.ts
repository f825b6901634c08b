import { formatInstant, readInstant, type Instant } from '#libs/domain';
import type { Json, StoredEvent } from '../event-store.js';
import { UnreadableEvent } from './unreadable-event.js';

/** How we know what an event says. Kept in its metadata, apart from the data, which says what happened. */
export type FactMetadata = {
  /** When it happened in the world. */
  readonly occurredAt: Instant;
  /** When the tracker recorded it, by its own clock. */
  readonly recordedAt: Instant;
  /** Who said so: the id of the token, or `system`. */
  readonly actor: string;
  /** `api`, `webhook:<connection>` or `system`. */
  readonly source: string;
  readonly correlationId: string;
  /** Id of the event that brought this one about. */
  readonly causationId?: string;
  readonly deliveryId?: string;
};

/** Metadata as it is stored; the names with `$` are those that EventStoreDB itself knows. */
export function encodeEnvelope(metadata: FactMetadata): Json {
  return {
    occurredAt: formatInstant(metadata.occurredAt),
    recordedAt: formatInstant(metadata.recordedAt),
    actor: metadata.actor,
    source: metadata.source,
    $correlationId: metadata.correlationId,
    ...(metadata.causationId === undefined ? {} : { $causationId: metadata.causationId }),
    ...(metadata.deliveryId === undefined ? {} : { deliveryId: metadata.deliveryId }),
  };
}

/** @throws UnreadableEvent when a part is missing or not in its form */
export function decodeEnvelope(stored: StoredEvent): FactMetadata {
  const causationId = optionalText(stored, '$causationId');
  const deliveryId = optionalText(stored, 'deliveryId');
  return {
    occurredAt: instantIn(stored, 'occurredAt'),
    recordedAt: instantIn(stored, 'recordedAt'),
    actor: text(stored, 'actor'),
    source: text(stored, 'source'),
    correlationId: text(stored, '$correlationId'),
    ...(causationId === undefined ? {} : { causationId }),
    ...(deliveryId === undefined ? {} : { deliveryId }),
  };
}

function text(stored: StoredEvent, key: string): string {
  const value = optionalText(stored, key);
  if (value === undefined) throw new UnreadableEvent(stored, `expected metadata.${key}, found nothing`);
  return value;
}

function optionalText(stored: StoredEvent, key: string): string | undefined {
  const value = stored.metadata[key];
  if (value === undefined || typeof value === 'string') return value;
  throw new UnreadableEvent(stored, `expected metadata.${key} to be text, found ${JSON.stringify(value)}`);
}

function instantIn(stored: StoredEvent, key: string): Instant {
  const value = text(stored, key);
  try {
    return readInstant(value);
  } catch {
    throw new UnreadableEvent(stored, `expected metadata.${key} to be an instant, found "${value}"`);
  }
}
