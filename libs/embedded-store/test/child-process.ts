import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export type Child = { readonly firstLine: string; end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> };

/** Runs a script beside this file in a process of its own, up to the first line that it writes. */
export async function startChild(
  script: string,
  args: readonly string[],
  options: { readonly uid?: number; readonly gid?: number; readonly cwd?: string } = {},
): Promise<Child> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [path, ...args], {
    ...options,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  if (child.stdout === null) throw new Error('the child has no output');
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, 'line'), exited.then(() => ['(it ended without a word)'])]);
  return {
    firstLine: String(first[0]),
    end: async (signal) => {
      child.kill(signal);
      await exited;
    },
  };
}
