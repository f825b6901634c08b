import { checksumOf } from './checksum.js';
import type { LogRecord } from './record.js';

const record: LogRecord = {
  id: '94984cc8-1289-440f-98fb-bfc0a235f807',
  type: 'Größe',
  isJson: true,
  data: Buffer.from('{"a":1}'),
  metadata: Buffer.from('{}'),
  position: 2 ** 40,
  stream: 'model-1',
  revision: 7,
  createdMs: 1_795_000_000_123,
};

describe('the checksum of a record', () => {
  it.each([
    ['id', { id: '94984cc8-1289-440f-98fb-bfc0a235f808' }],
    ['type', { type: 'Grösse' }],
    ['content type', { isJson: false }],
    ['data', { data: Buffer.from('{"a":2}') }],
    ['metadata', { metadata: Buffer.alloc(0) }],
    ['position', { position: 2 ** 40 + 1 }],
    ['stream', { stream: 'model-2' }],
    ['revision', { revision: 8 }],
    ['time', { createdMs: 1_795_000_000_124 }],
    ['border between name and type', { stream: 'model-1G', type: 'röße' }],
    ['border between data and metadata', { data: Buffer.from('{"a":1}{'), metadata: Buffer.from('}') }],
  ])('changes with the %s', (_what, change) => {
    expect(checksumOf({ ...record, ...change })).not.toBe(checksumOf(record));
  });

  it('is the same for the same bytes, wherever they lie', () => {
    const elsewhere = new Uint8Array(new ArrayBuffer(20), 3, 0);
    const empty = { ...record, metadata: Buffer.alloc(0) };
    expect(checksumOf({ ...empty, metadata: elsewhere })).toBe(checksumOf(empty));
    expect(checksumOf({ ...empty, metadata: new Uint8Array(new ArrayBuffer(0)) })).toBe(checksumOf(empty));
  });
});
