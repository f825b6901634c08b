import type { FieldProblem } from '../history/read-fact.js';
import type { Fact, FactType, RecordedFact, Subject } from '../history/recorded-fact.js';
import type { Parameters } from '../regulation/parameter.js';
import type { Instant } from '../time/instant.js';

/** Facts that somebody wants recorded about one subject, in the order in which they are to be recorded. */
export type RecordCommand = {
  readonly subject: Subject;
  readonly facts: readonly FactToDecide[];
  readonly now: Instant;
  /** Histories of the other models that `modelsToDecideWith` names, by id. */
  readonly otherModels?: ReadonlyMap<string, readonly RecordedFact[]>;
  /** The law as amended; for facts about the law itself, as built in. */
  readonly regulation: { readonly parameters: Parameters; readonly obligations: readonly { readonly id: string }[] };
};

/** A fact on the stream of another subject that follows from those that were decided on. */
export type FactElsewhere = FactToRecord & { readonly subject: Subject };

/** `id` is the event id: the same id means the same fact, sent again. */
export type FactToDecide = { readonly id: string; readonly fact: Fact; readonly occurredAt: Instant };

export type FactToRecord = {
  /** `null` for a derived fact: the caller makes the id from `causedBy` and the type, so that it is the same each time. */
  readonly id: string | null;
  readonly fact: Fact;
  readonly occurredAt: Instant;
  readonly causedBy: string | null;
};

/** Why nothing is recorded. `index` is the place of the offending fact in the command. */
export type Refusal =
  /** The id stands for another fact already. */
  | { readonly code: 'id-reused'; readonly index: number; readonly id: string; readonly recordedType: FactType }
  /** Registered before with other content. */
  | { readonly code: 'already-registered'; readonly index: number; readonly registeredBy: string }
  /** A correction or retraction of something that is not in this history. */
  | { readonly code: 'event-unknown'; readonly index: number; readonly eventId: string }
  /** The corrected data is not in the form of the fact that it corrects. */
  | {
      readonly code: 'correction-unreadable';
      readonly index: number;
      readonly correctedType: FactType;
      readonly problems: readonly FieldProblem[];
    }
  | { readonly code: 'occurred-in-future'; readonly index: number; readonly occurredAt: Instant; readonly now: Instant }
  /** An amendment of a parameter that the rulebook does not have. `path` is where in the fact it stands. */
  | {
      readonly code: 'parameter-unknown';
      readonly index: number;
      readonly path: string;
      readonly parameter: string;
      readonly nearest: readonly string[];
      readonly known: readonly string[];
    }
  | {
      readonly code: 'parameter-value-unreadable';
      readonly index: number;
      readonly path: string;
      readonly parameter: string;
      readonly value: string;
      readonly expected: string;
    }
  /** Evidence for an obligation that the rulebook does not have. */
  | {
      readonly code: 'obligation-unknown';
      readonly index: number;
      readonly path: string;
      readonly obligationId: string;
      readonly nearest: readonly string[];
    }
  | { readonly code: 'merge-into-itself'; readonly index: number; readonly path: string; readonly modelId: string }
  /** Nothing is recorded about the model that another one is to be merged into. */
  | {
      readonly code: 'merge-target-unknown';
      readonly index: number;
      readonly path: string;
      readonly intoModelId: string;
    }
  /** The model that another one is to be merged into was itself given up. */
  | {
      readonly code: 'merge-target-given-up';
      readonly index: number;
      readonly path: string;
      readonly intoModelId: string;
      readonly givenUpFor: string;
    }
  | { readonly code: 'merged-already'; readonly index: number; readonly intoModelId: string; readonly mergedBy: string }
  /** Another model is being merged into this one, and that has not come to its end. */
  | { readonly code: 'merge-under-way'; readonly index: number; readonly modelId: string; readonly fromModelId: string }
  /** A correction that names another model to be merged into. */
  | { readonly code: 'merge-not-correctable'; readonly index: number; readonly intoModelId: string }
  /** Only the tracker derives this kind of fact; it follows from what is reported, and is corrected with it. */
  | { readonly code: 'derived-fact'; readonly index: number; readonly type: FactType };

/** What a decider answers. It never throws for a rule of the domain. */
export type Decision =
  | {
      readonly outcome: 'accepted';
      readonly facts: readonly FactToRecord[];
      /** To be recorded before `facts`: they count for nothing until those are there too. */
      readonly elsewhere?: readonly FactElsewhere[];
    }
  | { readonly outcome: 'refused'; readonly refusal: Refusal };
