import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import type Timestamp from 'google-protobuf/google/protobuf/timestamp_pb.js';
import fc from 'fast-check';
import { decodeAppendRequest, decodeBatchAppendRequest } from './append-requests.js';
import { empty, shared, streams } from './protocol.js';

const requireOfClient = createRequire(
  createRequire(import.meta.url).resolve('@eventstore/db-client/generated/streams_pb.js'),
);
const timestamp = requireOfClient('google-protobuf/google/protobuf/timestamp_pb.js') as typeof Timestamp;

const uuid = (text: string) => {
  const message = new shared.UUID();
  message.setString(text);
  return message;
};
const identifier = (name: string) => {
  const message = new shared.StreamIdentifier();
  message.setStreamName(Buffer.from(name));
  return message;
};

type Event = { id: string; type: string; data: Uint8Array; metadata: Uint8Array };

const proposed = ({ id, type, data, metadata }: Event) => {
  const message = new streams.BatchAppendReq.ProposedMessage();
  message.setId(uuid(id));
  message.getMetadataMap().set('type', type).set('content-type', 'application/json').set('other', 'x');
  message.setData(data);
  message.setCustomMetadata(metadata);
  return message;
};

/** What is decoded by hand was encoded by the client's own definitions. */
describe('append requests', () => {
  const events = fc.array(
    fc.record({
      id: fc.uuid(),
      type: fc.string({ unit: 'grapheme' }),
      data: fc.uint8Array({ maxLength: 300 }),
      metadata: fc.uint8Array(),
    }),
    { maxLength: 4 },
  );

  it('are read as they were written, for any events', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.maxSafeNat(),
        fc.boolean(),
        events,
        (name, revision, isFinal, list) => {
          const options = new streams.BatchAppendReq.Options();
          options.setStreamIdentifier(identifier(name));
          options.setStreamPosition(String(revision));
          const request = new streams.BatchAppendReq();
          const correlationId = randomUUID();
          request.setCorrelationId(uuid(correlationId));
          request.setOptions(options);
          request.setProposedMessagesList(list.map(proposed));
          request.setIsFinal(isFinal);
          const read = decodeBatchAppendRequest(Buffer.from(request.serializeBinary()));
          expect(read.id).toBe(correlationId);
          expect(shared.UUID.deserializeBinary(read.correlationId).getString()).toBe(correlationId);
          expect(read.options).toEqual({ streamName: Buffer.from(name), expected: revision, deadlineMs: Infinity });
          expect(read.isFinal).toBe(isFinal);
          expect(
            read.messages.map(({ data, metadata, ...rest }) => ({ ...rest, data: [...data], metadata: [...metadata] })),
          ).toEqual(
            list.map(({ data, metadata, ...rest }) => ({
              ...rest,
              contentType: 'application/json',
              data: [...data],
              metadata: [...metadata],
            })),
          );
        },
      ),
    );
  });

  it.each([
    [
      'noStream',
      (options: InstanceType<typeof streams.BatchAppendReq.Options>) => options.setNoStream(new empty.Empty()),
    ],
    ['any', (options: InstanceType<typeof streams.BatchAppendReq.Options>) => options.setAny(new empty.Empty())],
    [
      'streamExists',
      (options: InstanceType<typeof streams.BatchAppendReq.Options>) => options.setStreamExists(new empty.Empty()),
    ],
    [
      Number.MAX_SAFE_INTEGER,
      (options: InstanceType<typeof streams.BatchAppendReq.Options>) =>
        options.setStreamPosition('18446744073709551615'),
    ],
  ])('expect %s', (expected, set) => {
    const options = new streams.BatchAppendReq.Options();
    set(options);
    const request = new streams.BatchAppendReq();
    request.setOptions(options);
    expect(decodeBatchAppendRequest(Buffer.from(request.serializeBinary())).options?.expected).toBe(expected);
  });

  it('have a deadline to the millisecond, also one before 1970', () => {
    for (const deadlineMs of [1_795_000_000_123, -1_500]) {
      const options = new streams.BatchAppendReq.Options();
      options.setDeadline(timestamp.Timestamp.fromDate(new Date(deadlineMs)));
      const request = new streams.BatchAppendReq();
      request.setOptions(options);
      expect(decodeBatchAppendRequest(Buffer.from(request.serializeBinary())).options?.deadlineMs).toBe(deadlineMs);
    }
  });

  it('have ids as two numbers, too, and in capitals, but nothing else', () => {
    const structured = new shared.UUID.Structured();
    structured.setMostSignificantBits(String(BigInt.asIntN(64, 0x94984cc81289440fn)));
    structured.setLeastSignificantBits(String(0x18fbbfc0a235f807n));
    const inNumbers = new shared.UUID();
    inNumbers.setStructured(structured);
    const ids = [
      inNumbers,
      uuid('94984CC8-1289-440F-98FB-BFC0A235F807'),
      uuid('94984cc8'),
      new shared.UUID(),
      undefined,
    ];
    const read = ids.map((id) => {
      const message = new streams.AppendReq.ProposedMessage();
      message.setId(id);
      const request = new streams.AppendReq();
      request.setProposedMessage(message);
      return decodeAppendRequest(Buffer.from(request.serializeBinary())).message?.id;
    });
    expect(read).toEqual([
      '94984cc8-1289-440f-18fb-bfc0a235f807',
      '94984cc8-1289-440f-98fb-bfc0a235f807',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('of the classic way hold options or an event', () => {
    const options = new streams.AppendReq.Options();
    options.setStreamIdentifier(identifier('s'));
    options.setNoStream(new shared.Empty());
    const request = new streams.AppendReq();
    request.setOptions(options);
    expect(decodeAppendRequest(Buffer.from(request.serializeBinary()))).toEqual({
      options: { streamName: Buffer.from('s'), expected: 'noStream', deadlineMs: Infinity },
      message: undefined,
    });
  });

  it('skip fields that a later protocol may bring', () => {
    const unknown = Buffer.from([0x50, 0x96, 0x01, 0x5a, 1, 7, 0x61, 1, 2, 3, 4, 5, 6, 7, 8, 0x6d, 1, 2, 3, 4]);
    const request = new streams.BatchAppendReq();
    request.setIsFinal(true);
    const bytes = Buffer.concat([unknown, request.serializeBinary(), unknown]);
    expect(decodeBatchAppendRequest(bytes).isFinal).toBe(true);
  });

  it('are refused, never misread, when they are cut off or no message at all', () => {
    const request = new streams.BatchAppendReq();
    request.setCorrelationId(uuid(randomUUID()));
    const bytes = Buffer.from(request.serializeBinary());
    for (let length = 1; length < bytes.length; length += 1) {
      expect(() => decodeBatchAppendRequest(bytes.subarray(0, length))).toThrow();
    }
    for (const malformed of [[0x0b], [0x08, 1], [0x20, ...Array<number>(11).fill(0xff)], [0x52, 0x7f]]) {
      expect(() => decodeBatchAppendRequest(Buffer.from(malformed))).toThrow();
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (random) => {
        try {
          decodeBatchAppendRequest(Buffer.from(random));
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
    );
  });
});
