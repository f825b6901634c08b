import { RecentIds } from './recent-ids.js';
import { RecentRecords } from './recent-records.js';
import type { LogRecord } from './record.js';

const record = (position: number, bytes = 10): LogRecord => ({
  id: `00000000-0000-4000-8000-${String(position).padStart(12, '0')}`,
  type: 'T',
  isJson: true,
  data: new Uint8Array(bytes),
  metadata: new Uint8Array(),
  position,
  stream: 's',
  revision: position - 1,
  createdMs: 0,
});
const positions = (records: readonly LogRecord[] | undefined) => records?.map(({ position }) => position);

describe('the end of the log in memory', () => {
  it('hands out what follows a position, and nothing after the last one', () => {
    const recent = new RecentRecords(100, 1_000);
    for (let position = 5; position <= 9; position += 1) recent.push(record(position));
    expect(positions(recent.after(4, 100))).toEqual([5, 6, 7, 8, 9]);
    expect(positions(recent.after(6, 2))).toEqual([7, 8]);
    expect(positions(recent.after(9, 100))).toEqual([]);
  });

  it('knows when it does not reach back far enough', () => {
    const recent = new RecentRecords(3, 1_000);
    expect(recent.after(0, 10)).toBeUndefined();
    for (let position = 1; position <= 50; position += 1) recent.push(record(position));
    expect(recent.after(46, 10)).toBeUndefined();
    expect(positions(recent.after(47, 10))).toEqual([48, 49, 50]);
  });

  it('is bounded by bytes as well', () => {
    const recent = new RecentRecords(100, 1_000);
    for (let position = 1; position <= 10; position += 1) recent.push(record(position, 400));
    expect(recent.after(7, 10)).toBeUndefined();
    expect(positions(recent.after(8, 10))).toEqual([9, 10]);
  });

  it('begins anew behind a gap', () => {
    const recent = new RecentRecords(100, 1_000);
    recent.push(record(1));
    recent.push(record(7));
    expect(recent.after(1, 10)).toBeUndefined();
    expect(positions(recent.after(6, 10))).toEqual([7]);
  });
});

describe('the ids seen last', () => {
  const at = (position: number) => ({ stream: 's', revision: position, position });

  it('keep the first holder of an id', () => {
    const ids = new RecentIds(10);
    ids.add('a', at(1));
    ids.add('a', at(2));
    expect(ids.get('a')).toEqual(at(1));
  });

  it('drop the oldest when there are too many', () => {
    const ids = new RecentIds(2);
    for (const [index, id] of ['a', 'b', 'c', 'd', 'e'].entries()) ids.add(id, at(index));
    expect(ids.get('a')).toBeUndefined();
    expect(ids.get('e')).toEqual(at(4));
  });
});
