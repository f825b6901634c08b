import { AppendTooLarge, type ExpectedRevision, type NewEvent } from './event-store.js';

/** What one append may hold: the default of EventStoreDB, and what our embedded store takes. */
export const maxAppendBytes = 1_048_576;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const nilUuid = '00000000-0000-0000-0000-000000000000';

/**
 * Refuses an append that no store would take, before anything is sent: the client serialises inside a promise whose
 * failure nobody can catch, so whatever it cannot serialise must be found here.
 *
 * @throws RangeError for a malformed append, which is a mistake of the caller
 * @throws AppendTooLarge when the events are over the limit together
 */
export function assertAppendable(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): void {
  if (stream === '' || stream.startsWith('$')) throw new RangeError(`"${stream}" is not a stream that we write`);
  if (events.length === 0) throw new RangeError(`nothing to append to ${stream}: give at least one event`);
  if (expected !== 'noStream' && expected < 0n) {
    throw new RangeError(`the expected revision of ${stream} is ${expected}: for a new stream say noStream`);
  }
  let sizeBytes = 0;
  for (const { id, type, data, metadata } of events) {
    if (!uuid.test(id) || id === nilUuid) throw new RangeError(`event id "${id}" for ${stream} is not a UUID`);
    if (type === '' || type.startsWith('$')) throw new RangeError(`"${type}" is not a type of event that we write`);
    sizeBytes += jsonBytes(data) + jsonBytes(metadata) + 2 * type.length;
  }
  if (sizeBytes > maxAppendBytes) {
    throw new AppendTooLarge(
      `${events.length} events for ${stream} hold ${sizeBytes} bytes, the store takes ${maxAppendBytes} at once; write less or in several appends`,
    );
  }
}

function jsonBytes(value: object): number {
  return Buffer.byteLength(JSON.stringify(value));
}
