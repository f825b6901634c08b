import type { Refusal } from '#libs/domain';
import type { ProblemDetails } from './problem.js';

/** The decider said no; nothing was recorded. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(readonly refusal: Refusal) {
    super(`refused: ${refusal.code}`);
  }
}
