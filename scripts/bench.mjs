// Measures the tracker against yardsticks on the same machine in the same run. See --help.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildIfStale, root } from './build-if-stale.mjs';

const usage = `npm run bench [-- --smoke] [--only 13,14]

Runs each row by turns with its yardstick and prints the ratio of both: the median of the rounds and their spread.
Every figure counts what it did (events in the log, rows in the tables); a run that lost something fails.

  --smoke   few and short rounds, in less than a minute: a trend, not a verdict
  --only    these rows alone, by their numbers
  --help    this text

Without --smoke it ends with exit code 1 when a whole spread misses its goal.
DATABASE_URL names a PostgreSQL to use; otherwise one is started in a temporary folder.
`;

const { values } = parseArgs({
  options: { smoke: { type: 'boolean' }, only: { type: 'string' }, help: { type: 'boolean' } },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}
buildIfStale();
run(join(root, 'node_modules/typescript/bin/tsc'), '-p', 'test/bench');
run(join(root, 'dist/test/bench/main.js'), ...process.argv.slice(2));

function run(...nodeArguments) {
  const { status } = spawnSync(process.execPath, nodeArguments, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
