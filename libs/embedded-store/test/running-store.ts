import { EventStoreDBClient, jsonEvent, type JSONEventType } from '@eventstore/db-client';
import { Client, type QueryResult } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { startEmbeddedEventStore, type EmbeddedEventStore, type Faults } from '../src/index.js';

/** The embedded event store on a database of its own, and the official client on it. */
export class RunningStore {
  #admin: Client | undefined;

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

  /** Asks the database, always on the same connection, behind the server's back. */
  async query(text: string, values: unknown[] = []): Promise<QueryResult> {
    if (this.#admin === undefined) {
      this.#admin = new Client({ connectionString: this.databaseUrl });
      await this.#admin.connect();
    }
    return this.#admin.query(text, values);
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
    await this.#admin?.end();
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

/** Polls until the condition holds; a test that waits in vain fails by its time limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
