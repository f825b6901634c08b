import { EventStoreDBClient, jsonEvent, WrongExpectedVersionError, type JSONEventType } from '@eventstore/db-client';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { GrpcServer, type Handler } from '../src/eventstore/transport/grpc-server.js';
import { startEmbeddedEventStore, type EmbeddedEventStore, type Faults } from '../src/index.js';

/** The embedded event store on a database of its own, and the official client on it. */
export class RunningStore {
  private constructor(
    private readonly database: TestDatabase,
    public server: EmbeddedEventStore,
    public client: EventStoreDBClient,
  ) {}

  static async start(faults: Faults = {}): Promise<RunningStore> {
    const database = await createTestDatabase();
    const server = await startEmbeddedEventStore({ databaseUrl: database.url, faults });
    return new RunningStore(database, server, EventStoreDBClient.connectionString(server.connectionString));
  }

  get databaseUrl(): string {
    return this.database.url;
  }

  /** Stops the server and starts another one on the same data and port; the client stays. */
  async restart(): Promise<void> {
    const { port } = this.server;
    await this.server.stop();
    this.server = await startEmbeddedEventStore({ databaseUrl: this.database.url, port });
  }

  async stop(): Promise<void> {
    await this.client.dispose();
    await this.server.stop();
    await this.database.drop();
  }
}

type TestEvent = JSONEventType<string, { readonly is: string }>;

/** An event that can be told from others by its data. */
export const event = (is: string, type = 'Tested') => jsonEvent<TestEvent>({ type, data: { is } });

let streamCount = 0;
/** A stream that no other test uses. */
export const newStream = (): string => `stream-${(streamCount += 1)}`;

/** What the events of a read say, in the order they came. */
export async function said(events: AsyncIterable<{ event?: { data: unknown } }>): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const { event: found } of events) all.push((found?.data as { is: string }).is);
  return all;
}

/** The refusal of an append that was expected to fail: 'no_stream' or the revision that the stream has. */
export async function actualRevisionOf(append: Promise<unknown>): Promise<unknown> {
  return append.then(
    () => 'it was accepted',
    (error: unknown) => (error instanceof WrongExpectedVersionError ? error.actualVersion : error),
  );
}

/** Polls until the condition holds; a test that waits in vain fails by its time limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

type Call = { readonly isOver: boolean };

/** Records the calls that servers started from now on receive, by the name of the method. */
export function recordCalls(): { of(method: string): readonly Call[]; restore(): void } {
  const calls = new Map<string, Call[]>();
  const listen = GrpcServer.listen.bind(GrpcServer);
  GrpcServer.listen = (options) => {
    const methods = [...options.methods].map(([path, handler]): [string, Handler] => [
      path,
      (call) => {
        const name = path.split('/').at(-1) ?? '';
        calls.set(name, [...(calls.get(name) ?? []), call]);
        handler(call);
      },
    ]);
    return listen({ ...options, methods: new Map(methods) });
  };
  return {
    of: (method) => calls.get(method) ?? [],
    restore: () => {
      GrpcServer.listen = listen;
    },
  };
}
