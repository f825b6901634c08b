import { OrderedTasks } from './ordered-tasks.js';

describe('tasks', () => {
  it('that share a key run one after the other, in their order', async () => {
    const tasks = new OrderedTasks();
    const done: string[] = [];
    const open: (() => void)[] = [];
    const first = tasks.run(
      ['a', 'b'],
      () => new Promise<void>((resolve) => open.push(() => (done.push('first'), resolve()))),
    );
    const second = tasks.run(['b'], async () => void done.push('second'));
    await tasks.run(['c'], async () => void done.push('third'));
    open.forEach((finish) => finish());
    await Promise.all([first, second]);
    expect(done).toEqual(['third', 'first', 'second']);
  });

  it('go on after one has failed', async () => {
    const tasks = new OrderedTasks();
    const failing = tasks.run(['a'], () => Promise.reject(new Error('no')));
    const next = tasks.run(['a'], async () => 'done');
    await expect(failing).rejects.toThrow('no');
    await expect(next).resolves.toBe('done');
  });
});
