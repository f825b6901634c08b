import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { assess, type Assessment, type AssessmentQuestion, type RecordedFact, regulation } from '#libs/domain';
import { type Clock, CLOCK } from '../platform/ports.js';
import { notFound, type Problem } from '../platform/problem.js';
import { RelatedHistories } from './related-histories.js';

/** Those that are absent stand at now. */
export type Clocks = Partial<Omit<AssessmentQuestion, 'modelId'>>;

export class AssessModel extends Query<Assessment> {
  constructor(
    readonly modelId: string,
    readonly clocks: Clocks,
  ) {
    super();
  }
}

@QueryHandler(AssessModel)
export class AssessModelHandler implements IQueryHandler<AssessModel> {
  constructor(
    private readonly histories: RelatedHistories,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ modelId, clocks }: AssessModel): Promise<Assessment> {
    const now = this.clock.now();
    const facts = await this.histories.of(modelId);
    if (!isAboutModel(facts, modelId)) throw unknownModel(modelId);
    return assess(facts, regulation, { modelId, at: now, knownAt: now, lawAsOf: now, ...clocks });
  }
}

export function isAboutModel(facts: readonly Pick<RecordedFact, 'subject'>[], modelId: string): boolean {
  return facts.some(({ subject }) => subject.kind === 'model' && subject.id === modelId);
}

export function unknownModel(modelId: string): Problem {
  return notFound(
    'model',
    `No fact is recorded about the model "${modelId}". Record one at POST /v1/models/${modelId}/facts.`,
  );
}
