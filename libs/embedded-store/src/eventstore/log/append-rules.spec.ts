import { deletedRevision } from './record.js';
import { judge, judgeByIds, judgeByStored, type Holder } from './append-rules.js';

const head = { revision: 4, position: 40 };
const tombstone = { revision: deletedRevision, position: 41 };
const late = (compareAfter: number, elseWrite = false) => ({ compareAfter, elseWrite });

describe('what becomes of an append', () => {
  it.each([
    ['any', undefined, false, 'lookUp'],
    ['any', head, false, 'lookUp'],
    ['noStream', undefined, true, 'write'],
    ['noStream', head, false, late(-1)],
    ['streamExists', undefined, false, 'refuse'],
    ['streamExists', undefined, true, 'lookUp'],
    ['streamExists', head, false, 'lookUp'],
    [4, head, false, 'write'],
    [3, head, false, late(3)],
    [5, head, false, 'refuse'],
    [0, undefined, false, 'refuse'],
    ['any', tombstone, false, 'deleted'],
    [4, tombstone, true, 'deleted'],
  ] as const)('expecting %p of a stream at %p, with metadata %p, is %p', (expected, found, hasMetadata, verdict) => {
    expect(judge(expected, { head: found, hasMetadata, isSoftDeleted: false })).toEqual(verdict);
  });

  it.each([
    ['any', 'lookUp'],
    ['noStream', late(-1, true)],
    ['streamExists', 'deleted'],
    [4, 'write'],
    [3, late(3)],
  ] as const)('expecting %p of a soft-deleted stream is %p', (expected, verdict) => {
    expect(judge(expected, { head, hasMetadata: true, isSoftDeleted: true })).toEqual(verdict);
  });
});

describe('an unchecked append', () => {
  const holders = new Map<string, Holder>([
    ['a', { stream: 's', revision: 0, position: 1 }],
    ['b', { stream: 's', revision: 1, position: 2 }],
    ['c', { stream: 'other', revision: 0, position: 3 }],
  ]);
  const judged = (...ids: readonly string[]) => judgeByIds('s', ids, (id) => holders.get(id));

  it('is a repetition when all of its ids are known in the stream', () => {
    expect(judged('a', 'b')).toMatchObject({ revision: 1, position: 2 });
  });

  it('is a new write when its first id is unknown, or known elsewhere', () => {
    expect(judged('new', 'a')).toBe('write');
    expect(judged('c')).toBe('write');
    expect(judged()).toBe('write');
  });

  it('is refused when it only begins like an earlier one', () => {
    expect(judged('a', 'new')).toBe('refuse');
    expect(judged('a', 'c')).toBe('refuse');
  });
});

describe('a late append', () => {
  const stored = [
    { id: 'a', revision: 0, position: 1 },
    { id: 'b', revision: 1, position: 5 },
  ];

  it('is a repetition when the stream goes on with its ids', () => {
    expect(judgeByStored(['a', 'b'], stored, false)).toMatchObject({ revision: 1, position: 5 });
    expect(judgeByStored(['a'], stored, false)).toMatchObject({ revision: 0, position: 1 });
  });

  it('is refused when an id differs, is not stored yet, or when it is empty', () => {
    expect(judgeByStored(['x', 'b'], stored, false)).toBe('refuse');
    expect(judgeByStored(['a', 'x'], stored, false)).toBe('refuse');
    expect(judgeByStored(['a', 'b', 'c'], stored, false)).toBe('refuse');
    expect(judgeByStored([], stored, false)).toBe('refuse');
  });

  it('is a new write when the stream was deleted meanwhile and the first id is another', () => {
    expect(judgeByStored(['x', 'b'], stored, true)).toBe('write');
    expect(judgeByStored(['a', 'x'], stored, true)).toBe('refuse');
    expect(judgeByStored(['a', 'b'], stored, true)).toMatchObject({ revision: 1 });
  });
});
