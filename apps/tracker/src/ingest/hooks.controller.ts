import { All, Controller, Inject, Req, Res } from '@nestjs/common';
import type { Instant } from '#libs/domain';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access } from '../platform/access.guard.js';
import { type Clock, CLOCK } from '../platform/ports.js';
import { problemBody, problemMediaType } from '../platform/problem.js';
import { Connections } from './connections/connections.js';
import type { Connection } from './connections/connection.js';
import { RefusalLog } from './inbox/refusal-log.js';
import { Intake, type IntakeAnswer } from './intake.js';
import { type Refusal, refusals } from './reasons.js';
import type { HookRequest, WebhookSource } from './source.js';
import { sourceOf } from './sources.js';

const noBody = Buffer.alloc(0);

/** `/hooks/{connection}{/suffix}`: where the systems that a provider works with deliver. */
@Controller('hooks')
@Access('anyone')
export class HooksController {
  constructor(
    private readonly connections: Connections,
    private readonly intake: Intake,
    private readonly refusalLog: RefusalLog,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @All([':connection', ':connection/*'])
  async take(@Req() incoming: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const receivedAt = this.clock.now();
    const { connectionId, request } = readRequest(incoming, receivedAt);
    if (request.method !== 'POST' && request.method !== 'OPTIONS') return answerMethod(reply);
    const connection = await this.connections.find(connectionId);
    const source = connection === undefined ? undefined : sourceOf(connection.system);
    if (connection === undefined || source === undefined) return answerUnknown(reply);
    if (request.method === 'OPTIONS') return this.#shakeHands(request, connection, source, reply);
    const answer = await this.intake.take(request, connection, source, incoming.id);
    if (answer.outcome === 'refused') return this.#refuse(answer.refusal, connection, source, receivedAt, reply);
    return answerTaken(reply, answer);
  }

  #shakeHands(request: HookRequest, connection: Connection, source: WebhookSource, reply: FastifyReply): void {
    if (source.handshake === undefined) return answerMethod(reply);
    const allowedOrigins = connection.settings.allowed_origins;
    const handshake = source.handshake(request, allowedOrigins === undefined ? {} : { allowedOrigins });
    switch (handshake.outcome) {
      case 'granted':
        return void reply.code(200).headers(handshake.headers).send({ outcome: 'acknowledged', reason: 'handshake' });
      case 'preflight':
        return void reply.code(204).header('allow', 'POST, OPTIONS').send();
      case 'refused':
        return this.#refuse(handshake.refusal, connection, source, request.receivedAt, reply);
    }
  }

  #refuse(
    refusal: Refusal,
    connection: Connection,
    source: WebhookSource,
    receivedAt: Instant,
    reply: FastifyReply,
  ): void {
    const { status, title } = refusals[refusal.reason];
    this.refusalLog.note({
      connection: connection.id,
      receivedAt,
      status,
      reason: refusal.reason,
      detail: refusal.detail,
    });
    if (status === 401) reply.header('www-authenticate', source.challenge);
    const { reason, detail, errors } = refusal;
    answerProblem(reply, {
      code: 'delivery-refused',
      status,
      title,
      detail,
      ...(errors === undefined ? {} : { errors }),
      members: { reason },
    });
  }
}

/** Splits the address by hand: routers decode the path, and a query may carry an access token. */
function readRequest(incoming: FastifyRequest, receivedAt: Instant): { connectionId: string; request: HookRequest } {
  const { method, headers, body } = incoming;
  const url = incoming.raw.url ?? '';
  const queryStart = url.indexOf('?');
  const path = queryStart === -1 ? url : url.slice(0, queryStart);
  const [, , connectionId = '', ...rest] = path.split('/');
  return {
    connectionId,
    request: {
      method,
      suffix: rest.length === 0 ? '' : `/${rest.join('/')}`,
      query: new URLSearchParams(queryStart === -1 ? '' : url.slice(queryStart + 1)),
      headers: singleHeaders(headers),
      body: Buffer.isBuffer(body) ? body : noBody,
      receivedAt,
    },
  };
}

/** Node joins what is sent twice, but for a few that it keeps as lists; none of those matters here. */
function singleHeaders(headers: FastifyRequest['headers']): HookRequest['headers'] {
  const single: Record<string, string | undefined> = {};
  for (const name in headers) {
    const value = headers[name];
    if (typeof value === 'string') single[name] = value;
  }
  return single;
}

function answerTaken(reply: FastifyReply, answer: Exclude<IntakeAnswer, { outcome: 'refused' }>): void {
  void reply.code(202).send(answer);
}

function answerMethod(reply: FastifyReply): void {
  reply.header('allow', 'POST');
  answerProblem(reply, {
    code: 'method-not-allowed',
    status: 405,
    title: 'Method Not Allowed',
    detail: 'Deliver with POST.',
  });
}

/** Says the same whatever else is wrong with the request, so that nobody can search for connections. */
function answerUnknown(reply: FastifyReply): void {
  answerProblem(reply, {
    code: 'not-found',
    status: 404,
    title: 'No such connection',
    detail: 'Deliver to /hooks/ followed by the id of a connection.',
  });
}

function answerProblem(reply: FastifyReply, details: Parameters<typeof problemBody>[0]): void {
  void reply.code(details.status).header('content-type', problemMediaType).send(problemBody(details));
}
