import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { answerDeadline } from '#libs/domain';
import { Access } from '../platform/access.guard.js';
import { invalidFields } from '../platform/problem.js';
import { metadata } from './not-legal-advice.js';

@Controller('v1/deadlines')
@Access('read')
export class DeadlinesController {
  /** Counts a deadline in the words of `docs/conformance/README.md`, and records nothing. */
  @Post()
  @HttpCode(200)
  count(@Body() body: unknown) {
    const answered = answerDeadline(body);
    if (answered.ok) return { ...answered.answer, metadata };
    throw invalidFields(
      answered.problems.map(({ path, ...problem }) => ({ field: path.replace(/^input\.?/, '') || 'body', ...problem })),
    );
  }
}
