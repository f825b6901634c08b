import type { Row } from '../rounds.js';
import { compareAppends, compareLag } from './appending.js';
import { compareCatchUp, compareMemory } from './catching-up.js';
import { compareStart } from './starting.js';

/** The rows of the embedded event store, all through the official client; of the smoke run those with a goal for speed. */
export function storeRows(size: {
  readonly isSmoke: boolean;
  readonly rounds: number;
  readonly roundMs: number;
  readonly events: number;
}): readonly Row[] {
  const { rounds, roundMs, events } = size;
  const appends = (number: string, inFlight: number, yardstick: 'echo' | 'insert', goal: number): Row => ({
    number,
    ours: `append, ${inFlight} in flight, durable`,
    yardstick: yardstick === 'echo' ? 'the same, nothing stored' : 'bare inserts in groups',
    goal,
    run: () => compareAppends(rounds, roundMs, { inFlight, yardstick }),
  });
  const rows: readonly Row[] = [
    {
      number: '13',
      ours: `start on ${events} events`,
      yardstick: 'their files read once',
      goal: 1 / 3,
      run: () => compareStart(rounds, events),
    },
    appends('14', 32, 'echo', 0.85),
    // The rows without a goal say where the limits are.
    appends('14a', 32, 'insert', 0),
    appends('14b', 1, 'echo', 0),
    appends('14c', 1, 'insert', 0),
    appends('14d', 256, 'echo', 0),
    appends('14h', 256, 'insert', 0),
    {
      number: '14e',
      ours: 'catch-up, events',
      yardstick: 'the same bytes from memory',
      goal: 0.85,
      run: () => compareCatchUp(rounds, Math.min(events, 100_000)),
    },
    {
      number: '14f',
      ours: `memory at ${events} events, bytes`,
      yardstick: 'after the first 20,000',
      goal: 0.5,
      run: () => compareMemory(events),
    },
    {
      number: '14g',
      ours: 'append seen by a subscriber',
      yardstick: 'append answered',
      goal: 0,
      run: () => compareLag(rounds, roundMs),
    },
  ];
  return size.isSmoke ? rows.filter(({ number }) => number === '14' || number === '14e') : rows;
}
