/** One measured run: what it did, and in how long. */
export type Run = { readonly effects: number; readonly durationMs: number };

export type Comparison = {
  readonly oursPerSecond: number;
  readonly yardstickPerSecond: number;
  /** Of the ratios of the rounds. */
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
};

export type Row = {
  /** Of the plan's rows, or `L` for those of the law. */
  readonly number: number | string;
  readonly ours: string;
  readonly yardstick: string;
  /** 0 for none. */
  readonly goal: number;
  readonly run: () => Promise<Comparison>;
};

/** Runs both sides by turns, a warm-up first, so that what slows the machine down slows both. */
export async function compareByTurns(
  rounds: number,
  sides: { readonly ours: () => Promise<Run>; readonly yardstick: () => Promise<Run> },
): Promise<Comparison> {
  await sides.yardstick();
  await sides.ours();
  const ours: number[] = [];
  const yardstick: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    yardstick.push(perSecond(await sides.yardstick()));
    ours.push(perSecond(await sides.ours()));
  }
  const ratios = ours.map((rate, round) => rate / yardstick[round]!);
  return {
    oursPerSecond: medianOf(ours),
    yardstickPerSecond: medianOf(yardstick),
    median: medianOf(ratios),
    lowest: Math.min(...ratios),
    highest: Math.max(...ratios),
  };
}

/** How often a loop that needs nothing but the processor turns in a second: what the machine gives at this moment. */
export function bareLoopPerSecond(): number {
  const text = JSON.stringify({ model: 'm', flop: '9.9e24', list: Array.from({ length: 40 }, (_, i) => i) });
  const start = performance.now();
  let turns = 0;
  let sum = 0;
  while (performance.now() - start < 500) {
    for (let i = 0; i < 1_000; i += 1) sum += (JSON.parse(text) as { list: number[] }).list.length;
    turns += 1_000;
  }
  if (sum !== turns * 40) throw new Error('the bare loop did not do its work');
  return perSecond({ effects: turns, durationMs: performance.now() - start });
}

function perSecond({ effects, durationMs }: Run): number {
  return (effects * 1_000) / durationMs;
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
