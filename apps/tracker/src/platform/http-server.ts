import { Logger } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import type { Socket } from 'node:net';
import { correlationHeader, correlationIdFrom, withCorrelationId } from './correlation.js';
import { Problem, problemBody, problemMediaType } from './problem.js';
import { parseStrictJson, UnreadableJson } from './strict-json.js';

export const bodyBytesMax = 1024 * 1024;
/** What any webhook connection may be set to take; each has its own, lower limit. */
export const webhookBodyBytesMax = 25 * 1024 * 1024;
const requestTimeoutMs = 30_000;
/** An id has at most 128 characters, three bytes each when percent-encoded. */
const pathParameterLengthMax = 512;

const idleSweepMs = 100;

const webhookPath = '/hooks/';

/** The HTTP server: limits, correlation id, and how bodies are read. */
export function createHttpServer(): FastifyAdapter {
  const options: FastifyServerOptions = {
    bodyLimit: bodyBytesMax,
    requestTimeout: requestTimeoutMs,
    routerOptions: { maxParamLength: pathParameterLengthMax },
    genReqId: (request) => correlationIdFrom(request.headers[correlationHeader]),
    frameworkErrors: (error, _request, reply: FastifyReply) => answerUnroutable(error, reply),
    clientErrorHandler: answerUnreadableRequest,
  };
  const adapter = new FastifyAdapter(options);
  const server = adapter.getInstance<FastifyInstance>();
  server.addHook('onRoute', (route) => {
    if (route.url.startsWith(webhookPath)) route.bodyLimit = webhookBodyBytesMax;
  });
  server.addHook('onRequest', (request, reply, done) => {
    reply.header(correlationHeader, request.id);
    done();
  });
  // After the body was read: its stream does not carry the asynchronous context of the request.
  server.addHook('preValidation', (request, _reply, done) => withCorrelationId(request.id, done));
  logAnswers(server);
  endConnectionsOnClose(server);
  readBodies(server);
  return adapter;
}

/** The route and not the address: an address may carry a token. */
function logAnswers(server: FastifyInstance): void {
  const logger = new Logger('Http');
  server.addHook('onResponse', (request, reply, done) => {
    if (Logger.isLevelEnabled('debug'))
      withCorrelationId(request.id, () =>
        logger.debug({
          event: 'answered',
          method: request.method,
          route: request.routeOptions.url,
          status: reply.statusCode,
          durationMs: Math.round(reply.elapsedTime),
        }),
      );
    done();
  });
}

/**
 * A connection whose request is under way when the server closes would be kept alive after its answer, and hold up the
 * stop until it times out.
 */
function endConnectionsOnClose(server: FastifyInstance): void {
  let sweep: NodeJS.Timeout | undefined;
  server.addHook('preClose', (done) => {
    sweep = setInterval(() => server.server.closeIdleConnections(), idleSweepMs);
    done();
  });
  server.addHook('onSend', (_request, reply, payload, done) => {
    if (sweep !== undefined) reply.header('connection', 'close');
    done(null, payload);
  });
  server.server.on('close', () => clearInterval(sweep));
}

/** Webhooks get the bytes as sent, since a signature covers bytes; everything else is JSON or refused. */
function readBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (isWebhook(request)) return done(null, body);
    try {
      refuseEncoding(request);
      done(null, readJson(body));
    } catch (error) {
      done(error as Error);
    }
  });
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (isWebhook(request)) return done(null, body);
    done(unsupportedMediaType(`Send application/json; found ${request.headers['content-type'] ?? 'no content type'}.`));
  });
}

function isWebhook(request: FastifyRequest): boolean {
  return request.raw.url?.startsWith(webhookPath) === true;
}

function refuseEncoding(request: FastifyRequest): void {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return;
  throw unsupportedMediaType(`Send the body without content encoding; found ${encoding}.`);
}

function unsupportedMediaType(detail: string): Problem {
  return new Problem({
    code: 'unsupported-media-type',
    status: 415,
    title: 'The body has a form that is not taken',
    detail,
  });
}

function readJson(body: Buffer): unknown {
  try {
    return parseStrictJson(body);
  } catch (error) {
    if (!(error instanceof UnreadableJson)) throw error;
    throw new Problem({
      code: 'unreadable-json',
      status: 400,
      title: 'The body is not the JSON that it should be',
      detail: error.message,
    });
  }
}

/** An address that the router cannot decode reaches no filter of Nest's. */
function answerUnroutable(error: FastifyError, reply: FastifyReply): void {
  const status = error.statusCode ?? 400;
  const details = { code: 'bad-address', status, title: 'The address cannot be read', detail: error.message };
  void reply.code(status).header('content-type', problemMediaType).send(problemBody(details));
}

/** What is not even HTTP has no request to answer, only a socket. */
function answerUnreadableRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const details =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? {
          code: 'headers-too-large',
          status: 431,
          title: 'Request Header Fields Too Large',
          detail: 'Send fewer or shorter headers.',
        }
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? {
            code: 'request-timeout',
            status: 408,
            title: 'Request Timeout',
            detail: 'Send the whole request within 30 seconds.',
          }
        : { code: 'bad-request', status: 400, title: 'Bad Request', detail: 'The request is not HTTP/1.1.' };
  const body = problemBody(details);
  socket.end(
    `HTTP/1.1 ${details.status} ${details.title}\r\ncontent-type: ${problemMediaType}\r\n` +
      `content-length: ${body.length}\r\nconnection: close\r\n\r\n${body.toString()}`,
  );
}
