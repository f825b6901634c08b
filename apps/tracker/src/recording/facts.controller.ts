import { Body, Controller, Headers, Inject, Param, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { Subject } from '#libs/domain';
import { eventIdOf, streamOf } from '#libs/event-store';
import type { FastifyReply } from 'fastify';
import { randomUUID } from 'node:crypto';
import { Access, Actor } from '../platform/access.guard.js';
import { currentCorrelationId } from '../platform/correlation.js';
import { type Clock, CLOCK } from '../platform/ports.js';
import { invalidFields } from '../platform/problem.js';
import { problemOfRefusal, Refused } from '../platform/refusal-problems.js';
import { readSlug } from '../platform/slug.js';
import type { RecordResult } from './fact-recorder.js';
import { readFactsBody } from './facts-body.js';
import { RecordFacts } from './record-facts.js';

type FactsReceipt = {
  readonly events: readonly {
    readonly id: string;
    readonly type: string;
    readonly revision: string;
    readonly position: string;
  }[];
  readonly position: string;
};

@Controller('v1')
@Access('facts:write')
export class FactsController {
  constructor(
    private readonly commands: CommandBus,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post('providers/:id/facts')
  recordOnProvider(
    @Param('id') id: string,
    @Body() body: unknown,
    @Headers('if-match') ifMatch: string | undefined,
    @Actor() actor: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<FactsReceipt> {
    return this.#record({ kind: 'provider', id: readSlug(id, 'id') }, { body, ifMatch, actor, reply });
  }

  @Post('models/:id/facts')
  recordOnModel(
    @Param('id') id: string,
    @Body() body: unknown,
    @Headers('if-match') ifMatch: string | undefined,
    @Actor() actor: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<FactsReceipt> {
    return this.#record({ kind: 'model', id: readSlug(id, 'id') }, { body, ifMatch, actor, reply });
  }

  /** Amends the law as it is applied here, so this is for administrators. */
  @Post('regulation/facts')
  @Access('admin')
  recordOnRegulation(
    @Body() body: unknown,
    @Headers('if-match') ifMatch: string | undefined,
    @Actor() actor: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<FactsReceipt> {
    return this.#record({ kind: 'regulation' }, { body, ifMatch, actor, reply });
  }

  async #record(
    subject: Subject,
    request: { body: unknown; ifMatch: string | undefined; actor: string; reply: FastifyReply },
  ): Promise<FactsReceipt> {
    const stated = readFactsBody(request.body, subject.kind, this.clock.now());
    const revision = readIfMatch(request.ifMatch);
    const stream = streamOf(subject);
    const command = new RecordFacts({
      subject,
      // A caller's ids are its own within one stream: the same id on another model names another event.
      facts: stated.map(({ id, ...fact }) => ({
        ...fact,
        id: id === undefined ? randomUUID() : eventIdOf('fact', stream, id),
      })),
      ...(revision === undefined ? {} : { ifMatch: revision }),
      context: { actor: request.actor, source: 'api', correlationId: currentCorrelationId() ?? randomUUID() },
    });
    const result = await this.commands.execute(command).catch((error: unknown) => {
      throw error instanceof Refused && !Array.isArray(request.body) ? problemOfRefusal(error.refusal, '') : error;
    });
    request.reply.code(result.outcome === 'recorded' ? 201 : 200);
    if (result.revision !== undefined) request.reply.header('etag', `"${result.revision}"`);
    return receiptOf(result);
  }
}

function readIfMatch(header: string | undefined): bigint | undefined {
  if (header === undefined) return undefined;
  const revision = /^(?:W\/)?"?(\d{1,19})"?$/.exec(header.trim())?.[1];
  if (revision !== undefined) return BigInt(revision);
  throw invalidFields([
    { field: 'If-Match', expected: 'the ETag of an earlier answer, such as "12"', found: JSON.stringify(header) },
  ]);
}

function receiptOf({ events, position }: RecordResult): FactsReceipt {
  return {
    events: events.map((event) => ({ ...event, revision: String(event.revision), position: String(event.position) })),
    position: String(position),
  };
}
