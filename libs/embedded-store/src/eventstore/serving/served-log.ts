import type { Faults } from '../faults.js';
import type { EventLog } from '../log/event-log.js';

/** What the methods of the protocol need to do their work. */
export type ServedLog = {
  readonly log: EventLog;
  readonly faults: Faults;
  /** Where this server listens. */
  readonly address: () => { readonly host: string; readonly port: number };
  readonly tell: (message: string) => void;
};
