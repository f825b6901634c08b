import type { Assessment, Instant } from '#libs/domain';
import type { StoredEvent } from '#libs/event-store';
import type { ClientBase } from 'pg';
import type { Migration } from './migrating/migrate.js';

/** A model as it is after the batch. */
export type AssessedModel = {
  readonly assessment: Assessment;
  /** Nothing was known of the model before the batch, so there are no rows of it. */
  readonly isNew: boolean;
};

export type ProjectedBatch = {
  /** Each touched model once, assessed at `now`. */
  readonly assessed: readonly AssessedModel[];
  /** Events of streams that hold no facts, in the order of the log. */
  readonly events: readonly StoredEvent[];
  /** Up to where the rows will reflect the log. */
  readonly position: bigint;
  readonly now: Instant;
};

/**
 * Rows that follow from the log. They are written in the projector's transaction, so that they and the checkpoint are
 * never apart; all tables are deleted and filled again when a read model changes.
 */
export type ReadModel = {
  readonly name: string;
  /** The SQL of `apply` names tables without their schema. */
  readonly schema: string;
  readonly migrations: readonly Migration[];
  /**
   * Throws a RangeError, TypeError or UnreadableEvent for a batch that can never be applied, which is then parked;
   * anything else is tried again.
   */
  apply(transaction: ClientBase, batch: ProjectedBatch): Promise<void>;
  /** Drops what is kept in memory: the last `apply` may not have been committed. */
  forget?(): void;
};
