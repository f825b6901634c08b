import type { LogRecord } from '../log/record.js';
import { encodeBatchAnswer } from './batch-answers.js';
import { encodeRecord } from './encode-record.js';
import { shared, streams } from './protocol.js';

/** What is encoded by hand is read back by the client's own definitions. */
describe('messages encoded by hand', () => {
  const record: LogRecord = {
    id: '94984cc8-1289-440f-98fb-bfc0a235f807',
    type: 'Größe.v1',
    isJson: true,
    data: Buffer.from('{"a":1}'),
    metadata: Buffer.from('{"b":"🚀"}'),
    position: 2 ** 40 + 3,
    stream: 'model-ö🚀',
    revision: 300,
    createdMs: 1_795_000_000_123,
  };

  it.each([
    ['with everything in it', record],
    [
      'at revision 0, binary and empty',
      { ...record, revision: 0, isJson: false, data: Buffer.alloc(0), metadata: Buffer.alloc(0) },
    ],
    ['with data of many bytes', { ...record, data: Buffer.alloc(100_000, 7) }],
    ['of another time', { ...record, createdMs: 0 }],
    ['at the largest number', { ...record, position: Number.MAX_SAFE_INTEGER }],
  ])('are read back as the event that went in, %s', (_name, written) => {
    const read = streams.ReadResp.deserializeBinary(encodeRecord(written)).getEvent();
    const event = read?.getEvent();
    expect(read?.getCommitPosition()).toBe(String(written.position));
    expect(event?.getId()?.getString()).toBe(written.id);
    expect(Buffer.from(event?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString()).toBe(written.stream);
    expect(event?.getStreamRevision()).toBe(String(written.revision));
    expect([event?.getCommitPosition(), event?.getPreparePosition()]).toEqual([
      `${written.position}`,
      `${written.position}`,
    ]);
    expect(event?.getMetadataMap().toObject().sort()).toEqual([
      ['content-type', written.isJson ? 'application/json' : 'application/octet-stream'],
      ['created', `${written.createdMs}0000`],
      ['type', written.type],
    ]);
    expect(Buffer.from(event?.getData_asU8() ?? [])).toEqual(Buffer.from(written.data));
    expect(Buffer.from(event?.getCustomMetadata_asU8() ?? [])).toEqual(Buffer.from(written.metadata));
  });

  it('are read back as the success of an append', () => {
    const correlationId = new shared.UUID();
    correlationId.setString(record.id);
    const to = { correlationId: correlationId.serializeBinary(), streamName: Buffer.from(record.stream) };
    const bytes = encodeBatchAnswer(to, 'any', { outcome: 'written', head: { revision: 0, position: 200 } });
    const read = streams.BatchAppendResp.deserializeBinary(bytes);
    expect(read.getCorrelationId()?.getString()).toBe(record.id);
    expect(Buffer.from(read.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString()).toBe(record.stream);
    expect(read.getSuccess()?.hasCurrentRevision()).toBe(true);
    expect(read.getSuccess()?.getCurrentRevision()).toBe('0');
    expect(read.getSuccess()?.getPosition()?.getCommitPosition()).toBe('200');
  });
});
