import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A program of the benchmark in a process of its own, so that it does not share the processor with the client. */
export type Running = { readonly lines: readonly string[]; kill(): Promise<void>; stop(): Promise<void> };

/** Starts `script`, and resolves when it has written so many lines. */
export async function startProcess(script: string, args: readonly string[], lineCount: number): Promise<Running> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const lines: string[] = [];
  const written = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  while (lines.length < lineCount) {
    const next = await written.next();
    if (next.done === true) throw new Error(`${script} ended before it was ready`);
    lines.push(next.value);
  }
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    child.kill(signal);
    await exited;
  };
  return { lines, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
}

export type StoreProcess = Running & { readonly url: string; readonly metricsUrl: string };

/** The embedded event store as users run it. */
export async function startStore(databaseUrl: string, port = 0): Promise<StoreProcess> {
  const running = await startProcess(
    'dist/libs/embedded-store/src/program/main.js',
    ['--database', databaseUrl, '--port', String(port), '--metrics-port', '0'],
    2,
  );
  const [metrics = '', store = ''] = running.lines;
  return { ...running, url: store.replace('Event store: ', ''), metricsUrl: metrics.replace('Metrics: ', '') };
}

/** One of the numbers that the store counts. */
export async function metricOf({ metricsUrl }: StoreProcess, name: string): Promise<number> {
  const text = await (await fetch(metricsUrl)).text();
  const [, value] = new RegExp(`^${name} ([0-9.e+]+)$`, 'm').exec(text) ?? [];
  return Number(value);
}
