import { Problem } from '../platform/problem.js';
import { Turns, waitingMax } from './turns.js';

describe('taking turns on a stream', () => {
  it('lets one in at a time, in order of arrival, also after a failure', async () => {
    const turns = new Turns();
    const steps: string[] = [];
    const work = (name: string, fails = false) =>
      turns.take('model-m1', async () => {
        steps.push(`${name} begins`);
        await new Promise(setImmediate);
        steps.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      });
    const results = await Promise.allSettled([work('a'), work('b', true), work('c')]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('does not hold up another stream', async () => {
    const turns = new Turns();
    let release = (): void => {};
    const held = turns.take('model-m1', () => new Promise<void>((resolve) => (release = resolve)));
    await expect(turns.take('model-m2', async () => 'through')).resolves.toBe('through');
    release();
    await held;
  });

  it('sends away whoever would wait too long, and recovers', async () => {
    const turns = new Turns();
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const waiting = Array.from({ length: waitingMax }, () => turns.take('model-m1', () => gate));
    await expect(turns.take('model-m1', async () => {})).rejects.toBeInstanceOf(Problem);
    release();
    await Promise.all(waiting);
    await expect(turns.take('model-m1', async () => 'in')).resolves.toBe('in');
  });
});
