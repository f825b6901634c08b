import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { regulation } from '#libs/domain';
import type { EventStore } from '#libs/event-store';
import { runProjections } from '#libs/projections';
import { reminderReadModel } from '#libs/reminders';
import type { Pool } from 'pg';
import { type Clock, CLOCK, DATABASE, EVENT_STORE } from '../platform/ports.js';
import { Readiness } from '../platform/readiness.js';
import { ProjectorHealth } from './projector-health.js';

/** Keeps the read models in step with the log for as long as the application runs. */
@Injectable()
export class ProjectingService implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #stop = new AbortController();
  #run: Promise<void> | undefined;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(DATABASE) private readonly pool: Pool,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly health: ProjectorHealth,
    private readonly readiness: Readiness,
  ) {}

  onApplicationBootstrap(): void {
    const { store, pool, clock, health } = this;
    this.readiness.register('projector', () => health.check());
    this.#run = runProjections({
      ...{ store, pool, clock, regulation, signal: this.#stop.signal },
      readModels: [reminderReadModel()],
      log: new Logger('Projecting'),
      onState: (state) => (health.state = state),
    }).finally(() => health.ended());
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stop.abort();
    await this.#run;
  }
}
