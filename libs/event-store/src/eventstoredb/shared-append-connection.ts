import type { NewEvent } from '../event-store.js';
import { StoreUnavailable } from '../event-store.js';
import { AppendConnection, type Sending } from './append-connection.js';
import type { OpenClient } from './client.js';
import type { Pacing } from './pacing.js';

export type SharedAppendConnection = Pick<AppendConnection, 'send'> & { release(): Promise<void> };

let inUse: { readonly connectionString: string; readonly connection: AppendConnection; users: number } | undefined;

/** The append connection of the process. @throws when it leads to another event store and that one is not closed yet */
export function appendConnectionFor(
  connectionString: string,
  open: OpenClient,
  pacing: Pacing,
): SharedAppendConnection {
  if (inUse !== undefined && (inUse.connectionString !== connectionString || inUse.users === 0)) {
    throw new Error('this process has another event store open: close that one first, its client cannot bear a second');
  }
  const shared = (inUse ??= { connectionString, connection: new AppendConnection(open, pacing), users: 0 });
  shared.users += 1;
  let isReleased = false;
  return {
    async send(stream: string, events: readonly NewEvent[], sending: Sending) {
      if (isReleased) throw new StoreUnavailable('the event store has been closed');
      return shared.connection.send(stream, events, sending);
    },
    async release() {
      if (isReleased) return;
      isReleased = true;
      shared.users -= 1;
      if (shared.users > 0) return;
      await shared.connection.close();
      if (inUse === shared) inUse = undefined;
    },
  };
}
