export { migrate, SchemaFromTheFuture, type Migration } from './migrating/migrate.js';
export { projectionMigrations } from './migrations.js';
export { InvalidCursor, readCursor, writeCursor } from './cursor.js';
export { projectionPosition, waitForProjection } from './position/projection-position.js';
export {
  findModel,
  listModels,
  modelSorts,
  type ModelQuery,
  type ModelSort,
  type ModelStatus,
  type NextDue,
  type Page,
} from './model-status/list-models.js';
export { listObligations, type ObligationQuery, type ObligationRow } from './obligation/list-obligations.js';
export type { AssessedModel, ProjectedBatch, ReadModel } from './read-model.js';
export type { ProjectionsLog } from './running/projections-log.js';
export { runProjections, type ProjectionsOptions, type ProjectionsState } from './running/run-projections.js';
