/** Groups what a source yields at once, without waiting for more: live items come alone, a backlog in full batches. */
export async function* inBatches<Item>(
  source: AsyncIterable<Item>,
  lengthMax: number,
): AsyncGenerator<readonly Item[]> {
  const iterator = source[Symbol.asyncIterator]();
  const ask = (): Promise<IteratorResult<Item>> => {
    const asked = iterator.next();
    // It is awaited only after the batch before it was dealt with; a failure until then is not one that nobody handles.
    asked.catch(() => undefined);
    return asked;
  };
  let upcoming = ask();
  try {
    for (;;) {
      const first = await upcoming;
      if (first.done === true) return;
      const batch = [first.value];
      upcoming = ask();
      while (batch.length < lengthMax) {
        const more = await Promise.race([upcoming.catch(() => undefined), nothingYet()]);
        if (more === undefined || more.done === true) break;
        batch.push(more.value);
        upcoming = ask();
      }
      yield batch;
    }
  } finally {
    await iterator.return?.();
  }
}

function nothingYet(): Promise<undefined> {
  return new Promise((resolve) => setImmediate(resolve, undefined));
}
