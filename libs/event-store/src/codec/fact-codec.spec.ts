import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { readFact } from '#libs/domain';
import type { StoredEvent } from '../event-store.js';
import { decodeFact, encodeFact } from './fact-codec.js';
import { storedNames, upcast } from './stored-names.js';
import { subjectOf } from './streams.js';
import { UnreadableEvent } from './unreadable-event.js';

const folder = 'libs/event-store/testing/golden';
const golden = (name: string): StoredEvent => ({
  ...(JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8')) as Omit<
    StoredEvent,
    'revision' | 'position' | 'created'
  >),
  revision: 3n,
  position: 42n,
  created: 0,
});
const goldenNames = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));

describe('stored facts', () => {
  it('have a golden file for every name in use', () => {
    expect(goldenNames).toEqual(expect.arrayContaining(Object.values(storedNames)));
  });

  it.each(goldenNames)('%s, as it was written once, is still readable', (name) => {
    const stored = golden(name);
    const { metadata, ...fact } = decodeFact(stored);
    expect(fact).toMatchObject({ id: stored.id, subject: subjectOf(stored.stream), position: 42n });
    const reading = readFact(fact.subject.kind, fact.type, stored.data);
    if (!reading.ok) return; // an older version: its data is not in today's form
    expect(encodeFact({ id: stored.id, fact: reading.fact, ...metadata })).toEqual({
      id: stored.id,
      type: storedNames[fact.type],
      data: stored.data,
      metadata: stored.metadata,
    });
  });

  it.each([
    ['an unknown name', { type: 'ModelSold.v1' }, 'it has no reader'],
    ['a name that every object has', { type: '__proto__' }, 'it has no reader'],
    ['a stream that holds no facts', { stream: 'inbox-acme' }, 'its stream is not one of'],
    ['data out of form', { data: {} }, 'data.placedBy: expected'],
    ['no metadata', { metadata: {} }, 'expected metadata.occurredAt, found nothing'],
    ['a wrong instant', { metadata: { occurredAt: 'yesterday' } }, 'expected metadata.occurredAt to be an instant'],
  ])('are refused with %s', (_, change, message) => {
    const stored = { ...golden('ModelPlacedOnMarket.v1'), ...change };
    expect(() => decodeFact(stored)).toThrow(UnreadableEvent);
    expect(() => decodeFact(stored)).toThrow(message);
  });

  it('keep figures and free text through writing and reading', () => {
    const base = golden('ComputeReported.v1');
    const { metadata } = decodeFact(base);
    const drawn = fc.record({
      runId: fc.string({ minLength: 1 }).filter((id) => id.trim() !== ''),
      flop: fc.bigInt({ min: 0n, max: 10n ** 40n }),
    });
    fc.assert(
      fc.property(drawn, ({ runId, flop }) => {
        const reading = readFact('model', 'ComputeReported', { runId, flop: String(flop) });
        if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
        const event = encodeFact({ id: base.id, fact: reading.fact, ...metadata });
        const stored = JSON.parse(JSON.stringify(event)) as typeof event;
        expect(decodeFact({ ...base, ...stored }).data).toEqual({ runId, flop });
      }),
    );
  });

  it('of a retired name are brought to today’s, step by step', () => {
    const steps = {
      'A.v1': (data: object) => ({ type: 'A.v2', data: { ...data, second: true } }),
      'A.v2': (data: object) => ({ type: 'B.v1', data: { ...data, third: true } }),
    };
    expect(upcast({ type: 'A.v1', data: { first: true } }, steps)).toEqual({
      type: 'B.v1',
      data: { first: true, second: true, third: true },
    });
  });
});
