import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import {
  type AssessmentQuestion,
  type HypotheticalFact,
  type Instant,
  type RecordedFact,
  regulation,
  whatIf,
  type WhatIf,
} from '#libs/domain';
import { type Clock, CLOCK } from '../platform/ports.js';
import { Refused } from '../platform/refusal-problems.js';
import { type Clocks, isAboutModel, unknownModel } from './assess-model.js';
import { RelatedHistories } from './related-histories.js';

export type WhatIfAnswer = Extract<WhatIf, { outcome: 'answered' }> & { readonly question: AssessmentQuestion };

/** Without `at`, the question is asked of the later of now and the latest fact. */
export class SupposeFacts extends Query<WhatIfAnswer> {
  constructor(
    readonly modelId: string,
    readonly facts: readonly HypotheticalFact[],
    readonly clocks: Clocks,
  ) {
    super();
  }
}

/** Reads and records nothing. */
@QueryHandler(SupposeFacts)
export class SupposeFactsHandler implements IQueryHandler<SupposeFacts> {
  constructor(
    private readonly histories: RelatedHistories,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws Refused when one of the facts could not be recorded either */
  async execute({ modelId, facts, clocks }: SupposeFacts): Promise<WhatIfAnswer> {
    const now = this.clock.now();
    const question = { modelId, at: latestOf(now, facts), knownAt: now, lawAsOf: now, ...clocks };
    const history = await this.histories.of(modelId, facts.map(asNamed));
    if (!isAboutModel(history, modelId) && !facts.some(isAbout(modelId))) throw unknownModel(modelId);
    const answer = whatIf(history, regulation, question, facts);
    if (answer.outcome === 'refused') throw new Refused(answer.refusal);
    return { ...answer, question };
  }
}

function latestOf(now: Instant, facts: readonly HypotheticalFact[]): Instant {
  return facts.reduce((latest, { occurredAt }) => (occurredAt > latest ? occurredAt : latest), now);
}

const isAbout =
  (modelId: string) =>
  ({ about }: HypotheticalFact): boolean =>
    about.kind === 'model' && about.id === modelId;

/** For finding whom it names; nothing else of it is looked at. */
function asNamed({ id, about, fact, occurredAt }: HypotheticalFact): RecordedFact {
  return { ...fact, id, subject: about, occurredAt, recordedAt: occurredAt, position: 0n };
}
