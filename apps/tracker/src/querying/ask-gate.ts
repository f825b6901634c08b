import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { gate, type GateAction, type GateAnswer, type Instant, regulation } from '#libs/domain';
import { type Clock, CLOCK } from '../platform/ports.js';
import { isAboutModel, unknownModel } from './assess-model.js';
import { RelatedHistories } from './related-histories.js';

export type GateRequest = {
  readonly modelId: string;
  readonly action: GateAction;
  readonly channel: string;
  /** Absent: now. */
  readonly at?: Instant;
};

/** May this be done to the model then, by what is known and the law that is published now? */
export class AskGate extends Query<GateAnswer> {
  constructor(readonly request: GateRequest) {
    super();
  }
}

@QueryHandler(AskGate)
export class AskGateHandler implements IQueryHandler<AskGate> {
  constructor(
    private readonly histories: RelatedHistories,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ request }: AskGate): Promise<GateAnswer> {
    const { modelId } = request;
    const now = this.clock.now();
    const history = await this.histories.of(modelId);
    if (!isAboutModel(history, modelId)) throw unknownModel(modelId);
    return gate(history, regulation, { at: now, ...request, knownAt: now, lawAsOf: now });
  }
}
