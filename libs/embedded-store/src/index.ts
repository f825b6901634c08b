export type { User } from './eventstore/access.js';
export type {
  Faults,
  ListMethodsFault,
  ReadFault,
  ReadRequest,
  WriteFault,
  WriteRequest,
} from './eventstore/faults.js';
export { EventLogDamaged, EventLogInUse } from './eventstore/log/errors.js';
export { verifyEventLog } from './eventstore/log/verify-log.js';
export { startEmbeddedEventStore, type EmbeddedEventStore } from './eventstore/server.js';
export { startEmbeddedPostgres, type EmbeddedPostgres } from './postgres/embedded-postgres.js';
export { DataFolderInUse, EmbeddedPostgresFailed } from './postgres/errors.js';
