import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import { formatInstant } from '#libs/domain';
import { Access } from '../../platform/access.guard.js';
import { type Clock, CLOCK } from '../../platform/ports.js';
import { notFound, Problem } from '../../platform/problem.js';
import { readSlug } from '../../platform/slug.js';
import { changedConnection, newConnection } from './connection-changes.js';
import type { Connection, ConnectionSettings } from './connection.js';
import { ChangeConnectionDto, NewConnectionDto } from './connection.dto.js';
import { Connections } from './connections.js';

type ShownConnection = {
  readonly id: string;
  readonly system: string;
  readonly providerId: string;
  readonly settings: ConnectionSettings;
  /** Where the system is to deliver. */
  readonly path: string;
  /** Until when the former secret counts during a rotation. */
  readonly previousSecretValidUntil?: string;
};

@Controller('v1/connections')
export class ConnectionsController {
  constructor(
    private readonly connections: Connections,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Access('read')
  async list(): Promise<{ items: ShownConnection[] }> {
    return { items: (await this.connections.all()).map(shown) };
  }

  @Get(':id')
  @Access('read')
  async show(@Param('id') id: string): Promise<ShownConnection> {
    const connection = (await this.connections.all()).find((candidate) => candidate.id === readSlug(id, 'id'));
    if (connection === undefined) throw unknownConnection();
    return shown(connection);
  }

  /** The only answer that holds the secret. */
  @Post()
  @Access('admin')
  async create(@Body() asked: NewConnectionDto): Promise<ShownConnection & { secret: string }> {
    const connection = newConnection(asked);
    if (!(await this.connections.add(connection))) throw taken(asked.id);
    return { ...shown(connection), secret: connection.credentials.secret };
  }

  @Patch(':id')
  @Access('admin')
  async change(@Param('id') id: string, @Body() asked: ChangeConnectionDto): Promise<ShownConnection> {
    const now = this.clock.now();
    const after = await this.connections.change(readSlug(id, 'id'), (before) => changedConnection(before, asked, now));
    if (after === undefined) throw unknownConnection();
    return shown(after);
  }

  /** What it brought stays. Its inbox goes on if a connection of this id is made again. */
  @Delete(':id')
  @Access('admin')
  @HttpCode(204)
  async remove(@Param('id') id: string): Promise<void> {
    if (!(await this.connections.remove(readSlug(id, 'id')))) throw unknownConnection();
  }
}

function shown({ id, system, providerId, settings, credentials: { previousSecret } }: Connection): ShownConnection {
  return {
    id,
    system,
    providerId,
    settings,
    path: `/hooks/${id}`,
    ...(previousSecret === undefined ? {} : { previousSecretValidUntil: formatInstant(previousSecret.validUntil) }),
  };
}

export function unknownConnection(): Problem {
  return notFound('connection', 'GET /v1/connections lists those that there are.');
}

function taken(id: string): Problem {
  return new Problem({
    code: 'connection-exists',
    status: 409,
    title: 'There is a connection of this id',
    detail: `Change ${id} with PATCH, or choose another id.`,
  });
}
