import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export type Child = {
  readonly firstLine: string;
  nextLine(): Promise<string>;
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
};

const pathOf = (script: string): string => fileURLToPath(new URL(script, import.meta.url));

/** Runs a script beside this file in a process of its own, up to the first line that it writes. */
export async function startChild(
  script: string,
  args: readonly string[],
  options: { readonly uid?: number; readonly gid?: number; readonly cwd?: string } = {},
): Promise<Child> {
  const child = spawn(process.execPath, [pathOf(script), ...args], {
    ...options,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const next = await lines.next();
    return next.done === true ? '(it ended without a word)' : next.value;
  };
  return {
    firstLine: await nextLine(),
    nextLine,
    end: async (signal) => {
      child.kill(signal);
      await exited;
    },
  };
}

export type Finished = { readonly exitCode: number; readonly output: string; readonly errors: string };

/** Runs a script beside this file in a process of its own, to its end. */
export async function finishChild(script: string, args: readonly string[]): Promise<Finished> {
  const child = spawn(process.execPath, [pathOf(script), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ]);
  return { exitCode, output, errors };
}
