import type { Access, Rights } from '../access.js';
import type { Faults } from '../faults.js';
import type { EventLog } from '../log/event-log.js';
import type { Call } from '../transport/call.js';
import type { Counters } from './counters.js';

/** What the methods of the protocol need to do their work. */
export type ServedLog = {
  readonly log: EventLog;
  readonly access: Access;
  readonly counters: Counters;
  readonly faults: Faults;
  /** Where this server listens. */
  readonly address: () => { readonly host: string; readonly port: number };
  readonly tell: (message: string) => void;
};

/** What the caller may use; a call whose caller is nobody has failed, and has no rights. */
export function admit({ access }: ServedLog, call: Call): Rights | undefined {
  const rights = access.rightsOf(call.headers.authorization);
  if (typeof rights === 'function') return rights;
  call.fail(rights);
  return undefined;
}
