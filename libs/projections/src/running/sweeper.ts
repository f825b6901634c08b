import type { Instant } from '#libs/domain';
import type { ClientBase } from 'pg';
import type { Projector } from './projector.js';
import type { ProjectionsLog } from './projections-log.js';
import { nextHoldsUntil } from './tables.js';

const modelsPerSweepMax = 500;
/** Then events have their turn again, however many models are waiting. */
const sweepsPerTurnMax = 20;
/** A model whose assessment fails is left out for so long, so that it does not keep the others waiting. */
const failedModelPauseMs = 600_000;

export type SweeperOptions = {
  readonly projector: Projector;
  readonly client: ClientBase;
  readonly clock: { now(): Instant };
  readonly log: ProjectionsLog;
};

/** Has exactly the models assessed again whose answer has stopped to hold, as soon as that instant has come. */
export class Sweeper {
  readonly #leftOutUntil = new Map<string, number>();
  #next: number | undefined;

  constructor(private readonly options: SweeperOptions) {}

  /** Milliseconds until the next model's instant; 0 when it has come. */
  get waitMs(): number {
    return Math.max(0, (this.#next ?? Number.POSITIVE_INFINITY) - this.options.clock.now());
  }

  /** @param rowsChanged whether rows were written since the last call, so that the next instant may be another */
  async sweepIfDue(rowsChanged: boolean): Promise<void> {
    const { projector, client, clock, log } = this.options;
    this.#letIn();
    if (rowsChanged || this.#next === undefined) await this.#lookAhead(client);
    for (let sweeps = 0; sweeps < sweepsPerTurnMax && this.waitMs === 0; sweeps += 1) {
      const { swept, failed } = await projector.sweep([...this.#leftOutUntil.keys()], modelsPerSweepMax);
      for (const [model, error] of failed) {
        this.#leftOutUntil.set(model, clock.now() + failedModelPauseMs);
        log.error({ event: 'sweep-failed', model, reason: `${error.name}: ${error.message}` });
      }
      if (swept > 0) log.log({ event: 'swept', models: swept - failed.size });
      await this.#lookAhead(client);
      if (swept === 0) return;
    }
  }

  #letIn(): void {
    for (const [model, until] of this.#leftOutUntil) {
      if (until > this.options.clock.now()) continue;
      this.#leftOutUntil.delete(model);
      this.#next = undefined;
    }
  }

  async #lookAhead(client: ClientBase): Promise<void> {
    const next = await nextHoldsUntil(client, [...this.#leftOutUntil.keys()]);
    this.#next = next?.getTime() ?? Number.POSITIVE_INFINITY;
  }
}
