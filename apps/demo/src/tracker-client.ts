/** What the demonstration asks of a tracker, over HTTP like any other client. */
export type TrackerClient = {
  get<Answer>(path: string): Promise<Answer>;
  post<Answer>(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
};

/** @throws Error with the problem's title and detail on any answer that is not a 2xx. */
export function trackerClient(baseUrl: string, token: string): TrackerClient {
  const call = async (method: string, path: string, body?: string, headers?: Readonly<Record<string, string>>) => {
    const response = await fetch(baseUrl + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 500)}`);
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  };
  return {
    get: async <Answer>(path: string) => (await call('GET', path)) as Answer,
    post: async <Answer>(path: string, body: unknown, headers?: Readonly<Record<string, string>>) =>
      (await call('POST', path, typeof body === 'string' ? body : JSON.stringify(body), headers)) as Answer,
  };
}

/** Runs `work` over all items, at most `concurrency` at a time; the first failure ends it. */
export async function forEachConcurrently<Item>(
  items: readonly Item[],
  concurrency: number,
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next;
      next += 1;
      await work(items[index] as Item, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
}

const PAGE_SIZE = 200;

/** Every item of a list, page after page. */
export async function allPages<Item>(tracker: TrackerClient, path: string): Promise<readonly Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const joint = path.includes('?') ? '&' : '?';
    const page: Page<Item> = await tracker.get<Page<Item>>(`${path}${joint}limit=${PAGE_SIZE}${query}`);
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return items;
}

type Page<Item> = { readonly items: readonly Item[]; readonly next: string | null };
