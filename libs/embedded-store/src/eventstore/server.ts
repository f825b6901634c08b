import { Server, ServerCredentials, type sendUnaryData, type ServerReadableStream } from '@grpc/grpc-js';
import { EventLog } from './log/event-log.js';
import { invalidArgument, unavailable } from './protocol/failures.js';
import { gossipService, serverFeaturesService, streamsService, type Streams } from './protocol/protocol.js';
import { serveAppend } from './serving/append.js';
import { BatchAppendCall } from './serving/batch-append.js';
import { describeCluster, listMethods } from './serving/describe.js';
import { Outlet, type ReadCall } from './serving/outlet.js';
import { serveRead } from './serving/read.js';
import { serveSubscription } from './serving/subscribe.js';

export type EmbeddedEventStore = {
  /** For the official client. */
  readonly connectionString: string;
  readonly port: number;
  /** Finishes the appends taken in, ends all calls and lets the log go. */
  stop(): Promise<void>;
};

/** As much as the official client takes in one message. */
const messageBytesMax = 17 * 1024 * 1024;
/** Answers already given get this long to leave before the connections are closed. */
const flushMs = 20;

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
}): Promise<EmbeddedEventStore> {
  const log = options.log ?? (() => undefined);
  const host = options.host ?? '127.0.0.1';
  const eventLog = await EventLog.open({ databaseUrl: options.databaseUrl, log });
  const outlets = new Set<Outlet>();
  const server = new Server({ 'grpc.max_receive_message_length': messageBytesMax, 'grpc.max_send_message_length': -1 });
  server.addService(streamsService, {
    append: (call: ServerReadableStream<Streams.AppendReq, Uint8Array>, callback: sendUnaryData<Uint8Array>) =>
      serveAppend(eventLog, call, callback),
    batchAppend: (call: ConstructorParameters<typeof BatchAppendCall>[0]) => new BatchAppendCall(call, eventLog),
    read: (call: ReadCall) => {
      const outlet = new Outlet(call);
      outlets.add(outlet);
      void serveReading(eventLog, call, outlet, log).finally(() => outlets.delete(outlet));
    },
  });
  server.addService(serverFeaturesService, {
    getSupportedMethods: listMethods([streamsService, serverFeaturesService, gossipService]),
  });
  let port: number;
  try {
    port = await bind(server, `${host}:${options.port ?? 0}`);
  } catch (error) {
    await eventLog.close();
    throw error;
  }
  server.addService(gossipService, { read: describeCluster(host, port) });
  return {
    connectionString: `esdb://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}?tls=false`,
    port,
    stop: async () => {
      for (const outlet of outlets) outlet.fail(unavailable('the event store is stopping'));
      await eventLog.close();
      await new Promise((resolve) => setTimeout(resolve, flushMs));
      // Clients keep their connections open for ever, so a polite shutdown alone would never end.
      const closed = new Promise((resolve) => server.tryShutdown(resolve));
      server.forceShutdown();
      await closed;
    },
  };
}

async function serveReading(
  eventLog: EventLog,
  call: ReadCall,
  outlet: Outlet,
  log: (message: string) => void,
): Promise<void> {
  const options = call.request.getOptions();
  try {
    if (options?.hasUuidOption() !== true) outlet.fail(invalidArgument('the option uuid_option is required'));
    else if (options.hasSubscription()) await serveSubscription(eventLog, options, outlet);
    else await serveRead(eventLog, options, outlet);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log(`a read of the event log failed: ${reason}`);
    outlet.fail(unavailable(reason));
  }
}

function bind(server: Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port);
      else reject(new Error(`the event store cannot listen on ${address}: ${error.message}`, { cause: error }));
    });
  });
}
