import { parseArgs } from 'node:util';
import { compareAssessment, compareLongHistory, compareOneMoreFact } from './assessment.js';
import { compareIntake } from './intake.js';
import { compareProjector } from './projector.js';
import { bareLoopPerSecond, type Comparison, type Row } from './rounds.js';
import { storeRows } from './store/rows.js';
import { withPostgres } from './with-postgres.js';

/** A machine that changes by more than this between the start and the end has measured itself. */
const driftMax = 0.15;

async function main(isSmoke: boolean, only: readonly string[] | undefined): Promise<void> {
  const size = isSmoke
    ? { rounds: 3, roundMs: 800, models: 300, events: 20_000 }
    : { rounds: 7, roundMs: 5_000, models: 5_000, events: 1_000_000 };
  const all: readonly Row[] = [
    ...storeRows({ ...size, isSmoke, roundMs: isSmoke ? 500 : size.roundMs }),
    {
      number: 1,
      ours: 'webhook → 2xx, 64 connections',
      yardstick: 'bare append, 64 in flight',
      goal: 0.8,
      run: () => compareIntake(size.rounds, size.roundMs),
    },
    {
      number: 4,
      ours: 'projector to PostgreSQL, catch-up',
      yardstick: 'bare subscription, same log',
      goal: 0.85,
      run: () => compareProjector(size.rounds, size.models),
    },
    {
      number: 'L1',
      ours: 'assessment of 50 facts',
      yardstick: 'JSON.parse and reduce of the same',
      goal: 0.25,
      run: () => compareAssessment(size.rounds, size.roundMs / 3),
    },
    {
      number: 'L2',
      ours: 'facts assessed, history of 10,000',
      yardstick: 'history of 100',
      goal: 1 / 1.3,
      run: () => compareLongHistory(size.rounds, size.roundMs / 3),
    },
    {
      number: 'L3',
      ours: 'one more fact on 1,000',
      yardstick: 'the 1,000 folded anew',
      goal: 50,
      run: () => compareOneMoreFact(size.rounds, size.roundMs / 3),
    },
  ];
  const rows = only === undefined ? all : all.filter(({ number }) => only.includes(String(number)));
  const before = bareLoopPerSecond();
  const measured: string[][] = [];
  let isMissed = false;
  for (const row of rows) {
    const result = await row.run();
    // The whole spread has to miss the goal: one slow round is the machine's.
    isMissed ||= result.highest < row.goal;
    measured.push(line(row, result));
  }
  const after = bareLoopPerSecond();
  const head = ['row', 'ours', '/s', 'yardstick', '/s', 'ratio (spread)', 'goal'];
  process.stdout.write(`\n${table([head, ...measured])}\n\n`);
  const drift = after / before - 1;
  process.stdout.write(`bare loop before and after: ${Math.round(before)}/s, ${Math.round(after)}/s\n`);
  if (Math.abs(drift) > driftMax) {
    process.stdout.write(`The machine changed by ${Math.round(drift * 100)} % meanwhile; run it again.\n`);
  }
  // The short version shows a trend; its rounds are too few to hold anybody to a goal.
  if (isMissed && !isSmoke) process.exitCode = 1;
}

function line({ number, ours, yardstick, goal }: Row, result: Comparison): string[] {
  const { oursPerSecond, yardstickPerSecond, median, lowest, highest } = result;
  return [
    String(number),
    ours,
    String(Math.round(oursPerSecond)),
    yardstick,
    String(Math.round(yardstickPerSecond)),
    `${median.toFixed(2)} (${lowest.toFixed(2)} to ${highest.toFixed(2)})`,
    goal === 0 ? '' : `≥ ${goal.toFixed(2)}`,
  ];
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')).join('\n');
}

const { values } = parseArgs({ options: { smoke: { type: 'boolean' }, only: { type: 'string' } } });
await withPostgres(() => main(values.smoke === true, values.only?.split(',')));
