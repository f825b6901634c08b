import { randomUUID } from 'node:crypto';
import type { ClientBase } from 'pg';
import { judge, judgeByIds, judgeByStored, type Holder } from './append-rules.js';
import type { Head, ProposedEvent, Write } from './record.js';
import { Stage } from './stage.js';
import type { StreamHeads, StreamState } from './stream-heads.js';
import {
  isSoftDeleted,
  metadataEventType,
  metastreamOf,
  originalOf,
  softDeletion,
  undeletion,
} from './stream-metadata.js';

const storedQuery = `
  select id, revision, position from eventstore.events
  where stream_id = $1 and revision > $2 order by revision limit $3`;

export type DraftContext = {
  readonly client: ClientBase;
  readonly heads: StreamHeads;
  readonly holderOf: (id: string) => Holder | undefined;
  readonly lastPosition: number;
  readonly createdMs: number;
  readonly nextStreamId: number;
};

/**
 * Decides on each write as if those before it had been committed.
 * @returns what to commit and answer, and the `rest`, which has to wait for that commit
 */
export async function draft(
  context: DraftContext,
  writes: readonly Write[],
): Promise<{ readonly stage: Stage; readonly rest: readonly Write[] }> {
  const states = new Map<string, StreamState>();
  await context.heads.load(context.client, streamsOf(writes), states);
  // What comes back from a deletion, or might, needs its metastream written.
  const deleted = [...states].flatMap(([stream, { metadata }]) =>
    isSoftDeleted(metadata) && !states.has(metastreamOf(stream)) ? [metastreamOf(stream)] : [],
  );
  await context.heads.load(context.client, deleted, states);
  const stage = new Stage(context.lastPosition, context.createdMs, context.nextStreamId, states);
  for (const [index, write] of writes.entries()) {
    const isDecided = await decide(context, stage, write);
    if (!isDecided) return { stage, rest: writes.slice(index) };
  }
  return { stage, rest: [] };
}

/** False when it can be decided only after the commit of what is staged. */
async function decide(context: DraftContext, stage: Stage, write: Write): Promise<boolean> {
  const { stream, events } = write;
  const state = stage.stateOf(stream);
  const verdict = verdictOn(stage, write, state);
  const ids = events.map((event) => event.id);
  let outcome: 'write' | 'refuse' | 'deleted' | Head;
  if (typeof verdict === 'string') {
    // A deletion has no ids to be known by.
    outcome =
      verdict === 'lookUp' ? judgeByIds(stream, ids, (id) => context.holderOf(id) ?? stage.holders.get(id)) : verdict;
  } else if (write.kind !== 'append') {
    outcome = verdict.elseWrite ? 'write' : 'refuse';
  } else if (stage.states.has(stream)) {
    return false;
  } else {
    const stored = await readStored(context.client, state, verdict.compareAfter, events.length);
    outcome = judgeByStored(ids, stored, verdict.elseWrite);
  }
  if (outcome === 'deleted') stage.answer(write, { outcome: 'streamDeleted' });
  else if (outcome === 'refuse') stage.answer(write, { outcome: 'wrongRevision', current: state.head?.revision });
  else if (outcome !== 'write') stage.answer(write, { outcome: 'written', head: outcome });
  else if (write.kind === 'append') putAppend(stage, write, state);
  else if (write.kind === 'tombstone') putTombstone(stage, write);
  else putDeletion(stage, write, state);
  return true;
}

/** A metastream is deleted with the stream that it is about. */
function verdictOn(stage: Stage, { stream, expected }: Write, state: StreamState) {
  const original = originalOf(stream);
  const ofOriginal = original === undefined ? undefined : judge('any', standingOf(stage.stateOf(original)));
  return ofOriginal === 'deleted' ? ofOriginal : judge(expected, standingOf(state));
}

const standingOf = ({ head, metadata }: StreamState) => ({
  head,
  hasMetadata: metadata !== undefined,
  isSoftDeleted: isSoftDeleted(metadata),
});

function putAppend(stage: Stage, write: Write, state: StreamState): void {
  const { stream, events } = write;
  if (events.length === 0) return stage.answer(write, { outcome: 'written', head: state.head });
  const original = originalOf(stream);
  const wasOriginalDeleted = original !== undefined && isSoftDeleted(stage.stateOf(original).metadata);
  const head = stage.put(stream, events);
  if (isSoftDeleted(state.metadata)) {
    undelete(stage, stream, state.metadata?.whileDeleted, (state.head?.revision ?? -1) + 1);
  }
  if (original !== undefined && wasOriginalDeleted) {
    undelete(stage, original, events.at(-1)?.data, (stage.stateOf(original).head?.revision ?? -1) + 1);
  }
  stage.answer(write, { outcome: 'written', head });
}

/** Shows a stream again from `revision` on, and keeps everything else that its metadata say. */
function undelete(stage: Stage, stream: string, metadata: Uint8Array | undefined, revision: number): void {
  stage.put(metastreamOf(stream), [metadataEvent(undeletion(metadata ?? new Uint8Array(), revision))]);
}

function putDeletion(stage: Stage, write: Write, state: StreamState): void {
  if (state.head === undefined && state.metadata === undefined) {
    return stage.answer(write, { outcome: 'wrongRevision', current: undefined });
  }
  const head = stage.put(metastreamOf(write.stream), [metadataEvent(softDeletion)]);
  stage.answer(write, { outcome: 'written', head });
}

function putTombstone(stage: Stage, write: Write): void {
  const none = new Uint8Array();
  const event = { id: randomUUID(), type: '$streamDeleted', isJson: false, data: none, metadata: none };
  stage.answer(write, { outcome: 'written', head: stage.putTombstone(write.stream, event) });
}

const metadataEvent = (data: Uint8Array): ProposedEvent => ({
  id: randomUUID(),
  type: metadataEventType,
  isJson: true,
  data,
  metadata: new Uint8Array(),
});

async function readStored(
  client: ClientBase,
  state: StreamState,
  after: number,
  count: number,
): Promise<readonly (Head & { readonly id: string })[]> {
  const { rows } = await client.query<{ id: string; revision: string; position: string }>({
    name: 'eventstore-stored',
    text: storedQuery,
    // One more than none, so that an append of nothing meets what is there.
    values: [state.id, after, Math.max(count, 1)],
  });
  return rows.map(({ id, revision, position }) => ({ id, revision: Number(revision), position: Number(position) }));
}

/** Streams whose states the decisions need. */
function streamsOf(writes: readonly Write[]): ReadonlySet<string> {
  const streams = new Set<string>();
  for (const { kind, stream } of writes) {
    streams.add(stream);
    const original = originalOf(stream);
    if (original !== undefined) streams.add(original);
    if (kind === 'delete') streams.add(metastreamOf(stream));
  }
  return streams;
}
