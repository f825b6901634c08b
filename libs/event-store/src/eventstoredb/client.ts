import { EventStoreDBClient } from '@eventstore/db-client';

/** The part of the official client that the adapter uses. */
export type Client = Pick<EventStoreDBClient, 'appendToStream' | 'readStream' | 'readAll' | 'subscribeToAll'> & {
  /** Ends all calls and the connection below them; calls that are still to come on this client fail. */
  close(): Promise<void>;
};

export type OpenClient = () => Client;

/** What the client keeps to itself and offers no other way to end: `dispose` ends the calls but leaves the connection. */
type WithChannel = { getChannel(): Promise<{ close(): void }> };

/** Opens nothing yet: the first call connects. @throws when the connection string is malformed */
export function openClient(connectionString: string): Client {
  const client = EventStoreDBClient.connectionString(connectionString);
  return Object.assign(client, {
    close: async () => {
      await client.dispose();
      const channel = await (client as unknown as WithChannel).getChannel();
      channel.close();
    },
  });
}
