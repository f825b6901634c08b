import { Controller, Get, Header, Inject, type OnModuleInit } from '@nestjs/common';
import { type EventStore, SubscriptionMetrics } from '#libs/event-store';
import { Access } from './access.guard.js';
import { Metrics } from './metrics.js';
import { EVENT_STORE } from './ports.js';
import { logFamilies, subscriptionFamilies } from './subscription-families.js';

/** For Prometheus, which sends no token: the figures name no model and no person. */
@Controller('metrics')
@Access('anyone')
export class MetricsController implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly subscriptions: SubscriptionMetrics,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  onModuleInit(): void {
    this.metrics.register(async () => subscriptionFamilies(this.subscriptions));
    this.metrics.register(() => logFamilies(this.store));
  }

  @Get()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @Header('cache-control', 'no-store')
  report(): Promise<string> {
    return this.metrics.report();
  }
}
