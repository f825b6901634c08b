import type { ProposedEvent } from '../log/record.js';
import { sizeOf } from '../log/record.js';
import type { ProposedMessage } from './append-requests.js';

/** What is wrong with a request; `missingMetadata`: an event lacks its type or content type. */
export type BadRequest = { readonly problem: 'badRequest' | 'missingMetadata'; readonly message: string };
export type TooLarge = { readonly problem: 'tooLarge' };

/** Bytes of one append, counted by `sizeOf`. */
export const appendBytesMax = 1_048_576;

const emptyUuid = '00000000-0000-0000-0000-000000000000';
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const badRequest = (message: string): BadRequest => ({ problem: 'badRequest', message });

/** The name of a stream. PostgreSQL has no text with a zero character, so neither have names and types here. */
export function readStreamName(bytes: Uint8Array | undefined): string | BadRequest {
  let name: string;
  try {
    name = utf8.decode(bytes);
  } catch {
    return badRequest('the stream name is not valid UTF-8');
  }
  if (name === '' || name === '$$' || name.includes('\0')) {
    return badRequest(`${JSON.stringify(name)} is not a valid stream name`);
  }
  return name;
}

function readProposedEvent(message: ProposedMessage): ProposedEvent | BadRequest {
  const { id, type, contentType, data, metadata } = message;
  if (id === undefined || id === emptyUuid) return badRequest('an event needs an id that is a UUID and not empty');
  if (type === undefined || contentType === undefined) {
    return { problem: 'missingMetadata', message: `event ${id} needs the metadata "type" and "content-type"` };
  }
  if (type === '' || type.includes('\0')) return badRequest(`event ${id} has no valid type`);
  return { id, type, isJson: contentType === 'application/json', data, metadata };
}

/** The events of one append as they come in, with their size. */
export class IncomingEvents {
  readonly events: ProposedEvent[] = [];
  #bytes = 0;

  /** Adds a message; answers what is wrong with it, after which the append has failed. */
  add(message: ProposedMessage): BadRequest | TooLarge | undefined {
    const event = readProposedEvent(message);
    if ('problem' in event) return event;
    this.#bytes += sizeOf(event);
    if (this.#bytes > appendBytesMax) return { problem: 'tooLarge' };
    this.events.push(event);
    return undefined;
  }
}

/** A 64-bit number of the wire as a number; what is beyond all revisions and positions is as good as the largest one. */
export function readUint64(text: string): number {
  return Math.min(Number(text), Number.MAX_SAFE_INTEGER);
}
