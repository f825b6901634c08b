import type { StoredEvent } from '../event-store.js';

/** A stored event is not in the form that its type promises. The message names the event and what is wrong. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';
  constructor(
    readonly event: Pick<StoredEvent, 'type' | 'stream' | 'revision'>,
    readonly reason: string,
  ) {
    super(`event ${event.stream}@${event.revision} of type ${event.type}: ${reason}`);
  }
}
