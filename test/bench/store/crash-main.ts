import { parseArgs } from 'node:util';
import { createTestDatabase } from '../../support/database.js';
import { withPostgres } from '../with-postgres.js';
import { crash } from './crash.js';

/** Every restart has to be faster. */
const restartMsMax = 2_000;

const { values } = parseArgs({ options: { kills: { type: 'string' }, events: { type: 'string' } } });

await withPostgres(async () => {
  const database = await createTestDatabase();
  const report = await crash({
    databaseUrl: database.url,
    kills: Number(values.kills ?? 50),
    events: Number(values.events ?? 1_000_000),
    writers: 32,
    appendsBetweenKills: 500,
    tell: (message) => process.stdout.write(`${message}\n`),
  });
  await database.drop();
  const sorted = [...report.restartsMs].sort((one, other) => one - other).map(Math.round);
  const slowest = sorted.at(-1) ?? 0;
  process.stdout.write(
    `${report.acknowledged} appends acknowledged, ${report.broken.length} broken promises; ` +
      `restarts: median ${sorted[sorted.length >> 1]} ms, slowest ${slowest} ms (at most ${restartMsMax})\n`,
  );
  for (const promise of report.broken.slice(0, 20)) process.stdout.write(`${promise}\n`);
  if (report.broken.length > 0 || slowest > restartMsMax) process.exitCode = 1;
});
