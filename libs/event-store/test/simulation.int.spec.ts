import {
  type EmbeddedEventStore,
  type Faults,
  type ReadFault as ServerReadFault,
  startEmbeddedEventStore,
  type WriteFault as ServerWriteFault,
} from '#libs/embedded-store';
import { seededRandom } from '../../../test/crash/seeded-random.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import type { EventStore } from '../src/event-store.js';
import { connectEventStore } from '../src/eventstoredb/eventstoredb-event-store.js';
import { type Pacing, systemPacing } from '../src/eventstoredb/pacing.js';
import { SubscriptionMetrics } from '../src/subscription-metrics.js';
import { all } from '../testing/given-store.js';
import {
  type Actor,
  crowd,
  healthyActor,
  readingActor,
  subscribingActor,
  type Surroundings,
  writingActor,
} from '../testing/simulation/actors.js';
import { latestMs, type ReadFault, SeededFaults, type WriteFault } from '../testing/simulation/fault-plan.js';
import { checkAtTheEnd, type Findings, type Stored } from '../testing/simulation/findings.js';

const thisFile = 'libs/event-store/test/simulation';
const onlySeed = process.env['SIMULATION_SEED'];
const seeds = onlySeed === undefined ? [1, 2, 3, 4, 5, 6] : [Number(onlySeed)];
/** So many times as fast as the clock on the wall the adapter and its callers live, so that the longest waits come too. */
const speed = 20;
/** On the wall. */
const patienceMs = 25_000;

const afterMs = (delayMs: number, action: () => void): (() => void) => systemPacing.after(delayMs / speed, action);
const pacingOf = (random: () => number): Pacing => ({ now: () => performance.now() * speed, after: afterMs, random });

function writeFault(fault: WriteFault | undefined): ServerWriteFault | undefined {
  if (fault?.kind === 'commitLate') return { beforeCommitMs: fault.delayMs / speed };
  if (fault?.kind === 'answerLate') return { afterCommitMs: fault.delayMs / speed };
  if (fault?.kind === 'timeoutThenCommit') return 'timeoutBeforeCommit';
  // While a request is being read, Node 20 cannot be relied on to bear the end of its connection.
  if (fault?.kind === 'cutBeforeCommit') return 'tooBusy';
  return fault?.kind === 'unknown' ? 'refuseWrites' : fault?.kind;
}

function readFault(fault: ReadFault | undefined): ServerReadFault | undefined {
  if (fault === undefined || !('afterMessages' in fault)) return fault?.kind;
  const ways = { unavailable: 'tooBusy', cancelled: 'cut', reset: 'reset', tooSlow: 'tooSlow', end: 'cut' } as const;
  return { afterEvents: fault.afterMessages, then: fault.kind === 'stall' ? 'stall' : ways[fault.how] };
}

describe('the adapter between callers and the embedded event store that fails', () => {
  let database: TestDatabase;
  let server: EmbeddedEventStore;
  let plan: SeededFaults | undefined;
  const faults: Faults = {
    onWrite: () => writeFault(plan?.onWrite()),
    onRead: ({ kind }) => readFault(plan?.onRead(kind)),
    onListMethods: () => {
      const fault = plan?.onNegotiation();
      return fault === 'unauthenticated' ? 'unknown' : fault;
    },
  };
  beforeAll(async () => {
    database = await createTestDatabase();
    server = await startEmbeddedEventStore({ databaseUrl: database.url, faults });
  });
  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  const readLog = async (store: EventStore, start: bigint | undefined): Promise<Stored[]> => {
    const events = await all(store.readAll(start === undefined ? {} : { from: start }));
    return events
      .filter(({ position }) => start === undefined || position > start)
      .map(({ id, type, stream, revision, position }) => ({
        id,
        type,
        streamId: stream,
        revision,
        position: { commit: position },
      }));
  };

  async function run(seed: number): Promise<readonly string[]> {
    const random = seededRandom(seed);
    const pacing = pacingOf(random);
    const pause = (delayMs: number): Promise<void> => new Promise((resolve) => void afterMs(delayMs, resolve));
    const findings: Findings = {
      acknowledged: [],
      refused: [],
      open: [],
      subscribers: [],
      violations: [],
      warnings: [],
    };
    const observer = new SubscriptionMetrics({ warn: (warning) => findings.warnings.push(warning), now: pacing.now });
    const store = connectEventStore({ connectionString: server.connectionString, pacing, observer });
    const start = await store.head();
    const around: Surroundings = {
      ...{ seed, random, findings, start, whole: undefined, tell: () => undefined },
      streams: ['model-a', 'model-b', 'inbox-c'].map((stream) => `${stream}-${seed}`),
      time: { pause, get nowMs() { return pacing.now(); } }, // prettier-ignore
    };
    const faulty = (plan = new SeededFaults(random));
    const done = async (what: string, actors: readonly Actor[]): Promise<void> => {
      const left = new Set(actors);
      const works = actors.map(async (actor) => {
        await actor.work.catch((error: unknown) => findings.violations.push(`${actor.name} failed: ${String(error)}`));
        left.delete(actor);
      });
      let callOff = (): void => undefined;
      const tooLate = new Promise<void>((resolve) => (callOff = systemPacing.after(patienceMs, resolve)));
      await Promise.race([Promise.all(works), tooLate]);
      callOff();
      if (left.size > 0) findings.violations.push(`${what} did not end: ${[...left].map(({ name }) => name).join()}`);
    };
    const some = (most: number, make: (number: number) => Actor): Actor[] =>
      Array.from({ length: 1 + Math.floor(random() * most) }, (_, number) => make(number));
    const writers = some(6, (number) => writingActor(around, store, number));
    if (random() < 0.3) writers.push(...crowd(around, store, 30));
    const readers = some(2, (number) => readingActor(around, store, number));
    const subscribers = some(3, (number) => subscribingActor(around, store, number));
    const restarting = pause(2_000 + random() * 10_000).then(async () => {
      await server.stop();
      await pause(random() * 4_000);
      server = await startEmbeddedEventStore({ databaseUrl: database.url, port: server.port, faults });
    });
    await done('writing', writers);
    await done('reading', readers);
    await done('restarting', [{ name: 'restart', work: restarting }]);
    faulty.heal();
    await pause(latestMs + 5_000);
    around.whole = await readLog(store, start);
    await done('following', subscribers);
    await done('using a healthy store', [healthyActor(around, store, 0)]);
    checkAtTheEnd(findings, await readLog(store, start), around.whole);
    await done('closing', [{ name: 'close', work: store.close() }]);
    plan = undefined;
    return findings.violations;
  }

  it.each(seeds)(
    'keeps every promise over a real connection, seed %i',
    async (seed) => {
      const violations = await run(seed);
      if (violations.length === 0) return;
      throw new Error(`${violations.join('\n')}\n\nalone: SIMULATION_SEED=${seed} npm run jest -- ${thisFile}`);
    },
    120_000,
  );
});
