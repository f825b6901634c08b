import type { RecordedFact } from '#libs/domain';
import { decodeFact, type ExpectedRevision, type FactMetadata, type StoredEvent } from '#libs/event-store';

/** A fact as its stream holds it. */
export type StoredFact = RecordedFact & { readonly revision: bigint; readonly metadata: FactMetadata };

/** All that one stream has told so far. */
export type History = {
  readonly stream: string;
  readonly facts: readonly StoredFact[];
  /** Revision of the last fact: what the next append states as expected. */
  readonly revision: ExpectedRevision;
};

export function emptyHistory(stream: string): History {
  return { stream, facts: [], revision: 'noStream' };
}

/** `history` and what came after it. @throws UnreadableEvent for an event that is no fact that we know */
export function extended(history: History, events: readonly StoredEvent[]): History {
  const last = events.at(-1);
  if (last === undefined) return history;
  return { ...history, facts: [...history.facts, ...events.map(readStoredFact)], revision: last.revision };
}

function readStoredFact(event: StoredEvent): StoredFact {
  return { ...decodeFact(event), revision: event.revision };
}
