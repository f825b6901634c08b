import type { Faults } from './faults.js';
import { EventLog } from './log/event-log.js';
import { invalidArgument, notLeader, unavailable, unknownFailure } from './protocol/failures.js';
import { paths, shared, streams, type Streams } from './protocol/protocol.js';
import { readStreamName } from './protocol/read-request.js';
import { serveAppend } from './serving/append.js';
import { BatchAppendCall } from './serving/batch-append.js';
import { serveDelete, serveTombstone } from './serving/delete.js';
import { encodeCluster, encodeMethods } from './serving/describe.js';
import { Outlet } from './serving/outlet.js';
import { befallRead } from './serving/read-faults.js';
import { serveRead } from './serving/read.js';
import type { ServedLog } from './serving/served-log.js';
import { serveSubscription } from './serving/subscribe.js';
import type { Call } from './transport/call.js';
import { GrpcServer, type Handler } from './transport/grpc-server.js';

export type EmbeddedEventStore = {
  /** For the official client. */
  readonly connectionString: string;
  readonly port: number;
  /** Finishes the appends taken in, ends all calls and lets the log go. */
  stop(): Promise<void>;
};

/**
 * Serves the EventStoreDB protocol on a log in the schema `eventstore` of a PostgreSQL database, which is made when it
 * is not there. An append is answered when it is durable there. One log has one server at a time.
 * @throws EventLogInUse when another process serves this log
 */
export async function startEmbeddedEventStore(options: {
  readonly databaseUrl: string;
  /** Default: any free one. */
  readonly port?: number;
  /** Default: 127.0.0.1. There is no authentication, so keep it to this machine. */
  readonly host?: string;
  readonly log?: (message: string) => void;
  /** For tests: what is to go wrong, see `Faults`. */
  readonly faults?: Faults;
}): Promise<EmbeddedEventStore> {
  const tell = options.log ?? (() => undefined);
  const host = options.host ?? '127.0.0.1';
  const log = await EventLog.open({ databaseUrl: options.databaseUrl, log: tell });
  const address = (): { host: string; port: number } => ({
    host: host === '0.0.0.0' ? '127.0.0.1' : host,
    port: server.port,
  });
  const served: ServedLog = { log, faults: options.faults ?? {}, address, tell };
  const reading = new Set<Call>();
  let server: GrpcServer;
  try {
    server = await GrpcServer.listen({
      methods: methodsOf(served, reading),
      host,
      port: options.port ?? 0,
      tls: undefined,
    });
  } catch (error) {
    await log.close();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the event store cannot listen on ${host}:${options.port ?? 0}: ${reason}`, { cause: error });
  }
  return {
    connectionString: `esdb://${address().host}:${server.port}?tls=false`,
    port: server.port,
    stop: async () => {
      for (const call of reading) call.fail(unavailable('the event store is stopping'));
      await log.close();
      await server.stop();
    },
  };
}

function methodsOf(served: ServedLog, reading: Set<Call>): ReadonlyMap<string, Handler> {
  const methods = encodeMethods(Object.values(paths));
  return new Map<string, Handler>([
    [paths.append, (call) => serveAppend(served, call)],
    [paths.batchAppend, (call) => void new BatchAppendCall(served, call)],
    [paths.delete, (call) => serveDelete(served, call)],
    [paths.tombstone, (call) => serveTombstone(served, call)],
    [
      paths.read,
      (call) => {
        reading.add(call);
        call.onceOver(() => reading.delete(call));
        call.receiveOne(streams.ReadReq, (request) => void serveReading(served, call, request));
      },
    ],
    [paths.getSupportedMethods, (call) => call.receiveOne(shared.Empty, () => listMethods(served, call, methods))],
    [
      paths.readGossip,
      (call) =>
        call.receiveOne(shared.Empty, () => {
          const { host, port } = served.address();
          const called = String(call.headers[':authority'] ?? '').replace(/:\d+$/, '');
          call.answer(encodeCluster({ host: called === '' ? host : called, port }));
        }),
    ],
  ]);
}

async function serveReading(served: ServedLog, call: Call, request: Streams.ReadReq): Promise<void> {
  const options = request.getOptions();
  try {
    if (options?.hasUuidOption() !== true) return call.fail(invalidArgument('the option uuid_option is required'));
    const name = options.hasStream() ? readStreamName(options.getStream()?.getStreamIdentifier()) : undefined;
    const kind = options.hasSubscription() ? 'subscription' : 'read';
    const interruption = await befallRead(served, call, { kind, stream: typeof name === 'string' ? name : undefined });
    if (interruption === false) return;
    const outlet = new Outlet(call, interruption);
    if (kind === 'subscription') await serveSubscription(served.log, options, outlet);
    else await serveRead(served, options, outlet);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    served.tell(`a read of the event log failed: ${reason}`);
    call.fail(unavailable(reason));
  }
}

function listMethods(served: ServedLog, call: Call, methods: Uint8Array): void {
  switch (served.faults.onListMethods?.()) {
    case 'drop':
      return;
    case 'cut':
      return call.cut();
    case 'tooBusy':
      return call.fail(unavailable('the server is too busy'));
    case 'notLeader':
      return call.fail(notLeader(served.address()));
    case 'unknown':
      return call.fail(unknownFailure('no leader info'));
    case undefined:
      return call.answer(methods);
  }
}
