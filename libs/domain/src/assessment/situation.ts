import type { Flop } from '../flop/flop.js';
import type { Harm } from '../model/model-facts.js';
import type { CodeChapter } from '../provider/provider-facts.js';
import type { Law } from '../regulation/law.js';
import type { Instant, LocalDate } from '../time/instant.js';
import type { Deadline, Flag, Reason } from './assessment.js';
import type { Horizon } from './horizon.js';

/** Something that holds from one instant until another; `null`: it still does. */
export type Span = { readonly from: Instant; readonly until: Instant | null; readonly because: readonly Reason[] };

/** An answer that may be missing: `null` means that nobody has stated the fact that decides it. */
export type Answer = { readonly value: boolean | null; readonly because: Reason };

export type Placing = {
  readonly at: Instant;
  readonly by: string | null;
  readonly event: string;
  readonly how: string;
};

export type ProviderOfRecord = {
  readonly id: string | null;
  readonly established: 'union' | 'outside' | 'unknown';
  readonly country: string | null;
  readonly events: readonly string[];
};

export type Modification = {
  readonly since: Instant;
  readonly modifierId: string;
  readonly flop: Flop;
  readonly events: readonly string[];
  /** Whether the modifier becomes a provider; `null`: the original's compute was not stated. */
  readonly significant: boolean | null;
  readonly originalFlop: Flop | null;
  readonly originalProvider: string | null;
  readonly originalGpai: boolean;
  readonly originalSystemicRisk: boolean;
  readonly because: Reason;
};

export type OpenSource = {
  readonly state: 'none' | 'qualifies' | 'fails' | 'unknown';
  readonly because: Reason;
  /** When an earlier qualifying release last ceased to qualify, while the present state is another one. */
  readonly lost: { readonly at: Instant; readonly because: Reason } | null;
};

export type SystemicRisk = {
  readonly spans: readonly Span[];
  /** The span that holds now. */
  readonly current: Span | null;
  /** True: there is no figure, plan or decision from which it could be told. */
  readonly undecidable: boolean;
};

/** Why the Commission has to be told: since when, and until when the reason held. */
export type NotificationTrigger = Span & { readonly byForecastOnly: boolean };

export type Notification = { readonly at: Instant; readonly event: string; readonly withArguments: boolean };
export type Decision = { readonly informedAt: Instant; readonly event: string };

export type CommissionRecord = {
  readonly notifications: readonly Notification[];
  readonly rebuttals: readonly (Decision & { readonly accepted: boolean })[];
  readonly designations: readonly (Decision & { readonly basis: '52(1)' | '52(4)' })[];
  readonly reassessments: readonly (Decision & { readonly maintained: boolean })[];
  readonly changes: readonly { readonly knownAt: Instant; readonly event: string }[];
};

export type Incident = {
  readonly id: string;
  readonly observedAt: Instant;
  readonly observedBy: string;
  /** When each harm became known. */
  readonly harms: ReadonlyMap<Harm, Instant>;
  /** When the model's involvement was established; `null`: it is not. */
  readonly involvedSince: Instant | null;
  readonly reports: readonly {
    readonly report: 'initial' | 'intermediate' | 'final';
    readonly at: Instant;
    readonly event: string;
  }[];
  readonly resolved: { readonly at: Instant; readonly event: string } | null;
  readonly events: readonly string[];
};

export type Request = {
  readonly id: string;
  readonly from: string;
  readonly at: Instant;
  readonly event: string;
  readonly replyBy: LocalDate | null;
  readonly legalBasis: string | null;
  readonly answered: { readonly at: Instant; readonly event: string } | null;
};

export type Fulfilment = { readonly at: Instant; readonly event: string };

/** Evidence that counts now: since when it has without a gap, and its latest piece. */
export type Evidence = Fulfilment & { readonly latest: Fulfilment };

export type Representative = {
  readonly from: LocalDate;
  readonly since: Instant;
  readonly event: string;
  readonly name: string;
};

/** All that the rules ask about one model at one instant, prepared in one pass over its history. */
export type Situation = {
  readonly at: Instant;
  readonly law: Law;
  readonly horizon: Horizon;
  readonly modelId: string;
  readonly name: string | null;
  readonly registration: readonly string[];
  readonly gpai: Answer;
  readonly compute: { readonly flop: Flop | null; readonly events: readonly string[] };
  readonly forecast: { readonly flop: Flop; readonly event: string } | null;
  readonly placing: Placing | null;
  /** The day on which it is planned, while it has not happened. */
  readonly plannedPlacing: { readonly on: LocalDate; readonly at: Instant; readonly event: string } | null;
  readonly notPlacedBecause: Reason;
  readonly withdrawal: { readonly at: Instant; readonly event: string } | null;
  readonly internalUseException: boolean;
  readonly provider: ProviderOfRecord;
  readonly representative: Representative | null;
  readonly legacy: boolean;
  readonly chapterVFrom: Instant;
  /** Powers of the Commission and fines exist from here. */
  readonly enforcementFrom: Instant;
  readonly transitionEnd: Deadline;
  readonly systemicRisk: SystemicRisk;
  readonly expectedSystemicRisk: boolean;
  readonly notificationTrigger: NotificationTrigger | null;
  readonly commission: CommissionRecord;
  readonly openSource: OpenSource;
  readonly modification: Modification | null;
  readonly signedSince: ReadonlyMap<CodeChapter, { readonly at: Instant; readonly event: string }>;
  readonly incidents: readonly Incident[];
  readonly requests: readonly Request[];
  readonly downstreamRequests: readonly Request[];
  /** By obligation; for one of several matters by `<obligation>:<matter>`. */
  readonly evidence: ReadonlyMap<string, Evidence>;
  readonly flags: readonly Flag[];
};
