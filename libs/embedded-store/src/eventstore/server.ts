import { Access, type User } from './access.js';
import type { Faults } from './faults.js';
import { EventLog } from './log/event-log.js';
import { Metrics } from './metrics.js';
import { unavailable } from './protocol/failures.js';
import { Counters } from './serving/counters.js';
import { methodsOf } from './serving/methods.js';
import type { ServedLog } from './serving/served-log.js';
import type { Call } from './transport/call.js';
import { GrpcServer, type TlsFiles } from './transport/grpc-server.js';

export type EmbeddedEventStore = {
  /** For the official client. With users it lacks the name and password of one. */
  readonly connectionString: string;
  readonly port: number;
  /** What the server counts about itself, as Prometheus reads it. */
  metrics(): string;
  /** Finishes the appends taken in, ends all calls and lets the log go. */
  stop(): Promise<void>;
};

export type EmbeddedEventStoreOptions = {
  readonly databaseUrl: string;
  /** Default: any free one. */
  readonly port?: number;
  /** Default: 127.0.0.1. Another one than of this machine needs both `tls` and `users`. */
  readonly host?: string;
  /** Certificate chain and key as PEM. Default: the connections are plain. */
  readonly tls?: TlsFiles;
  /** Who may call. Needs `tls`: clients send no password over a plain connection. Default: everybody. */
  readonly users?: readonly User[];
  readonly log?: (message: string) => void;
  /** For tests: what is to go wrong, see `Faults`. */
  readonly faults?: Faults;
};

/**
 * Serves the EventStoreDB protocol on a log in the schema `eventstore` of a PostgreSQL database, which is made when it
 * is not there. An append is answered when it is durable there. One log has one server at a time.
 * @throws EventLogInUse when another process serves this log
 * @throws EventLogDamaged when the end of the log is not what was written
 */
export async function startEmbeddedEventStore(options: EmbeddedEventStoreOptions): Promise<EmbeddedEventStore> {
  const tell = options.log ?? (() => undefined);
  const { port = 0, host = '127.0.0.1', tls, users } = options;
  checkExposure(host, tls, users);
  const metrics = new Metrics();
  const commits = metrics.histogram('eventstore_commit_seconds', 'Time that a commit of one or more writes took.');
  const written = metrics.counter('eventstore_events_written_total', 'Events written to the log.');
  const log = await EventLog.open({
    databaseUrl: options.databaseUrl,
    log: tell,
    onCommit: ({ events, seconds }) => {
      commits.observe(seconds);
      written.add(events);
    },
  });
  const address = () => ({ host: isAnyAddress(host) ? '127.0.0.1' : host, port: server.port });
  const counters = new Counters(metrics, log);
  const served: ServedLog = { log, access: new Access(users), counters, faults: options.faults ?? {}, address, tell };
  const reading = new Set<Call>();
  let server: GrpcServer;
  try {
    server = await GrpcServer.listen({ methods: methodsOf(served, reading), host, port, tls });
  } catch (error) {
    await log.close();
    const reason = error instanceof Error ? error.message : String(error);
    const advice = reason.includes('EADDRINUSE') ? ' (another program listens there: choose another port)' : '';
    throw new Error(`the event store cannot listen on ${host}:${port}: ${reason}${advice}`, { cause: error });
  }
  metrics.gauge('eventstore_connections_open', 'Connections of clients.', () => server.connectionCount);
  return {
    connectionString: `esdb://${hostInUrl(address().host)}:${server.port}?tls=${tls !== undefined}`,
    port: server.port,
    metrics: () => metrics.toString(),
    stop: async () => {
      for (const call of reading) call.fail(unavailable('the event store is stopping'));
      await log.close();
      await server.stop();
    },
  };
}

function checkExposure(host: string, tls: TlsFiles | undefined, users: readonly User[] | undefined): void {
  if (users !== undefined && tls === undefined) {
    throw new Error('users need a certificate and a key: clients send no password over a plain connection');
  }
  if (!isLoopback(host) && (tls === undefined || users === undefined)) {
    throw new Error(
      `the event store listens on ${host} only with a certificate and users: without them anybody there could write`,
    );
  }
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host);
const isAnyAddress = (host: string): boolean => host === '0.0.0.0' || host === '::';
const hostInUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);
