import { binaryEvent, END, jsonEvent, type AppendToStreamOptions } from '@eventstore/db-client';
import { actualRevisionOf, event, newStream, recordCalls, RunningStore, said } from './running-store.js';

/** Cases 4 and 6 to 13: what is accepted and refused, over both ways to append. */
describe.each([
  ['BatchAppend', 'BatchAppend', {}],
  [
    'Append, which clients use when a call has its own credentials (case 4)',
    'Append',
    { username: 'u', password: 'p' },
  ],
])('the embedded event store, appending by %s', (_name, method, credentials) => {
  const stream = newStream();
  const options = method === 'Append' ? { credentials } : {};
  let store: RunningStore;
  let calls: ReturnType<typeof recordCalls>;

  beforeAll(async () => {
    calls = recordCalls();
    store = await RunningStore.start();
  });
  afterAll(async () => {
    calls.restore();
    await store.stop();
  });

  const append = (
    name: string,
    expectedRevision: AppendToStreamOptions['expectedRevision'] & {},
    ...says: readonly string[]
  ) =>
    store.client.appendToStream(
      name,
      says.map((is) => event(is)),
      { expectedRevision, ...(options as object) },
    );

  it('6: writes two events to a new stream', async () => {
    expect(await append(stream, 'no_stream', 'a', 'b')).toMatchObject({ success: true, nextExpectedRevision: 1n });
    const found = [];
    for await (const { event: each } of store.client.readStream(stream)) found.push(each);
    expect(found.map((each) => each?.revision)).toEqual([0n, 1n]);
    const [first, second] = found.map((each) => each?.position?.commit ?? 0n);
    expect(second).toBeGreaterThan(first ?? 0n);
    expect(calls.of(method).length).toBeGreaterThan(0);
  });

  it('7: writes after the expected head', async () => {
    expect(await append(stream, 1n, 'c')).toMatchObject({ nextExpectedRevision: 2n });
  });

  it('8: refuses an expected revision that the stream has passed', async () => {
    expect(await actualRevisionOf(append(stream, 0n, 'x'))).toBe(2n);
  });

  it('9: refuses an expected revision that the stream has not reached', async () => {
    expect(await actualRevisionOf(append(stream, 5n, 'x'))).toBe(2n);
  });

  it('10: refuses any revision of a stream that does not exist', async () => {
    expect(await actualRevisionOf(append(newStream(), 0n, 'x'))).toBe('no_stream');
  });

  it('11: refuses no_stream for a stream that exists', async () => {
    expect(await actualRevisionOf(append(stream, 'no_stream', 'x'))).toBe(2n);
  });

  it('12: refuses stream_exists for a stream that does not, and takes it for one that has metadata only', async () => {
    const bare = newStream();
    expect(await actualRevisionOf(append(bare, 'stream_exists', 'x'))).toBe('no_stream');
    await store.client.setStreamMetadata(bare, { maxCount: 3 });
    expect(await append(bare, 'stream_exists', 'x')).toMatchObject({ nextExpectedRevision: 0n });
  });

  it('13: takes any', async () => {
    expect(await append(stream, 'any', 'd')).toMatchObject({ nextExpectedRevision: 3n });
  });

  it('14: takes 1,048,000 bytes, and refuses 1,048,577 without writing', async () => {
    const name = newStream();
    const bytes = (count: number) => binaryEvent({ type: 'T', data: new Uint8Array(count) });
    await store.client.appendToStream(name, bytes(1_048_000), options as object);
    await expect(store.client.appendToStream(name, bytes(1_048_577), options as object)).rejects.toMatchObject({
      type: 'maximum-append-size-exceeded',
      maxAppendSize: 1_048_576,
    });
    const parts = Array.from({ length: 20 }, () => bytes(60_000));
    await expect(store.client.appendToStream(name, parts, options as object)).rejects.toMatchObject({
      type: 'maximum-append-size-exceeded',
    });
    expect(await said(store.client.readStream(name))).toHaveLength(1);
  });

  it('15: answers an append of nothing with the head', async () => {
    const name = newStream();
    await append(name, 'any', 'a', 'b', 'c');
    expect(await append(name, 'any')).toMatchObject({ success: true, nextExpectedRevision: 2n });
    expect(await said(store.client.readStream(name))).toEqual(['a', 'b', 'c']);
  });
});

/** Cases 16 to 23. */
describe('the embedded event store, under concurrent and unusual appends', () => {
  let store: RunningStore;

  beforeAll(async () => {
    store = await RunningStore.start();
  });
  afterAll(() => store.stop());

  it('16: lets exactly one of fifty appends at the same revision through', async () => {
    const stream = newStream();
    await store.client.appendToStream(
      stream,
      Array.from({ length: 6 }, (_, index) => event(`${index}`)),
    );
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        actualRevisionOf(store.client.appendToStream(stream, event(`x${index}`), { expectedRevision: 5n })),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'it was accepted')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 6n)).toHaveLength(49);
  });

  it('17: numbers a thousand concurrent appends without gap', async () => {
    const stream = newStream();
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, (_, index) => store.client.appendToStream(stream, event(`${index}`))),
    );
    const numbers = Array.from({ length: 1_000 }, (_, index) => BigInt(index));
    expect(new Set(answers.map((answer) => answer.nextExpectedRevision))).toEqual(new Set(numbers));
    const revisions = [];
    for await (const { event: found } of store.client.readStream(stream)) revisions.push(found?.revision);
    expect(revisions).toEqual(numbers);
  });

  it('18 and 19: gives binary events back byte by byte, and no metadata where there was none', async () => {
    const stream = newStream();
    const data = Uint8Array.from({ length: 256 }, (_, index) => index);
    await store.client.appendToStream(stream, binaryEvent({ type: 'Bytes', data }));
    for await (const { event: found } of store.client.readStream(stream)) {
      expect(found).toMatchObject({ isJson: false, metadata: undefined });
      expect(Buffer.from(found?.data as Uint8Array)).toEqual(Buffer.from(data));
    }
  });

  it('20 and 21: keeps names, types and data beyond ASCII, and names of a thousand characters', async () => {
    const stream = `Zürich-模型-🚀-${'ö'.repeat(1_000)}`;
    const sent = jsonEvent({ type: 'Größe🚀', data: { is: 'ключ 🜚' }, metadata: { naïve: '✓' } });
    await store.client.appendToStream(stream, sent);
    for await (const { event: found } of store.client.readStream(stream)) {
      expect(found).toMatchObject({ streamId: stream, type: sent.type, data: sent.data, metadata: sent.metadata });
    }
  });

  it('22: stamps events with its clock, which does not fall along the log', async () => {
    const before = Date.now();
    await store.client.appendToStream(newStream(), event('now'));
    const stamps: number[] = [];
    for await (const { event: found } of store.client.readAll()) stamps.push(found?.created.getTime() ?? 0);
    expect(stamps).toEqual([...stamps].sort((one, other) => one - other));
    expect(Math.abs((stamps.at(-1) ?? 0) - before)).toBeLessThan(2_000);
  });

  it('23: shows an event on its stream and in the log as soon as the append is answered', async () => {
    const stream = newStream();
    for (let index = 0; index < 20; index += 1) {
      const { position } = await store.client.appendToStream(stream, event(`${index}`));
      expect(
        await said(store.client.readStream(stream, { direction: 'backwards', fromRevision: END, maxCount: 1 })),
      ).toEqual([`${index}`]);
      if (position === undefined) throw new Error('the answer has no position');
      expect(await said(store.client.readAll({ fromPosition: position, maxCount: 1 }))).toEqual([`${index}`]);
    }
  });
});
