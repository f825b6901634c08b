import { mkdir, readlink, realpath, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { codeOf, EmbeddedPostgresFailed } from './errors.js';
import { isRoot, mayEnter, ownerOf, serverUser, type SystemUser } from './system-user.js';

/**
 * Where the server's files lie: `home` holds `data`, `password` and `server.log`. `user` is whom the server runs as,
 * absent when that is whoever runs the tracker.
 */
export type DataPlace = { readonly dataDir: string; readonly home: string; readonly user: SystemUser | undefined };

/** What root uses when the data folder, or the binaries, lie below a folder that the server's user may not enter. */
export const placeOfLastResort = '/var/lib/gpai-obligation-tracker';

export const dataFolder = (place: DataPlace): string => join(place.home, 'data');
export const passwordFile = (place: DataPlace): string => join(place.home, 'password');
export const logFile = (place: DataPlace): string => join(place.home, 'server.log');

/**
 * Decides where the server's files lie for this `dataDir`: in its subfolder `postgresql`, or behind a symbolic link of
 * that name. Makes `dataDir` and the link, not the place itself, and changes no permission of a folder that was there.
 * @throws EmbeddedPostgresFailed when no place can be used
 */
export async function placeData(dataDir: string, log: (message: string) => void): Promise<DataPlace> {
  await mkdir(dataDir, { recursive: true });
  const entry = join(await realpath(dataDir), 'postgresql');
  const home = await homeBehind(entry);
  if (!isRoot()) return { dataDir, home, user: undefined };
  const user = (await exists(home)) ? await ownerOf(home) : await serverUser();
  if (user.uid === 0) {
    throw new EmbeddedPostgresFailed(
      `${home} belongs to root, as whom PostgreSQL does not run: give it to another user`,
    );
  }
  if (await mayEnter(user, await nearestFolder(home))) return { dataDir, home, user };
  if (await exists(home)) {
    throw new EmbeddedPostgresFailed(
      `${home} belongs to the user with id ${user.uid}, who may not enter a folder above it: open the way, or move the data`,
    );
  }
  return { dataDir, home: await placeElsewhere(entry, log), user };
}

async function homeBehind(entry: string): Promise<string> {
  try {
    return resolve(dirname(entry), await readlink(entry));
  } catch (error) {
    // EINVAL: a plain folder. ENOENT: nothing yet.
    if (['EINVAL', 'ENOENT', 'UNKNOWN'].includes(codeOf(error) ?? '')) return entry;
    throw error;
  }
}

async function placeElsewhere(entry: string, log: (message: string) => void): Promise<string> {
  try {
    await mkdir(placeOfLastResort, { recursive: true, mode: 0o755 });
  } catch (cause) {
    throw new EmbeddedPostgresFailed(
      `the user that runs PostgreSQL may not enter ${dirname(entry)}, and ${placeOfLastResort} cannot be made:` +
        ' set TRACKER_DATA_DIR to a folder that every user may enter, or set DATABASE_URL',
      { cause },
    );
  }
  const home = await firstFreeName(dirname(entry));
  try {
    await symlink(home, entry);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return homeBehind(entry);
    throw error;
  }
  log(`the user that runs PostgreSQL may not enter ${dirname(entry)}: its data lies in ${home}, see the link ${entry}`);
  return home;
}

/** A folder whose link is gone was given up on purpose, so its data is neither used again nor touched. */
async function firstFreeName(dataDir: string): Promise<string> {
  const name =
    dataDir
      .split(/[^A-Za-z0-9.]+/)
      .filter(Boolean)
      .join('-') || basename(dataDir);
  const wanted = join(placeOfLastResort, name);
  for (let number = 2, home = wanted; ; number += 1) {
    if (!(await exists(home))) return home;
    home = `${wanted}-${number}`;
  }
}

async function nearestFolder(path: string): Promise<string> {
  for (let current = path; ; current = dirname(current)) if (await exists(current)) return current;
}

export function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
