import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import {
  assess,
  type Assessment,
  type Instant,
  type RecordedFact,
  regulation,
  relatedSubjects,
  type Subject,
} from '#libs/domain';
import { streamOf } from '#libs/event-store';
import { type Clock, CLOCK } from '../platform/ports.js';
import { notFound, Problem } from '../platform/problem.js';
import type { History } from '../recording/history.js';
import { StreamHistories } from '../recording/stream-histories.js';

/** Providers and base models that one assessment may rest on, bases of bases included. */
export const subjectsMax = 200;

/** Clocks that are absent stand at now. */
export class AssessModel extends Query<Assessment> {
  constructor(
    readonly modelId: string,
    readonly clocks: { readonly at?: Instant; readonly knownAt?: Instant; readonly lawAsOf?: Instant },
  ) {
    super();
  }
}

/** Assesses from the event store itself, so that the answer never lags behind a write. */
@QueryHandler(AssessModel)
export class AssessModelHandler implements IQueryHandler<AssessModel> {
  constructor(
    private readonly histories: StreamHistories,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ modelId, clocks }: AssessModel): Promise<Assessment> {
    const now = this.clock.now();
    const facts = await this.#factsFor(modelId);
    return assess(facts, regulation, { modelId, at: now, knownAt: now, lawAsOf: now, ...clocks });
  }

  async #factsFor(modelId: string): Promise<readonly RecordedFact[]> {
    const model: Subject = { kind: 'model', id: modelId };
    const read = new Map<string, History>();
    let missing: readonly Subject[] = [model, { kind: 'regulation' }];
    while (missing.length > 0) {
      if (read.size + missing.length > subjectsMax) throw tooManyRelated(modelId);
      const histories = await Promise.all(missing.map((subject) => this.histories.read(streamOf(subject))));
      for (const history of histories) read.set(history.stream, history);
      if (read.get(streamOf(model))?.facts.length === 0) throw unknownModel(modelId);
      missing = relatedSubjects(histories.flatMap(({ facts }) => facts)).filter(
        (subject) => !read.has(streamOf(subject)),
      );
    }
    return [...read.values()].flatMap(({ facts }) => facts);
  }
}

export function unknownModel(modelId: string): Problem {
  return notFound(
    'model',
    `No fact is recorded about the model "${modelId}". Record one at POST /v1/models/${modelId}/facts.`,
  );
}

function tooManyRelated(modelId: string): Problem {
  return new Problem({
    code: 'too-many-related',
    status: 422,
    title: 'The model rests on too many others',
    detail: `The lineage of "${modelId}" names more than ${subjectsMax} providers and base models; correct the facts that name them.`,
  });
}
