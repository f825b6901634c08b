// Kills the event store again and again under load, and compares the log with what was acknowledged. See --help.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildIfStale, root } from './build-if-stale.mjs';

const usage = `npm run eventstore:crash [-- OPTIONS]

Ends the process of the event store by SIGKILL under 32 concurrent writers. It fails when an acknowledged event is lost,
is there twice or leaves a gap in its stream, or when a restart takes more than 2 s.

  --kills NUMBER   how often (50)
  --events NUMBER  how many events are in the log before (1000000)
  --help           this text

DATABASE_URL names a PostgreSQL to use; otherwise one is started in a temporary folder.
`;

const { values } = parseArgs({
  options: { kills: { type: 'string' }, events: { type: 'string' }, help: { type: 'boolean' } },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}
buildIfStale();
run(join(root, 'node_modules/typescript/bin/tsc'), '-p', 'test/bench');
run(join(root, 'dist/test/bench/store/crash-main.js'), ...process.argv.slice(2));

function run(...nodeArguments) {
  const { status } = spawnSync(process.execPath, nodeArguments, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
