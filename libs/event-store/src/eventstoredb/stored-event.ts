import type { Json, StoredEvent } from '../event-store.js';

/** An event as the client hands it over, from whichever read. */
export type ReceivedEvent = {
  readonly event?: {
    readonly id: string;
    readonly type: string;
    readonly streamId: string;
    readonly revision: bigint;
    readonly created: Date;
    readonly isJson: boolean;
    readonly data: unknown;
    readonly metadata?: unknown;
    readonly position?: { readonly commit: bigint };
  };
  readonly commitPosition?: bigint;
};

/** The bytes of an event are not the JSON object that everything in our streams is. */
export class NotJson extends Error {
  override readonly name = 'NotJson';
  constructor(stream: string, revision: bigint, part: 'data' | 'metadata') {
    super(`the ${part} of revision ${revision} of stream ${stream} is not a JSON object; somebody else wrote it`);
  }
}

const unknownPosition = 2n ** 64n - 1n;

/**
 * An event of ours. One whose bytes are not a JSON object is handed on all the same, since a follower of the log must be
 * able to put it aside and go on: reading its `data` or `metadata` throws NotJson.
 */
export function storedEvent({ event, commitPosition }: ReceivedEvent): StoredEvent {
  if (event === undefined) throw new Error('the event store sent a link without the event that it stands for');
  const { id, type, streamId: stream, revision } = event;
  const position = event.position?.commit ?? commitPosition;
  if (position === undefined || position === unknownPosition) {
    throw new Error(
      `revision ${revision} of stream ${stream} came without its position; the event store must be 22.6 or newer`,
    );
  }
  const place = { id, type, stream, revision, position, created: event.created.getTime() };
  const metadata = event.metadata ?? {};
  if (event.isJson && isJsonObject(event.data) && isJsonObject(metadata))
    return { ...place, data: event.data, metadata };
  return {
    ...place,
    get data(): Json {
      if (event.isJson && isJsonObject(event.data)) return event.data;
      throw new NotJson(stream, revision, 'data');
    },
    get metadata(): Json {
      if (isJsonObject(metadata)) return metadata;
      throw new NotJson(stream, revision, 'metadata');
    },
  };
}

/** Events that the store writes for itself. */
export function isSystemEvent({ stream, type }: Pick<StoredEvent, 'stream' | 'type'>): boolean {
  return stream.startsWith('$') || type.startsWith('$');
}

/** What the client could not parse it hands over as a string or as bytes. */
function isJsonObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}
