import { EventStoreDBClient } from '@eventstore/db-client';
import { Channel } from '@grpc/grpc-js';
import { createTestDatabase } from '../../../test/support/database.js';
import { startEmbeddedEventStore } from '../src/index.js';

/** A server that the contract is checked against. */
export type Target = {
  readonly connectionString: string;
  readonly host: string;
  readonly port: number;
  /** Stops the server and starts it again on the same data and port. */
  restart(): Promise<void>;
  /** How many reads and subscriptions it serves at this moment; 0 when it does not tell. */
  openCalls(): number;
  stop(): Promise<void>;
};

export type TargetKind = { readonly name: string; readonly mayRestart: boolean; start(): Promise<Target> };

const embedded: TargetKind = {
  name: 'the embedded event store',
  mayRestart: true,
  start: async () => {
    const database = await createTestDatabase();
    let server = await startEmbeddedEventStore({ databaseUrl: database.url });
    const { port, connectionString } = server;
    return {
      connectionString,
      host: '127.0.0.1',
      port,
      restart: async () => {
        await server.stop();
        server = await startEmbeddedEventStore({ databaseUrl: database.url, port });
      },
      openCalls: () => {
        const counts = server.metrics().matchAll(/^eventstore_(?:reads|subscriptions)_open (\d+)$/gm);
        return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
      },
      stop: async () => {
        await server.stop();
        await database.drop();
      },
    };
  },
};

/** A server that somebody else runs, on one node. */
function external(connectionString: string): TargetKind {
  const { hostname, port } = new URL(connectionString);
  return {
    name: `the server at ${hostname}`,
    mayRestart: false,
    start: () =>
      Promise.resolve({
        connectionString,
        host: hostname,
        port: Number(port || 2113),
        restart: () => Promise.reject(new Error('not ours to restart')),
        openCalls: () => 0,
        stop: () => Promise.resolve(),
      }),
  };
}

/** The embedded event store, and the server at this address when there is one. */
export const targetKinds = (url: string | undefined): readonly TargetKind[] =>
  url === undefined || url === '' ? [embedded] : [embedded, external(url)];

/** A client on this target by another connection string, with the same credentials and options. */
export function clientBy(target: Target, scheme: string, hosts: string): EventStoreDBClient {
  const { username, password, search } = new URL(target.connectionString);
  const at = username === '' ? '' : `${username}:${password}@`;
  return EventStoreDBClient.connectionString(`${scheme}://${at}${hosts}${search}`);
}

/** Counts the calls that clients in this process make from now on, by the name of the method. */
export function countCalls(): { of(method: string): number; stop(): void } {
  const counts = new Map<string, number>();
  const createCall = Reflect.get(Channel.prototype, 'createCall');
  Channel.prototype.createCall = function (this: Channel, method, ...rest) {
    const name = method
      .split('/')
      .slice(-2)
      .join('/')
      .replace(/^.*\.(?=\w+\/)/, '');
    counts.set(name, (counts.get(name) ?? 0) + 1);
    return createCall.call(this, method, ...rest);
  };
  return {
    of: (method) => counts.get(method) ?? 0,
    stop: () => {
      Channel.prototype.createCall = createCall;
    },
  };
}
