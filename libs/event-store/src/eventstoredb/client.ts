import { EventStoreDBClient } from '@eventstore/db-client';
import { connectionStringForClient, WrongConnectionString } from './connection-string.js';

/** The part of the official client that the adapter uses. */
export type Client = Pick<EventStoreDBClient, 'appendToStream' | 'readStream' | 'readAll' | 'subscribeToAll'> & {
  /**
   * Ends all calls and the connection below them, and calls off one that is still being looked for; calls that are
   * still to come on this client fail.
   */
  close(): Promise<void>;
};

export type OpenClient = () => Client;

type Channel = { close(): void };
/** What the client keeps to itself and offers no other way to end: `dispose` ends the calls but leaves the connection. */
type Internals = {
  getChannel: () => Promise<Channel>;
  getGRPCClient: (...service: readonly unknown[]) => Promise<unknown>;
};

/** Opens nothing yet: the first call connects. @throws WrongConnectionString */
export function openClient(connectionString: string): Client {
  const client = parsed(connectionStringForClient(connectionString));
  const internals = client as unknown as Internals;
  const { getChannel, getGRPCClient } = internals;
  let opened: Channel | undefined;
  let isClosed = false;
  const assertOpen = (): void => {
    if (!isClosed) return;
    opened?.close();
    throw new Error('this client of the event store has been closed');
  };
  internals.getChannel = async () => {
    assertOpen();
    opened = await getChannel();
    assertOpen();
    return opened;
  };
  // An append whose negotiation comes back only now would open a stream, and its failure would be told to the appends
  // of every other client.
  internals.getGRPCClient = async (...service) => {
    assertOpen();
    return getGRPCClient(...service);
  };
  return Object.assign(client, {
    close: async () => {
      isClosed = true;
      await client.dispose();
      opened?.close();
    },
  });
}

function parsed(connectionString: string): EventStoreDBClient {
  try {
    return EventStoreDBClient.connectionString(connectionString);
  } catch (error) {
    const { expected } = error as { expected?: unknown };
    const reason =
      typeof expected === 'string' ? `expected ${expected} in it` : error instanceof Error ? error.message : '';
    throw new WrongConnectionString(`the client cannot read the connection string: ${reason}`);
  }
}
