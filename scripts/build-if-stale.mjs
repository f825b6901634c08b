import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const built = join(root, 'dist/apps/tracker/src/main.js');
const sources = ['apps', 'libs', 'package.json', 'package-lock.json', 'tsconfig.json', 'nest-cli.json'];

/** Runs `npm run build` when there is no build or a source is newer than it; ends the process when the build fails. */
export function buildIfStale() {
  if (existsSync(built) && newestChange(sources.map((source) => join(root, source))) <= statSync(built).mtimeMs) return;
  // Not to the output, which may be a report for a program.
  console.error('Building …');
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['inherit', 2, 'inherit'] });
  if (status !== 0) process.exit(status ?? 1);
}

function newestChange(paths) {
  return Math.max(
    0,
    ...paths.map((path) => {
      const stats = statSync(path);
      if (!stats.isDirectory()) return stats.mtimeMs;
      return newestChange(readdirSync(path).map((entry) => join(path, entry)));
    }),
  );
}
