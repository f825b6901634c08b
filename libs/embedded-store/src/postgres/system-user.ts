import { execFile } from 'node:child_process';
import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { codeOf, EmbeddedPostgresFailed, messageOf } from './errors.js';

/** Whom a child process is to run as. */
export type SystemUser = { readonly uid: number; readonly gid: number };

const run = promisify(execFile);
const userName = 'postgres';

/** Each entry is the commands of one family of systems; the first whose programs exist is used. */
const waysToAddTheUser: readonly (readonly [string, ...string[]][])[] = [
  [
    ['groupadd', '--system', '--force', userName],
    [
      'useradd',
      '--system',
      '--gid',
      userName,
      '--no-create-home',
      '--home-dir',
      '/nonexistent',
      '--shell',
      '/bin/false',
      userName,
    ],
  ],
  [
    ['addgroup', '-S', userName],
    ['adduser', '-S', '-D', '-H', '-h', '/nonexistent', '-s', '/bin/false', '-G', userName, userName],
  ],
];

export const isRoot = (): boolean => process.getuid?.() === 0;

/**
 * The user `postgres`, made when the system has none: PostgreSQL refuses to run as root.
 * @throws EmbeddedPostgresFailed when there is none and none can be made
 */
export async function serverUser(): Promise<SystemUser> {
  const found = await lookUp();
  if (found !== undefined) return found;
  const failures: string[] = [];
  for (const commands of waysToAddTheUser) {
    try {
      for (const [program, ...args] of commands) await run(program, args);
      const made = await lookUp();
      if (made !== undefined) return made;
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') failures.push(messageOf(error).trim());
    }
  }
  throw new EmbeddedPostgresFailed(
    `PostgreSQL does not run as root, and the user "${userName}" to run it as could not be made` +
      ` (${failures.length === 0 ? 'neither useradd nor adduser is installed' : failures.join('; ')}):` +
      ' make that user, start the tracker as an ordinary user, or set DATABASE_URL',
  );
}

async function lookUp(): Promise<SystemUser | undefined> {
  try {
    const [uid, gid] = await Promise.all(
      ['-u', '-g'].map(async (which) => Number((await run('id', [which, userName])).stdout)),
    );
    return uid === undefined || gid === undefined ? undefined : { uid, gid };
  } catch {
    return undefined;
  }
}

/** The user that a file or folder belongs to. */
export async function ownerOf(path: string): Promise<SystemUser> {
  const { uid, gid } = await stat(path);
  return { uid, gid };
}

/** Whether `user` may pass through every folder from the root down into `folder`, by the permission bits. */
export async function mayEnter(user: SystemUser, folder: string): Promise<boolean> {
  for (let current = await realpath(folder); ; current = dirname(current)) {
    if (!maySearch(user, await stat(current))) return false;
    if (current === dirname(current)) return true;
  }
}

/** The search bit of the class that `user` falls into. Supplementary groups do not count: a spawned server has none. */
export function maySearch(
  user: SystemUser,
  folder: { readonly mode: number; readonly uid: number; readonly gid: number },
): boolean {
  if (user.uid === 0) return true;
  const bit = folder.uid === user.uid ? 0o100 : folder.gid === user.gid ? 0o010 : 0o001;
  return (folder.mode & bit) !== 0;
}
