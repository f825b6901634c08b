import {
  type EventStore,
  type ExpectedRevision,
  type LogFilter,
  type NewEvent,
  RevisionConflict,
  type StoredEvent,
  StoreUnavailable,
} from '../../src/event-store.js';
import { RefusedByStore } from '../../src/eventstoredb/client-failure.js';
import { passes } from '../../src/log-filter.js';
import { type Findings, idsOf, isOurs, type Stored } from './findings.js';

export type Surroundings = {
  readonly seed: number;
  readonly random: () => number;
  readonly time: { readonly nowMs: number; pause(delayMs: number): Promise<void> };
  readonly tell: (what: string) => void;
  readonly findings: Findings;
  /** What the log held when it began; subscribers begin behind it. */
  readonly start: bigint | undefined;
  /** Streams of a run of its own. */
  readonly streams: readonly string[];
  /** The whole log, once nothing is written and nothing goes wrong any more: everything promised has to come now. */
  whole: readonly Stored[] | undefined;
};

export type Actor = { readonly name: string; readonly work: Promise<unknown> };

/** How often a subscriber looks whether it has seen everything. */
const isDoneCheckMs = 1_000;
/** No answer of the adapter may take longer. */
const answerWithinMs = 15_000;

/** Decides on what it reads, and appends at the revision that it has read; others do the same on the same streams. */
export function writingActor(around: Surroundings, store: EventStore, number: number): Actor {
  const name = `writer ${number}`;
  const { random, time, streams } = around;
  const write = async (): Promise<void> => {
    let events = 0;
    const appends = 2 + Math.floor(random() * 8);
    for (let append = 0; append < appends; append += 1) {
      const stream = streams[Math.floor(random() * streams.length)]!;
      const newEvents: NewEvent[] = Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
        events += 1;
        const id = `${around.seed.toString(16).padStart(8, '0')}-0000-4000-8000-${String(number * 1_000 + events).padStart(12, '0')}`;
        return { id, type: random() < 0.5 ? 'First.v1' : 'Second.v1', data: { events }, metadata: {} };
      });
      await time.pause(random() * 500);
      await appendOnce(around, store, { name, stream, events: newEvents });
    }
  };
  return { name, work: write() };
}

/** Many who append at the same moment, each to a stream of its own. */
export function crowd(around: Surroundings, store: EventStore, count: number): Actor[] {
  const { random, seed, time } = around;
  const atMs = random() * 2_000;
  return Array.from({ length: count }, (_, number) => {
    const name = `one ${number} of a crowd`;
    const id = `${seed.toString(16).padStart(8, '0')}-0000-4000-8000-0000002${String(number).padStart(5, '0')}`;
    const events = [{ id, type: 'Second.v1', data: {}, metadata: {} }];
    const stream = `model-crowd-${seed}-${number}`;
    const work = time.pause(atMs).then(() => appendOnce(around, store, { name, stream, events }));
    return { name, work };
  });
}

/** Says the same again for some time while the outcome is unknown, as a sender does. */
async function appendOnce(
  around: Surroundings,
  store: EventStore,
  { name, stream, events }: { readonly name: string; readonly stream: string; readonly events: readonly NewEvent[] },
): Promise<void> {
  const { random, time, tell, findings } = around;
  const ids = idsOf(events);
  let expected: ExpectedRevision | undefined;
  let isUnknown = false;
  for (let tries = 1 + Math.floor(random() * 4); tries > 0; tries -= 1) {
    const beganMs = time.nowMs;
    try {
      expected ??= await headOf(store, stream);
      const { revision, position } = await store.append(stream, events, expected);
      tell(`${name}: ${ids.join()} is at ${stream} ${revision}`);
      findings.acknowledged.push({ stream, ids, revision, position });
      return;
    } catch (error) {
      tell(`${name}: ${ids.join()} for ${stream} at ${String(expected)}: ${String(error)}`);
      const isRefused = error instanceof RevisionConflict || error instanceof RefusedByStore;
      // A refusal for want of rights says nothing about a call before this one.
      if (error instanceof RevisionConflict || (isRefused && !isUnknown)) {
        findings.refused.push({ stream, ids });
        return;
      }
      if (!isRefused && !(error instanceof StoreUnavailable)) throw error;
      isUnknown = true;
    } finally {
      const tookMs = time.nowMs - beganMs;
      if (tookMs > 2 * answerWithinMs) findings.violations.push(`${name} waited ${tookMs} ms for an answer`);
    }
    await time.pause(random() * 3_000);
  }
  findings.open.push({ stream, ids });
}

async function headOf(store: EventStore, stream: string): Promise<ExpectedRevision> {
  for await (const { revision } of store.readStream(stream, { direction: 'backwards', maxCount: 1 })) return revision;
  return 'noStream';
}

/** Reads now and then, and expects all that had been acknowledged before, in order, and nothing that is not there. */
export function readingActor(
  { random, time, findings, streams, start, tell }: Surroundings,
  store: EventStore,
  number: number,
): Actor {
  const name = `reader ${number}`;
  const read = async (): Promise<void> => {
    for (let times = 3; times > 0; times -= 1) {
      await time.pause(random() * 4_000);
      const stream = random() < 0.5 ? streams[Math.floor(random() * streams.length)]! : undefined;
      const direction = random() < 0.5 ? 'forwards' : 'backwards';
      const acknowledged = findings.acknowledged.filter((one) => stream === undefined || one.stream === stream);
      const found: StoredEvent[] = [];
      const from = start === undefined || direction === 'backwards' ? {} : { from: start };
      const events =
        stream === undefined ? store.readAll({ direction, ...from }) : store.readStream(stream, { direction });
      try {
        for await (const event of events) {
          found.push(event);
          if (random() < 0.1) await time.pause(random() * 2_000);
          if (start !== undefined && event.position <= start && direction === 'backwards') break;
        }
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        tell(`${name}: ${error.message}`);
        continue;
      }
      const ids = new Set(idsOf(found));
      const missing = acknowledged.flatMap((one) => one.ids).filter((id) => !ids.has(id));
      if (missing.length > 0)
        findings.violations.push(`${name} did not find ${missing.join()} in ${stream ?? 'the log'}`);
      if (direction === 'backwards') found.reverse();
      const isInOrder = found.every(
        ({ position, revision }, i) =>
          (i === 0 || position > found[i - 1]!.position) && (stream === undefined || revision === BigInt(i)),
      );
      if (!isInOrder) findings.violations.push(`${name} found ${stream ?? 'the log'} out of order`);
    }
  };
  return { name, work: read() };
}

/** Once nothing goes wrong any more, everything has to work, and at once: no connection may have been ruined for good. */
export function healthyActor({ seed, findings }: Surroundings, store: EventStore, number: number): Actor {
  const stream = `healthy-${seed}-${number}`;
  const id = `${seed.toString(16).padStart(8, '0')}-0000-4000-8000-00000010${String(number).padStart(4, '0')}`;
  const use = async (): Promise<void> => {
    const { revision, position } = await store.append(
      stream,
      [{ id, type: 'Third.v1', data: {}, metadata: {} }],
      'noStream',
    );
    findings.acknowledged.push({ stream, ids: [id], revision, position });
    if ((await headOf(store, stream)) !== 0n) findings.violations.push(`${stream} is not there`);
  };
  return { name: stream, work: use() };
}

/** Follows at its own pace, dies in the middle, and comes back with what it had kept. */
export function subscribingActor(around: Surroundings, store: EventStore, number: number): Actor {
  const name = `subscriber ${number}`;
  const { random, time, findings, tell } = around;
  const filters: readonly (LogFilter | undefined)[] = [
    undefined,
    { streamPrefixes: ['model-'] },
    { streamPrefixes: ['inbox-c', 'model-b'] },
    { typePrefixes: ['Second'] },
  ];
  const filter = filters[Math.floor(random() * filters.length)];
  const isSlow = random() < 0.4;
  const diesAtTimes = random() < 0.5;
  const seen: string[] = [];
  findings.subscribers.push({ name, filter, seen });
  let position = around.start;
  const isDone = (): boolean => {
    if (around.whole === undefined) return false;
    const last = around.whole.findLast(
      (record) => isOurs(record) && passes(filter, { stream: record.streamId, type: record.type }),
    );
    return last === undefined || (position ?? -1n) >= last.position.commit;
  };

  const followOnce = async (): Promise<void> => {
    const stopping = new AbortController();
    const stopWhenDone = async (): Promise<void> => {
      while (!isDone() && !stopping.signal.aborted) await time.pause(isDoneCheckMs);
      stopping.abort();
    };
    void stopWhenDone();
    const after = position === undefined ? {} : { after: position };
    const items = store.subscribeToAll({
      name,
      ...after,
      ...(filter === undefined ? {} : { filter }),
      signal: stopping.signal,
    });
    for await (const item of items) {
      if (item.kind === 'caughtUp') continue;
      const reached = item.kind === 'event' ? item.event.position : item.position;
      if (position !== undefined && reached <= position)
        findings.violations.push(`${name} went back from ${position} to ${reached}`);
      if (isSlow) await time.pause(random() * 1_500);
      if (diesAtTimes && random() < 0.05 && around.whole === undefined) break;
      if (item.kind === 'event') seen.push(item.event.id);
      position = reached;
    }
    stopping.abort();
  };
  const follow = async (): Promise<void> => {
    while (!isDone()) {
      await followOnce();
      tell(`${name}: stands at ${String(position)}`);
      await time.pause(random() * 1_000);
    }
  };
  return { name, work: follow() };
}
