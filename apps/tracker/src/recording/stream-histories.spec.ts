import { readInstant } from '#libs/domain';
import {
  createMemoryEventStore,
  encodeFact,
  eventIdOf,
  type EventStore,
  type StoredEvent,
  type StreamReadOptions,
} from '#libs/event-store';
import { StreamHistories } from './stream-histories.js';

const at = readInstant('2026-05-01T12:00:00Z');

const event = (name: string) =>
  encodeFact({
    id: eventIdOf(name),
    fact: { type: 'ModelWithdrawn', data: { reason: name } },
    occurredAt: at,
    recordedAt: at,
    actor: 'a',
    source: 'api',
    correlationId: 'c',
  });

/** What the histories need of a store, counting the events that are read from it. */
class CountingReader {
  readCount = 0;
  constructor(private readonly store: EventStore) {}

  async *readStream(stream: string, options?: StreamReadOptions): AsyncIterable<StoredEvent> {
    for await (const event of this.store.readStream(stream, options)) {
      this.readCount += 1;
      yield event;
    }
  }
}

describe('the kept histories', () => {
  it('are read once, and from then on only what is new', async () => {
    const store = createMemoryEventStore();
    const reader = new CountingReader(store);
    const histories = new StreamHistories(reader);
    await store.append('model-m1', [event('a'), event('b')], 'noStream');
    expect((await histories.read('model-m1')).facts).toHaveLength(2);
    await store.append('model-m1', [event('c')], 1n);
    const whole = await histories.read('model-m1');
    expect(whole.facts.map(({ id }) => id)).toEqual(['a', 'b', 'c'].map((name) => eventIdOf(name)));
    expect(whole.revision).toBe(2n);
    expect(reader.readCount).toBe(3);
  });

  it('of a stream that does not exist are empty, and are looked for again', async () => {
    const store = createMemoryEventStore();
    const histories = new StreamHistories(store);
    expect(await histories.read('model-m1')).toMatchObject({ facts: [], revision: 'noStream' });
    await store.append('model-m1', [event('a')], 'noStream');
    expect((await histories.read('model-m1')).facts).toHaveLength(1);
  });

  it('do not go back when two readers end in another order than they began', async () => {
    const store = createMemoryEventStore();
    const histories = new StreamHistories(store);
    await store.append('model-m1', [event('a')], 'noStream');
    const older = await histories.read('model-m1');
    await store.append('model-m1', [event('b')], 0n);
    await histories.read('model-m1');
    histories.extend(older, []);
    expect(histories.kept('model-m1')?.facts).toHaveLength(2);
  });

  it('drop the stream that was used longest ago when there are too many facts', async () => {
    const store = createMemoryEventStore();
    const histories = new StreamHistories(store, { factsMax: 3 });
    for (const [stream, count] of [
      ['model-a', 1],
      ['model-b', 1],
      ['model-c', 2],
    ] as const) {
      await store.append(
        stream,
        Array.from({ length: count }, (_, index) => event(`${stream} ${index}`)),
        'noStream',
      );
      await histories.read(stream);
      histories.kept('model-a');
    }
    expect(['model-a', 'model-b', 'model-c'].map((stream) => histories.kept(stream)?.facts.length)).toEqual([
      1,
      undefined,
      2,
    ]);
  });
});
