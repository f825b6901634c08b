import { readFact, writeFact, type Fact, type RecordedFact } from '#libs/domain';
import type { NewEvent, StoredEvent } from '../event-store.js';
import { decodeEnvelope, encodeEnvelope, type FactMetadata } from './envelope.js';
import { factTypeByStoredName, storedNames, upcast } from './stored-names.js';
import { subjectOf } from './streams.js';
import { UnreadableEvent } from './unreadable-event.js';

export type FactToEncode = FactMetadata & { readonly id: string; readonly fact: Fact };

/** The event to write for a fact, under the stored name of today. */
export function encodeFact(toEncode: FactToEncode): NewEvent {
  return {
    id: toEncode.id,
    type: storedNames[toEncode.fact.type],
    data: writeFact(toEncode.fact),
    metadata: encodeEnvelope(toEncode),
  };
}

/**
 * Reads a stored fact of any version that ever shipped, strictly.
 * @throws UnreadableEvent when it is not on a stream of facts, has no reader, or is not in its form
 */
export function decodeFact(stored: StoredEvent): RecordedFact & { readonly metadata: FactMetadata } {
  const subject = subjectOf(stored.stream);
  if (subject === undefined) throw new UnreadableEvent(stored, 'its stream is not one of provider, model, regulation');
  const current = upcast(stored);
  const type = factTypeByStoredName.get(current.type);
  if (type === undefined) {
    throw new UnreadableEvent(stored, 'it has no reader: add one, or an upcaster to a name that has one');
  }
  const reading = readFact(subject.kind, type, current.data);
  if (!reading.ok) {
    const problems = reading.problems.map(
      ({ path, expected, found }) => `${path}: expected ${expected}, found ${found}`,
    );
    throw new UnreadableEvent(stored, problems.join('; '));
  }
  const metadata = decodeEnvelope(stored);
  return {
    ...reading.fact,
    id: stored.id,
    subject,
    occurredAt: metadata.occurredAt,
    recordedAt: metadata.recordedAt,
    position: stored.position,
    metadata,
  };
}
