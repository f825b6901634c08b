import { Controller, Get, Header, Inject, type OnModuleInit, Res } from '@nestjs/common';
import type { EventStore } from '#libs/event-store';
import type { FastifyReply } from 'fastify';
import type { Pool } from 'pg';
import { Access } from './access.guard.js';
import { DATABASE, EVENT_STORE } from './ports.js';
import { Readiness, type ReadinessReport } from './readiness.js';

@Controller('health')
@Access('anyone')
export class HealthController implements OnModuleInit {
  constructor(
    private readonly readiness: Readiness,
    @Inject(DATABASE) private readonly database: Pool,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  onModuleInit(): void {
    this.readiness.register('database', async () => void (await this.database.query('select 1')));
    this.readiness.register('eventStore', async () => void (await this.store.head()));
  }

  /** The process answers; whether it can do its work is `ready`'s question. */
  @Get('live')
  @Header('cache-control', 'no-store')
  live(): { readonly status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @Header('cache-control', 'no-store')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessReport> {
    const report = await this.readiness.report();
    reply.code(report.ready ? 200 : 503);
    return report;
  }
}
