import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import { AppendTooLarge, RevisionConflict, StoreUnavailable } from '#libs/event-store';
import { InvalidCursor } from '#libs/projections';
import type { FastifyReply } from 'fastify';
import { STATUS_CODES } from 'node:http';
import { currentCorrelationId, withCorrelationId } from './correlation.js';
import { invalidFields, Problem, problemBody, type ProblemDetails, problemMediaType, unavailable } from './problem.js';
import { problemOfRefusal, Refused } from './refusal-problems.js';

const storeRetryAfterSeconds = 5;

/** Turns whatever was thrown into a problem answer. What nobody foresaw is logged in full and answered without details. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Problems');

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const correlationId = currentCorrelationId() ?? reply.request.id;
    const details = withCorrelationId(correlationId, () => this.#detailsOf(error));
    if (reply.sent) return;
    void reply
      .code(details.status)
      .headers({ ...details.headers, 'content-type': problemMediaType })
      .send(problemBody({ ...details, members: { ...details.members, correlationId } }));
  }

  #detailsOf(error: unknown): ProblemDetails {
    if (error instanceof Problem) return error.details;
    if (error instanceof Refused) return problemOfRefusal(error.refusal).details;
    if (error instanceof RevisionConflict) return contended;
    if (error instanceof StoreUnavailable) {
      this.logger.warn({ event: 'storeUnavailable', reason: error.message });
      return unavailable(
        'The event store did not confirm in time. Send the same request again, with the same ids.',
        storeRetryAfterSeconds,
      ).details;
    }
    if (error instanceof AppendTooLarge) return tooLarge;
    if (error instanceof InvalidCursor) return invalidCursor;
    if (error instanceof HttpException && error.getStatus() < 500) return httpProblem(error);
    this.logger.error(error instanceof Error ? error : { event: 'unknownError', thrown: String(error) });
    return unexpected;
  }
}

const contended: ProblemDetails = {
  code: 'contended',
  status: 409,
  title: 'Others wrote to the same history at the same time',
  detail: 'Nothing was recorded. Send the same request again.',
  headers: { 'retry-after': '1' },
};

const tooLarge: ProblemDetails = {
  code: 'too-large',
  status: 413,
  title: 'More than fits into one write',
  detail: 'Nothing was recorded. Send the facts in smaller groups.',
};

const invalidCursor = invalidFields([
  { field: 'cursor', expected: 'the `next` of the page before, with the same sorting', found: 'another text' },
]).details;

const unexpected: ProblemDetails = {
  code: 'unexpected',
  status: 500,
  title: 'Something went wrong here',
  detail: 'The log has the details under the correlation id. Trying again is safe when the facts carry ids.',
};

/** What Nest and Fastify refuse by themselves: unknown routes, bodies over the limit, media types. */
function httpProblem(error: HttpException): ProblemDetails {
  const status = error.getStatus();
  const title = STATUS_CODES[status] ?? 'Refused';
  return { code: title.toLowerCase().replaceAll(/[^a-z]+/g, '-'), status, title, detail: error.message };
}
