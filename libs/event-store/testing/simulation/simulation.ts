import { seededRandom } from '../../../../test/crash/seeded-random.js';
import type { EventStore } from '../../src/event-store.js';
import { connectEventStore } from '../../src/eventstoredb/eventstoredb-event-store.js';
import { SubscriptionMetrics } from '../../src/subscription-metrics.js';
import { VirtualTime } from '../virtual-time.js';
import { latestMs, SeededFaults } from './fault-plan.js';
import { checkAtTheEnd, type Findings } from './findings.js';
import { SimulatedClient, SimulatedProcess } from './simulated-client.js';
import { SimulatedServer } from './simulated-server.js';
import {
  type Actor,
  crowd,
  healthyActor,
  readingActor,
  subscribingActor,
  type Surroundings,
  writingActor,
} from './actors.js';

/** Nothing that was promised may take longer, on the virtual clock. */
const patienceMs = 3_600_000;
/** Longer than anything takes that a store lets go of when it is closed. */
const afterCloseMs = 10_000;

export type Simulated = {
  /** What should not have happened; empty when all promises were kept. */
  readonly violations: readonly string[];
  /** What happened, with the time of the virtual clock. */
  readonly history: readonly string[];
  readonly findings: Findings;
};

/**
 * Runs writers, readers and subscribers through the adapter on a simulated server, with faults as the seed decides them,
 * and checks what was promised to them. The same seed gives the same history.
 */
export async function simulate(seed: number): Promise<Simulated> {
  const random = seededRandom(seed);
  const time = new VirtualTime();
  const history: string[] = [];
  const tell = (what: string): void => void history.push(`${time.nowMs.toFixed(1).padStart(10)} ${what}`);
  const faults = new SeededFaults(random);
  const pacing = time.pacing(random);
  const server = new SimulatedServer({ faults, random, pacing }, tell);
  const process = new SimulatedProcess(tell);
  const findings: Findings = { acknowledged: [], refused: [], open: [], subscribers: [], violations: [], warnings: [] };
  const observer = new SubscriptionMetrics({
    warn: (warning) => {
      findings.warnings.push(warning);
      tell(`warning: ${JSON.stringify(warning)}`);
    },
    now: pacing.now,
  });
  const open = () => new SimulatedClient(server, process, tell).asClient();
  const stores = Array.from({ length: 1 + Math.floor(random() * 2) }, () =>
    connectEventStore({ connectionString: `esdb://simulated?connectionName=${seed}`, pacing, open, observer }),
  );
  const streams = ['model-a', 'model-b', 'inbox-c'];
  const surroundings: Surroundings = {
    seed,
    random,
    time,
    tell,
    findings,
    streams,
    start: undefined,
    whole: undefined,
  };
  if (random() < 0.1) giveHistory(server, 150 + Math.floor(random() * 100));
  const anyStore = (): EventStore => stores[Math.floor(random() * stores.length)]!;
  const times = (most: number, make: (number: number) => Actor): Actor[] =>
    Array.from({ length: 1 + Math.floor(random() * most) }, (_, number) => make(number));
  const writers = times(6, (number) => writingActor(surroundings, anyStore(), number));
  if (random() < 0.1) writers.push(...crowd(surroundings, anyStore(), 20 + Math.floor(random() * 20)));
  const readers = times(2, (number) => readingActor(surroundings, anyStore(), number));
  const subscribers = times(3, (number) => subscribingActor(surroundings, anyStore(), number));
  let areMishapsOver = false;
  const befall = async (): Promise<void> => {
    while (random() < 0.7) {
      const { afterMs, mishap } = faults.nextMishap();
      await time.pause(afterMs);
      if (areMishapsOver) return;
      if (random() < 0.5) server.writeSystemEvent();
      server.befall(mishap);
    }
  };
  void befall();

  const done = async (what: string, actors: readonly Actor[]): Promise<void> => {
    const left = new Set(actors);
    for (const actor of actors) {
      actor.work.then(
        () => left.delete(actor),
        (error: unknown) => {
          left.delete(actor);
          findings.violations.push(`${actor.name} failed: ${String(error)}`);
        },
      );
    }
    if (await time.passUntil(() => left.size === 0, patienceMs)) return;
    findings.violations.push(`${what} did not end: ${[...left].map(({ name }) => name).join(', ')}`);
  };
  await done('writing', writers);
  await done('reading', readers);
  areMishapsOver = true;
  faults.heal();
  tell('from now on nothing goes wrong');
  // What was delayed comes still.
  await time.pass(time.pause(latestMs + 5_000));
  surroundings.whole = [...server.log.records];
  await done('following', subscribers);
  await done(
    'using a healthy store',
    stores.map((store, number) => healthyActor(surroundings, store, number)),
  );
  await done('closing', [{ name: 'close', work: Promise.all(stores.map((store) => store.close())) }]);
  // Nothing may be waited for any more.
  if (await time.passUntil(() => time.pending === 0, afterCloseMs)) await time.settle();
  else findings.violations.push(`after the end ${time.pending} timers are still set`);
  findings.violations.push(...process.deaths);
  checkAtTheEnd(findings, server.log.records, surroundings.whole);
  return { violations: findings.violations, history, findings };
}

/** Events that were there before, so that subscribers have something to catch up with. */
function giveHistory({ log }: SimulatedServer, count: number): void {
  for (let number = 0; number < count; number += 1) {
    const stream = ['model-old', 'other-old'][number % 2]!;
    const { length } = log.stream(stream);
    const id = `ffffffff-0000-4000-8000-${String(number).padStart(12, '0')}`;
    const type = number % 3 === 0 ? 'Second.v1' : 'Old.v1';
    log.append(stream, [{ id, type, data: {}, metadata: {} }], length === 0 ? 'no_stream' : BigInt(length - 1));
  }
}
