import { readFileSync } from 'node:fs';
import { compareDeadlineVector, readDeadlineVectors } from './deadline-vector.js';

const file = 'test/fixtures/conformance/deadline-vectors.json';
const vectors = readDeadlineVectors(JSON.parse(readFileSync(file, 'utf8')));

describe('the expected due dates', () => {
  it('are all there', () => {
    expect(vectors.map(({ id }) => id)).toEqual(
      Array.from({ length: 26 }, (_, i) => `V${String(i + 1).padStart(2, '0')}`),
    );
  });

  it.each(vectors.map((vector) => [vector.id, vector.title, vector] as const))('%s: %s', (_id, _title, vector) => {
    expect(compareDeadlineVector(vector)).toEqual([]);
  });
});

describe('a vector', () => {
  const ordinary = {
    id: 'X1',
    title: 'two weeks',
    input: {
      kind: 'forward_period',
      eventUtc: '2026-10-05T09:12:00Z',
      period: { n: 2, unit: 'weeks' },
      regime: 'REG_1182_71',
    },
    expected: { deadlineLocalDate: '2026-10-20' },
  };
  const read = (vector: unknown) => readDeadlineVectors({ schema: 'deadline-vectors/1', vectors: [vector] });

  it('shows each field that comes out differently', () => {
    expect(read(ordinary).flatMap(compareDeadlineVector)).toEqual([
      { field: 'deadlineLocalDate', expected: '2026-10-20', found: '2026-10-19' },
    ]);
  });

  it('shows an expected field that nothing answers', () => {
    expect(read({ ...ordinary, expected: { moonPhase: 'full' } }).flatMap(compareDeadlineVector)).toEqual([
      { field: 'moonPhase', expected: 'full', found: undefined },
    ]);
  });

  it('is refused when its regime is not known', () => {
    const vector = { ...ordinary, input: { ...ordinary.input, regime: 'ROMAN_LAW' } };
    expect(() => read(vector).flatMap(compareDeadlineVector)).toThrow('expected regime one of REG_1182_71');
  });

  it('is refused in a document of another form', () => {
    expect(() => readDeadlineVectors({ schema: 'deadline-vectors/9', vectors: [] })).toThrow('deadline-vectors/9');
  });
});
