// Runs the tracker, after a build where there is none or where the sources are newer.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const entry = join(root, 'dist/apps/tracker/src/main.js');
const sources = ['apps', 'libs', 'package.json', 'tsconfig.json'].map((name) => join(root, name));

/** Milliseconds since 1970 at which the newest file below `path` was changed. */
function newestChangeMs(path) {
  const status = statSync(path);
  if (!status.isDirectory()) return status.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestChangeMs(join(path, name))));
}

function isBuilt() {
  return (
    existsSync(entry) &&
    statSync(entry).mtimeMs >= Math.max(...sources.filter((path) => existsSync(path)).map(newestChangeMs))
  );
}

if (!isBuilt()) {
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
}

// In this very process, so that signals and the terminal reach the tracker without a go-between.
await import(pathToFileURL(entry).href);
