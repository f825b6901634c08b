import type { Flop } from '../flop/flop.js';
import type { Harm } from '../model/model-facts.js';
import type { CodeChapter } from '../provider/provider-facts.js';
import type { Law } from '../regulation/law.js';
import type { Instant, LocalDate } from '../time/instant.js';
import type { Change, Deadline, Flag, Interval, Reason } from './assessment.js';
import type { EvidenceOf, Fulfilment } from './evidence.js';
import type { Horizon } from './horizon.js';

/** Something that holds from one instant until another; `null`: it still does. */
export type Span = Interval;

/** An answer that may be missing: `null` means that nobody has stated the fact that decides it. */
export type Answer = {
  readonly value: boolean | null;
  readonly because: Reason;
  /** What would turn it over or, where it is missing, settle it. */
  readonly wouldChange: readonly Change[];
};

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
  /** Whether a person decided it. */
  readonly isSettled: boolean;
  /** Cumulative compute of the original; `null`: neither known nor estimable, or not stated. */
  readonly originalFlop: Flop | null;
  /** What the modification is measured against, a fallback included; `null`: not stated. */
  readonly yardstickFlop: Flop | null;
  readonly originalProvider: string | null;
  readonly originalGpai: boolean;
  readonly originalSystemicRisk: boolean;
  readonly because: Reason;
};

/** A model of the same provider that this one continues: in law it is one model with it. */
export type Continuation = {
  readonly provider: string;
  readonly since: Instant;
  readonly originalFlop: Flop | null;
  /** What was added to it. */
  readonly flop: Flop;
  readonly events: readonly string[];
  readonly placedAt: Instant | null;
};

export type OpenSource = {
  readonly state: 'none' | 'qualifies' | 'fails' | 'unknown';
  readonly because: Reason;
  /** The conditions that fail or, where the state is unknown, that nobody has stated. */
  readonly conditions: readonly string[];
  /** When an earlier qualifying release last ceased to qualify, while the present state is another one. */
  readonly lost: { readonly at: Instant; readonly because: Reason } | null;
  /** When the release qualified. Systemic risk, which voids the exemption, is not looked at here. */
  readonly intervals: readonly Interval[];
};

export type SystemicRisk = {
  readonly spans: readonly Span[];
  /** The span that holds now. */
  readonly current: Span | null;
  /** True: there is no figure, plan or decision from which it could be told. */
  readonly undecidable: boolean;
};

/** Why the Commission has to be told: since when, and until when the reason held. */
export type NotificationTrigger = Span & {
  readonly byForecastOnly: boolean;
  /** When an earlier reason ceased to hold; `null`: there was none. */
  readonly previousEndedAt: Instant | null;
};

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

export type Representative = { readonly name: string; readonly event: string };

/** The mandates of authorised representatives: the one in force, and since when there was one without a gap. */
export type Mandates = {
  readonly inForce: Representative | null;
  readonly unbrokenSince: Fulfilment | null;
  /** When the last time without a mandate began, after there had been one. */
  readonly lastGap: Fulfilment | null;
  /** Appointed, but neither located nor established in the Union. */
  readonly outsideTheUnion: { readonly name: string; readonly event: string } | null;
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
  /** The event of a total that states less compute than is on record; null: there is none. */
  readonly lowerTotal: string | null;
  /** Compute that directly updates parameters, planned included: what the indicative criterion looks at. */
  readonly criterionFlop: Flop | null;
  readonly forecast: { readonly flop: Flop; readonly event: string } | null;
  readonly placing: Placing | null;
  /** The day on which it is planned, while it has not happened. */
  readonly plannedPlacing: {
    readonly on: LocalDate;
    readonly at: Instant;
    /** When it was planned. */
    readonly since: Instant;
    readonly event: string;
  } | null;
  readonly notPlacedBecause: Reason;
  /** When the first fact about the model occurred; `null`: nothing has. */
  readonly firstHeardOfAt: Instant | null;
  /** Where its record was given up for another one: in law they are one model. */
  readonly mergedInto: { readonly modelId: string; readonly event: string } | null;
  /** The first growth of the compute after an instant: further training. */
  readonly trainedFurtherAfter: (instant: Instant) => Fulfilment | null;
  readonly withdrawal: { readonly at: Instant; readonly event: string } | null;
  readonly internalUseException: boolean;
  readonly registeredProvider: string | null;
  readonly provider: ProviderOfRecord;
  readonly mandates: Mandates;
  readonly annualTurnoverEur: { readonly amount: number; readonly event: string } | null;
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
  /** Since when a modification that makes nobody a provider is over the threshold together with its original. */
  readonly undecidedRiskSince: Instant | null;
  /** Since when the provider of record is the provider, where that was somebody else before. */
  readonly providerSince: Instant | null;
  readonly signedSince: ReadonlyMap<CodeChapter, { readonly at: Instant; readonly event: string }>;
  readonly incidents: readonly Incident[];
  readonly requests: readonly Request[];
  readonly downstreamRequests: readonly Request[];
  /** By obligation; for one of several matters by `<obligation>:<matter>`. */
  readonly evidence: EvidenceOf;
  /** How persons settled flags. */
  readonly decisions: ReadonlyMap<string, { readonly decision: string; readonly at: Instant; readonly event: string }>;
  /** Of events that occurred at an instant, the one that was recorded first. */
  readonly firstRecorded: (
    events: ReadonlySet<string>,
    occurredAt: Instant,
  ) => { readonly id: string; readonly recordedAt: Instant } | undefined;
  readonly intervals: { readonly gpai: readonly Interval[]; readonly expectedSystemicRisk: readonly Interval[] };
  readonly flags: readonly Flag[];
};
