import { randomBytes } from 'node:crypto';
import { chown, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { program, runProgram, type Binaries } from './binaries.js';
import { dataFolder, exists, passwordFile, type DataPlace } from './data-place.js';
import { codeOf, EmbeddedPostgresFailed, messageOf } from './errors.js';

/** Owner of everything in the server. */
export const roleName = 'tracker';

/**
 * Makes the database cluster when there is none. It is made under another name and renamed when complete, so that a
 * cluster that was cut off half-way is never used.
 */
export async function initialiseOnce(
  place: DataPlace,
  binaries: Binaries,
  log: (message: string) => void,
): Promise<void> {
  if (await exists(place.home)) return checkVersion(place, binaries);
  await removeUnfinished(place.home);
  log(`creating a PostgreSQL ${binaries.version} in ${place.home}`);
  const making = { ...place, home: `${place.home}.making-${process.pid}` };
  try {
    await makeCluster(making, binaries);
    await rename(making.home, place.home);
    await syncFolder(dirname(place.home));
  } catch (error) {
    await rm(making.home, { recursive: true, force: true });
    // Another tracker was faster: its cluster is as good as ours.
    if (!(await exists(place.home))) throw error;
  }
}

async function makeCluster(making: DataPlace, binaries: Binaries): Promise<void> {
  await mkdir(making.home, { mode: 0o700 });
  await writeFile(passwordFile(making), randomBytes(24).toString('base64url'), { mode: 0o600, flush: true });
  if (making.user !== undefined) {
    await chown(making.home, making.user.uid, making.user.gid);
    await chown(passwordFile(making), making.user.uid, making.user.gid);
  }
  const { code, output } = await runProgram(
    program(binaries, 'initdb'),
    [
      `--pgdata=${dataFolder(making)}`,
      `--username=${roleName}`,
      `--pwfile=${passwordFile(making)}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // The server's own C.UTF-8 sorts alike everywhere and needs no locale of the system.
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
    ],
    making.user,
  );
  if (code !== 0) {
    const isFull = output.includes('No space left on device');
    throw new EmbeddedPostgresFailed(
      `${isFull ? 'the disk is full: ' : ''}the database could not be created in ${dirname(making.home)}: ${output}`,
    );
  }
}

async function checkVersion(place: DataPlace, binaries: Binaries): Promise<void> {
  let found: string;
  try {
    found = (await readFile(join(dataFolder(place), 'PG_VERSION'), 'utf8')).trim();
  } catch (cause) {
    throw new EmbeddedPostgresFailed(`${place.home} is not readable as a database folder: ${messageOf(cause)}`, {
      cause,
    });
  }
  const [major] = binaries.version.split('.');
  if (found === major) return;
  throw new EmbeddedPostgresFailed(
    `${place.home} was written by PostgreSQL ${found}, installed is ${binaries.version}: install a tracker with` +
      ` PostgreSQL ${found}, or bring the data over with pg_dump`,
  );
}

/** Left behind by trackers that were killed while they made a cluster. */
async function removeUnfinished(home: string): Promise<void> {
  const prefix = `${basename(home)}.making-`;
  for (const name of await readdir(dirname(home))) {
    if (!name.startsWith(prefix) || isAlive(Number(name.slice(prefix.length)))) continue;
    await rm(join(dirname(home), name), { recursive: true, force: true });
  }
}

/** Whether a process of this id exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** Makes a rename in this folder durable. Windows knows no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
