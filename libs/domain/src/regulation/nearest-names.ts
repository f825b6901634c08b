const NEAREST_MAX = 3;

/** The names that look most like what somebody wrote, the likest first: what a message offers instead. */
export function nearestNames(written: string, names: readonly string[]): readonly string[] {
  const wanted = pairsOf(written);
  return names
    .map((name) => ({ name, likeness: likeness(wanted, pairsOf(name)) }))
    .sort((a, b) => b.likeness - a.likeness || (a.name < b.name ? -1 : 1))
    .slice(0, NEAREST_MAX)
    .map(({ name }) => name);
}

/** Pairs of neighbouring characters: they survive typing errors, missing parts and another order of words. */
function pairsOf(text: string): ReadonlyMap<string, number> {
  const pairs = new Map<string, number>();
  const padded = ` ${text.toLowerCase()} `;
  for (let index = 0; index + 1 < padded.length; index += 1) {
    const pair = padded.slice(index, index + 2);
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  return pairs;
}

/** Dice's coefficient, 0 to 1. */
function likeness(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): number {
  let shared = 0;
  for (const [pair, count] of one) shared += Math.min(count, other.get(pair) ?? 0);
  return (2 * shared) / (sizeOf(one) + sizeOf(other));
}

function sizeOf(pairs: ReadonlyMap<string, number>): number {
  let size = 0;
  for (const count of pairs.values()) size += count;
  return size;
}
