export { startEmbeddedPostgres, type EmbeddedPostgres } from './postgres/embedded-postgres.js';
export { DataFolderInUse, EmbeddedPostgresFailed } from './postgres/errors.js';
