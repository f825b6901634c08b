/** Groups what a source yields at once, without waiting for more: live items come alone, a backlog in full batches. */
export async function* inBatches<Item>(
  source: AsyncIterable<Item>,
  lengthMax: number,
): AsyncGenerator<readonly Item[]> {
  const iterator = source[Symbol.asyncIterator]();
  let upcoming = iterator.next();
  try {
    for (;;) {
      const first = await upcoming;
      if (first.done === true) return;
      const batch = [first.value];
      upcoming = iterator.next();
      while (batch.length < lengthMax) {
        const more = await Promise.race([upcoming, nothingYet()]);
        if (more === undefined || more.done === true) break;
        batch.push(more.value);
        upcoming = iterator.next();
      }
      yield batch;
    }
  } finally {
    // The item under way is not needed any more; its failure is nobody's business either.
    upcoming.catch(() => undefined);
    await iterator.return?.();
  }
}

function nothingYet(): Promise<undefined> {
  return new Promise((resolve) => setImmediate(resolve, undefined));
}
