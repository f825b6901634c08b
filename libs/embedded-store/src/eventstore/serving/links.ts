import type { EventLog } from '../log/event-log.js';
import type { Place } from '../log/log-reader.js';
import type { LogRecord } from '../log/record.js';
import { exists, isRetained, isTombstoned, retentionOf } from '../log/retention.js';
import { encodeLink, encodeRecord } from '../protocol/encode-record.js';

const linkType = '$>';

/** Turns records into the bytes to be sent. */
export type Encoder = (record: LogRecord) => Buffer;

/**
 * An encoder for these records that puts beside each link the event that it leads to. A link to an event that is
 * deleted, truncated or was never there is sent alone.
 */
export async function resolvingEncoder(
  log: EventLog,
  records: readonly LogRecord[],
  encode: Encoder = encodeRecord,
): Promise<Encoder> {
  const links = records.filter(({ type }) => type === linkType);
  if (links.length === 0) return encode;
  const targets = await findTargets(log, links);
  return (record) => (record.type === linkType ? encodeLink(record, targets.get(record)) : encode(record));
}

async function findTargets(log: EventLog, links: readonly LogRecord[]): Promise<ReadonlyMap<LogRecord, LogRecord>> {
  const places = new Map<LogRecord, Place>();
  for (const link of links) {
    const place = readPlace(link.data);
    if (place !== undefined) places.set(link, place);
  }
  const found = await log.reader.at([...places.values()]);
  const states = await log.statesOf([...new Set([...places.values()].map(({ stream }) => stream))]);
  const nowMs = Date.now();
  const targets = new Map<LogRecord, LogRecord>();
  for (const [index, link] of [...places.keys()].entries()) {
    const target = found.get(index);
    const state = target === undefined ? undefined : states.get(target.stream);
    if (target === undefined || state === undefined || isTombstoned(state) || !exists(state)) continue;
    if (isRetained(target, retentionOf(target.stream, state, nowMs))) targets.set(link, target);
  }
  return targets;
}

/** A link's data say `revision@stream`. */
function readPlace(data: Uint8Array): Place | undefined {
  const [, revision, stream] = /^(\d{1,15})@(.+)$/s.exec(Buffer.from(data).toString()) ?? [];
  return revision === undefined || stream === undefined ? undefined : { revision: Number(revision), stream };
}
