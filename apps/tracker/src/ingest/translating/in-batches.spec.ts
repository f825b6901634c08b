import { inBatches } from './in-batches.js';

async function collect<Item>(source: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of source) items.push(item);
  return items;
}

async function* backlog(count: number): AsyncGenerator<number> {
  for (let index = 0; index < count; index += 1) yield index;
}

describe('grouping what a subscription yields', () => {
  it('fills batches from a backlog, in order', async () => {
    const batches = await collect(inBatches(backlog(10), 4));
    expect(batches).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ]);
  });

  it('does not let an item wait for one that has not come yet', async () => {
    let release = (): void => {};
    async function* live(): AsyncGenerator<string> {
      yield 'first';
      await new Promise<void>((resolve) => (release = resolve));
      yield 'second';
    }
    const batches = inBatches(live(), 100);
    expect((await batches.next()).value).toEqual(['first']);
    release();
    expect((await batches.next()).value).toEqual(['second']);
  });

  it('hands on what came before a failure, and then the failure', async () => {
    async function* broken(): AsyncGenerator<string> {
      yield 'first';
      throw new Error('connection lost');
    }
    const batches = inBatches(broken(), 100);
    expect((await batches.next()).value).toEqual(['first']);
    await expect(batches.next()).rejects.toThrow('connection lost');
  });
});
