import { createRequire } from 'node:module';
import { connect, createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type ServerFeatures from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type Shared from '@eventstore/db-client/generated/shared_pb.js';
import type Streams from '@eventstore/db-client/generated/streams_pb.js';

/**
 * What a server cannot be faster than: it answers each append at once and stores nothing, and sends the bytes of a
 * subscription that it has recorded from a real store, out of memory. node yardstick-server.js [STORE_URL]
 */
const require = createRequire(import.meta.url);
const generated = '@eventstore/db-client/generated';
const streams = require(`${generated}/streams_pb.js`) as typeof Streams;
const shared = require(`${generated}/shared_pb.js`) as typeof Shared;
const features = require(`${generated}/serverfeatures_pb.js`) as typeof ServerFeatures;

const paths = {
  methods: '/event_store.client.server_features.ServerFeatures/GetSupportedMethods',
  append: '/event_store.client.streams.Streams/BatchAppend',
  read: '/event_store.client.streams.Streams/Read',
};
const grpc = { ':status': 200, 'content-type': 'application/grpc' };
const pieceBytes = 64 * 1024;

function frame(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** Cuts what comes in into messages. */
function onMessages(stream: NodeJS.ReadableStream, take: (message: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= 5 && rest.length >= 5 + rest.readUInt32BE(1)) {
      const end = 5 + rest.readUInt32BE(1);
      take(rest.subarray(5, end));
      rest = rest.subarray(end);
    }
  });
}

function answerAppends(stream: ServerHttp2Stream): void {
  let revision = 0;
  stream.respond(grpc);
  onMessages(stream, (message) => {
    const request = streams.BatchAppendReq.deserializeBinary(message);
    const position = new shared.AllStreamPosition();
    position.setCommitPosition(String(revision));
    position.setPreparePosition(String(revision));
    const success = new streams.BatchAppendResp.Success();
    success.setCurrentRevision(String(revision));
    success.setPosition(position);
    const answer = new streams.BatchAppendResp();
    answer.setCorrelationId(request.getCorrelationId());
    answer.setStreamIdentifier(request.getOptions()?.getStreamIdentifier());
    answer.setSuccess(success);
    revision += 1;
    stream.write(frame(answer.serializeBinary()));
  });
}

function answerMethods(stream: ServerHttp2Stream): void {
  const answer = new features.SupportedMethods();
  answer.setEventStoreServerVersion('24.10.0');
  const method = new features.SupportedMethod();
  method.setServiceName('event_store.client.streams.streams');
  method.setMethodName('batchappend');
  answer.addMethods(method);
  stream.respond(grpc, { waitForTrailers: true });
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(frame(answer.serializeBinary()));
}

/** The bytes of a subscription to the whole log, up to where it has caught up. */
async function record(storeUrl: string): Promise<readonly Buffer[]> {
  const session = connect(storeUrl.replace('esdb://', 'http://').replace(/\?.*$/, ''));
  const request = new streams.ReadReq();
  const options = new streams.ReadReq.Options();
  const all = new streams.ReadReq.Options.AllOptions();
  const uuid = new streams.ReadReq.Options.UUIDOption();
  all.setStart(new shared.Empty());
  uuid.setString(new shared.Empty());
  options.setAll(all);
  options.setSubscription(new streams.ReadReq.Options.SubscriptionOptions());
  options.setNoFilter(new shared.Empty());
  options.setUuidOption(uuid);
  request.setOptions(options);
  const stream = session.request({ ':method': 'POST', ':path': paths.read, 'content-type': 'application/grpc' });
  stream.end(frame(request.serializeBinary()));
  const frames: Buffer[] = [];
  await new Promise<void>((resolve, reject) => {
    stream.once('error', reject);
    onMessages(stream, (message) => {
      frames.push(frame(message));
      if (message.length < 16 && streams.ReadResp.deserializeBinary(message).hasCaughtUp()) resolve();
    });
  });
  session.destroy();
  const bytes = Buffer.concat(frames);
  return Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, index) =>
    bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes),
  );
}

async function sendRecorded(stream: ServerHttp2Stream, pieces: readonly Buffer[]): Promise<void> {
  stream.respond(grpc);
  let wake = (): void => undefined;
  stream.on('drain', () => wake());
  stream.on('close', () => wake());
  for (const piece of pieces) {
    if (stream.destroyed) return;
    if (stream.write(piece)) continue;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}

const storeUrl = process.argv[2];
const recorded = storeUrl === undefined ? [] : await record(storeUrl);
const server = createServer({ settings: { initialWindowSize: 4 * 1024 * 1024 } });
server.on('stream', (stream, headers) => {
  stream.on('error', () => undefined);
  if (headers[':path'] === paths.methods) answerMethods(stream);
  else if (headers[':path'] === paths.append) answerAppends(stream);
  else void sendRecorded(stream, recorded);
});
server.on('session', (session) => session.on('error', () => undefined));
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`esdb://127.0.0.1:${(server.address() as AddressInfo).port}?tls=false\n`);
});
process.once('SIGTERM', () => process.exit(0));
