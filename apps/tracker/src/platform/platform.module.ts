import { type DynamicModule, Global, Module, ValidationPipe } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { type EventStore, SubscriptionMetrics } from '#libs/event-store';
import type { ValidationError } from 'class-validator';
import type { Pool } from 'pg';
import { AccessGuard } from './access.guard.js';
import { AccessTokens } from './access-tokens.js';
import type { ResolvedConfig } from './config.js';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';
import { Metrics } from './metrics.js';
import { type Clock, CLOCK, CONFIG, DATABASE, EVENT_STORE } from './ports.js';
import { fieldErrorsOf, invalidFields } from './problem.js';
import { ProblemFilter } from './problem.filter.js';
import { Readiness } from './readiness.js';

/** The things outside of the application that it is run with. */
export type Adapters = {
  readonly store: EventStore;
  /** Told by `store` how its subscriptions fare. */
  readonly subscriptions: SubscriptionMetrics;
  readonly database: Pool;
  readonly clock: Clock;
};

const validation = new ValidationPipe({
  transform: true,
  whitelist: true,
  forbidNonWhitelisted: true,
  exceptionFactory: (errors: ValidationError[]) => invalidFields(fieldErrorsOf(errors)),
});

@Global()
@Module({})
export class PlatformModule {
  static with(config: ResolvedConfig, { store, subscriptions, database, clock }: Adapters): DynamicModule {
    const ports = [
      { provide: CONFIG, useValue: config },
      { provide: EVENT_STORE, useValue: store },
      { provide: DATABASE, useValue: database },
      { provide: CLOCK, useValue: clock },
    ];
    return {
      module: PlatformModule,
      controllers: [HealthController, MetricsController],
      providers: [
        ...ports,
        { provide: SubscriptionMetrics, useValue: subscriptions },
        AccessTokens,
        Metrics,
        Readiness,
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_PIPE, useValue: validation },
      ],
      exports: [...ports.map(({ provide }) => provide), Metrics, Readiness],
    };
  }
}
