import { Injectable } from '@nestjs/common';
import { type RecordedFact, relatedSubjects, type Subject } from '#libs/domain';
import { streamOf } from '#libs/event-store';
import { Problem } from '../platform/problem.js';
import type { History } from '../recording/history.js';
import { StreamHistories } from '../recording/stream-histories.js';

/** Providers and base models that one assessment may rest on, bases of bases included. */
export const subjectsMax = 200;

/** Reads from the event store itself, so that an answer never lags behind a write. */
@Injectable()
export class RelatedHistories {
  constructor(private readonly histories: StreamHistories) {}

  /**
   * The facts of a model, of the regulation, and of all that they and the `supposed` facts name.
   * @throws Problem 422 when that is too much
   */
  async of(modelId: string, supposed: readonly RecordedFact[] = []): Promise<readonly RecordedFact[]> {
    const read = new Map<string, History>();
    const isMissing = (subject: Subject): boolean => !read.has(streamOf(subject));
    const subjects: Subject[] = [{ kind: 'model', id: modelId }, { kind: 'regulation' }];
    let missing = distinct([
      ...subjects,
      ...supposed.map(({ subject }) => subject),
      ...relatedSubjects(supposed),
      ...mergeTargets(supposed),
    ]);
    while (missing.length > 0) {
      if (read.size + missing.length > subjectsMax) throw tooManyRelated(modelId);
      const histories = await Promise.all(missing.map((subject) => this.histories.read(streamOf(subject))));
      for (const history of histories) read.set(history.stream, history);
      missing = relatedSubjects(histories.flatMap(({ facts }) => facts)).filter(isMissing);
    }
    return [...read.values()].flatMap(({ facts }) => facts);
  }
}

/** Whether a model can be merged depends on the other one, though no assessment does. */
function mergeTargets(supposed: readonly RecordedFact[]): readonly Subject[] {
  return supposed.flatMap((fact) =>
    fact.type === 'ModelMerged' ? [{ kind: 'model', id: fact.data.intoModelId } as const] : [],
  );
}

function distinct(subjects: readonly Subject[]): readonly Subject[] {
  return [...new Map(subjects.map((subject) => [streamOf(subject), subject])).values()];
}

function tooManyRelated(modelId: string): Problem {
  return new Problem({
    code: 'too-many-related',
    status: 422,
    title: 'The model rests on too many others',
    detail: `The lineage of "${modelId}" names more than ${subjectsMax} providers and base models; correct the facts that name them.`,
  });
}
