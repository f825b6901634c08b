import { readFlop, readInstant, readLocalDate, type Fact, type Flop } from '#libs/domain';
import {
  type EventStore,
  createMemoryEventStore,
  eventIdOf,
  RevisionConflict,
  StoreUnavailable,
} from '#libs/event-store';
import type { Clock } from '../platform/ports.js';
import { Problem } from '../platform/problem.js';
import { Refused } from '../platform/refusal-problems.js';
import { FactRecorder, type RecordRequest } from './fact-recorder.js';
import { StreamHistories } from './stream-histories.js';

const clock: Clock = { now: () => readInstant('2026-06-01T12:00:00Z') };
const occurredAt = readInstant('2026-05-01T12:00:00Z');

const compute = (flop: string): Fact => ({
  type: 'ComputeReported',
  data: { cumulativeTrainingFlop: readFlop(flop) satisfies Flop },
});
const linked: Fact = { type: 'ReferenceLinked', data: { system: 'mlflow', ref: 'aster' } };
const unlinked: Fact = { type: 'ReferenceUnlinked', data: { system: 'mlflow', ref: 'aster' } };

const request = (name: string, fact: Fact, more: Partial<RecordRequest> = {}): RecordRequest => ({
  subject: { kind: 'model', id: 'm1' },
  facts: [{ id: eventIdOf(name), fact, occurredAt }],
  context: { actor: 'token:test', source: 'api', correlationId: 'c' },
  ...more,
});

const overridden = (store: EventStore, parts: Partial<EventStore>): EventStore => ({
  append: (...call) => store.append(...call),
  readStream: (...call) => store.readStream(...call),
  readAll: (...call) => store.readAll(...call),
  subscribeToAll: (...call) => store.subscribeToAll(...call),
  head: () => store.head(),
  close: () => store.close(),
  ...parts,
});

/** A tracker process: it shares the store with others, and nothing else. */
const process = (store: EventStore): FactRecorder => new FactRecorder(store, clock, new StreamHistories(store));

describe('the recorder of facts', () => {
  let store: EventStore;
  beforeEach(() => {
    store = createMemoryEventStore();
  });
  const typesOf = async (): Promise<string[]> => {
    const types: string[] = [];
    for await (const { type } of store.readStream('model-m1')) types.push(type);
    return types;
  };

  it('decides on what another process has written since it last looked', async () => {
    const [one, other] = [process(store), process(store)];
    await one.record(request('a', linked));
    await other.record(request('b', unlinked));
    const answer = await one.record(request('c', linked));
    expect(answer).toMatchObject({ outcome: 'recorded', revision: 2n });
    expect(await typesOf()).toEqual(['ReferenceLinked.v1', 'ReferenceUnlinked.v1', 'ReferenceLinked.v1']);
  });

  it('answers a fact that another process recorded as recorded already', async () => {
    const [one, other] = [process(store), process(store)];
    await one.record(request('a', linked));
    const first = await other.record(request('b', compute('1e22')));
    const { context } = request('b', compute('1e22'));
    const again = await one.record(
      request('b', compute('1e22'), { context: { ...context, correlationId: 'another' } }),
    );
    expect(again).toEqual({ ...first, outcome: 'alreadyRecorded' });
  });

  it('refuses other content under an id that another process has used, though the store takes the id for the event', async () => {
    const [one, other] = [process(store), process(store)];
    await one.record(request('a', linked));
    await other.record(request('b', compute('1e22')));
    await expect(one.record(request('b', compute('2e22')))).rejects.toMatchObject({ refusal: { code: 'id-reused' } });
    expect(await typesOf()).toHaveLength(2);
  });

  it('refuses on the newest history only', async () => {
    const [one, other] = [process(store), process(store)];
    await one.record(request('a', linked));
    await other.record(request('b', compute('1e22')));
    const retraction: Fact = { type: 'FactRetracted', data: { eventId: eventIdOf('b'), reason: 'mistaken' } };
    await expect(one.record(request('c', retraction))).resolves.toMatchObject({ outcome: 'recorded' });
    const unknown: Fact = { type: 'FactRetracted', data: { eventId: eventIdOf('z'), reason: 'mistaken' } };
    await expect(one.record(request('d', unknown))).rejects.toBeInstanceOf(Refused);
  });

  it('compares If-Match with the newest revision', async () => {
    const [one, other] = [process(store), process(store)];
    await one.record(request('a', linked));
    await other.record(request('b', compute('1e22')));
    await expect(one.record(request('c', compute('2e22'), { ifMatch: 0n }))).rejects.toBeInstanceOf(Problem);
    await expect(one.record(request('c', compute('2e22'), { ifMatch: 1n }))).resolves.toMatchObject({ revision: 2n });
  });

  it('gives up when others never stop writing in between, and has recorded nothing', async () => {
    let intrusions = 0;
    const contested = overridden(store, {
      append: async (stream, events, expected) => {
        intrusions += 1;
        await process(store).record(request(`intruder ${intrusions}`, compute(`${intrusions}e20`)));
        return store.append(stream, events, expected);
      },
    });
    await expect(process(contested).record(request('mine', linked))).rejects.toBeInstanceOf(RevisionConflict);
    expect(intrusions).toBe(4);
    expect(await typesOf()).toEqual(Array.from({ length: 4 }, () => 'ComputeReported.v1'));
  });

  it('derives the same event under the same id when an unknown outcome is tried again', async () => {
    let isDown = true;
    const shaky = overridden(store, {
      append: async (stream, events, expected) => {
        const appended = await store.append(stream, events, expected);
        if (isDown) throw new StoreUnavailable('the answer got lost');
        return appended;
      },
    });
    const recorder = process(shaky);
    await expect(recorder.record(request('big', compute('2e25')))).rejects.toBeInstanceOf(StoreUnavailable);
    isDown = false;
    const again = await recorder.record(request('big', compute('2e25')));
    expect(again.outcome).toBe('alreadyRecorded');
    expect(again.events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['ComputeReported', 'ThresholdCrossed']),
    );
    expect(await typesOf()).toHaveLength(again.events.length);
  });

  it('derives the crossing of a threshold that was amended', async () => {
    const amendment = (id: string, value: string): RecordRequest => ({
      ...request(id, {
        type: 'ParameterAmended',
        data: {
          parameter: 'systemicRiskThresholdFlop',
          value,
          effectiveFrom: readLocalDate('2026-01-01'),
          publishedOn: readLocalDate('2026-01-01'),
          source: 'a delegated act',
        },
      }),
      subject: { kind: 'regulation' },
    });
    const recorder = process(store);
    const before = await recorder.record(request('small', compute('2e24')));
    expect(before.events.map(({ type }) => type)).toEqual(['ComputeReported']);
    await recorder.record(amendment('lower', '1e24'));
    const after = await recorder.record({ ...request('again', compute('2e24')), subject: { kind: 'model', id: 'm2' } });
    expect(after.events.map(({ type }) => type)).toEqual(['ComputeReported', 'ThresholdCrossed']);
  });

  it('asks for the regulation once, and not at every fact', async () => {
    let reads = 0;
    const counting = overridden(store, {
      readStream: (stream, options) => {
        if (stream === 'regulation') reads += 1;
        return store.readStream(stream, options);
      },
    });
    const recorder = process(counting);
    for (const flop of ['1e20', '2e20', '3e20']) await recorder.record(request(flop, compute(flop)));
    expect(reads).toBe(1);
  });

  describe('merging a model into another one', () => {
    const merge = (from: string, into: string, id = `${from} into ${into}`): RecordRequest => ({
      ...request(id, { type: 'ModelMerged', data: { intoModelId: into } }),
      subject: { kind: 'model', id: from },
    });
    const on = async (stream: string): Promise<string[]> => {
      const types: string[] = [];
      for await (const { type } of store.readStream(stream)) types.push(type);
      return types;
    };
    beforeEach(async () => {
      for (const id of ['m1', 'm2'])
        await process(store).record({ ...request(`first of ${id}`, linked), subject: { kind: 'model', id } });
    });

    it('is completed by a sender that repeats it after a crash in between', async () => {
      const crashing = overridden(store, {
        append: (stream, ...rest) =>
          stream === 'model-m1' ? Promise.reject(new StoreUnavailable('crashed')) : store.append(stream, ...rest),
      });
      await expect(process(crashing).record(merge('m1', 'm2'))).rejects.toBeInstanceOf(StoreUnavailable);
      expect(await on('model-m2')).toEqual(['ReferenceLinked.v1', 'ModelJoined.v1']);
      expect(await on('model-m1')).toEqual(['ReferenceLinked.v1']);

      expect(await process(store).record(merge('m1', 'm2'))).toMatchObject({ outcome: 'recorded' });
      expect(await process(store).record(merge('m1', 'm2'))).toMatchObject({ outcome: 'alreadyRecorded' });
      expect(await on('model-m2')).toEqual(['ReferenceLinked.v1', 'ModelJoined.v1']);
      expect(await on('model-m1')).toEqual(['ReferenceLinked.v1', 'ModelMerged.v1']);
    });

    it('never closes a circle, however two processes interleave', async () => {
      // Each process stops before every append until the other has come as far, so that both have decided already.
      const waiting: (() => void)[] = [];
      const abreast = (): EventStore =>
        overridden(store, {
          append: async (...call) => {
            await new Promise<void>((resolve) => {
              waiting.push(resolve);
              if (waiting.length === 2) for (const go of waiting.splice(0)) go();
              else setTimeout(resolve, 50);
            });
            return store.append(...call);
          },
        });
      const outcomes = await Promise.allSettled([
        process(abreast()).record(merge('m1', 'm2')),
        process(abreast()).record(merge('m2', 'm1')),
      ]);
      const isGivenUp = async (stream: string) => (await on(stream)).includes('ModelMerged.v1');
      expect((await isGivenUp('model-m1')) && (await isGivenUp('model-m2'))).toBe(false);
      for (const outcome of outcomes)
        if (outcome.status === 'rejected')
          expect([Refused, RevisionConflict]).toContain((outcome.reason as object).constructor);
    });

    it('decides on the newest history of both', async () => {
      const [one, other] = [process(store), process(store)];
      await one.record({ ...request('x', compute('1e20')), subject: { kind: 'model', id: 'm2' } });
      await other.record({ ...request('third', linked), subject: { kind: 'model', id: 'm3' } });
      await other.record(merge('m2', 'm3'));
      await expect(one.record(merge('m1', 'm2'))).rejects.toMatchObject({ refusal: { code: 'merge-target-given-up' } });
      expect(await on('model-m2')).not.toContain('ModelJoined.v1');
    });
  });

  it('names the cause of what it derives', async () => {
    const { events } = await process(store).record(request('big', compute('2e25')));
    const stored = [];
    for await (const event of store.readStream('model-m1')) stored.push(event);
    const derived = stored.filter(({ type }) => type.startsWith('Threshold'));
    expect(derived.length).toBeGreaterThan(0);
    for (const { metadata } of derived)
      expect(metadata).toMatchObject({
        actor: 'system',
        source: 'system',
        $causationId: events[0]?.id,
        $correlationId: 'c',
      });
  });
});
