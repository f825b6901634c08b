import type { EventLog } from '../log/event-log.js';
import { isTombstoned } from '../log/retention.js';
import { neverWritten, type StreamState } from '../log/stream-heads.js';
import { originalOf } from '../log/stream-metadata.js';

/** The state of a stream as readers find it: a metastream is deleted with the stream that it is about. */
export async function standingOf(log: EventLog, stream: string): Promise<StreamState> {
  const original = originalOf(stream);
  if (original === undefined) return log.stateOf(stream);
  const states = await log.statesOf([stream, original]);
  const ofOriginal = states.get(original) ?? neverWritten;
  return isTombstoned(ofOriginal) ? ofOriginal : (states.get(stream) ?? neverWritten);
}
