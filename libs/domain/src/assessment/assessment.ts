import type { Flop } from '../flop/flop.js';
import type { Instant, LocalDate } from '../time/instant.js';

/** The question: of which model, and on three clocks. */
export type AssessmentQuestion = {
  readonly modelId: string;
  /** Facts that had occurred by then. */
  readonly at: Instant;
  /** Events recorded by then. */
  readonly knownAt: Instant;
  /** Law and parameters published by then. */
  readonly lawAsOf: Instant;
};

export type ObligationStatus =
  'active' | 'upcoming' | 'transitional' | 'exempt' | 'notApplicable' | 'pendingReview' | 'discharged';
export type Timeliness = 'onTime' | 'dueSoon' | 'overdue' | 'met' | 'metLate' | 'notDue';
export type SourceStatus = 'text' | 'guidelines' | 'code' | 'interpretation';
/** What kind of row this is: only a duty of a provider is reminded of. */
export type EntryKind = 'duty' | 'right' | 'authorityAct';

/** A moment that ends a local day (or an hour): `lastMoment` is inclusive to the second, `expiredFrom` the bound. */
export type Deadline = {
  readonly localDate: LocalDate;
  readonly lastMoment: Instant;
  readonly expiredFrom: Instant;
};

export type Due =
  | { readonly kind: 'atPlacing'; readonly at: Instant }
  | { readonly kind: 'beforePlacing'; readonly at: Instant }
  | { readonly kind: 'from'; readonly at: Instant }
  | ({ readonly kind: 'fixedDate' } & Deadline)
  | ({
      readonly kind: 'period';
      readonly rule: string;
      /** The day that the bare count gives, before any working-day move. */
      readonly plainDate: LocalDate;
      /** How the date was counted, a sentence a step. */
      readonly derivation: readonly string[];
      /** The other possible date where a holiday of the count is not yet confirmed. */
      readonly ifUnconfirmedHolidaysAreWorkingDays?: LocalDate;
    } & Deadline)
  | { readonly kind: 'earliest'; readonly earliest: Instant; readonly localDate: LocalDate }
  | { readonly kind: 'retention'; readonly retainUntil: LocalDate }
  | { readonly kind: 'continuous' }
  | { readonly kind: 'onRequest' }
  | { readonly kind: 'withoutDelay' }
  | { readonly kind: 'withoutUndueDelay' };

/** One reason: a provision, the events it was applied to, and a sentence. */
export type Reason = { readonly provision: string; readonly events: readonly string[]; readonly says: string };

export type Obligation = {
  /** Unique within an assessment: the id, with the incident, request or instance where there are several. */
  readonly key: string;
  readonly id: string;
  readonly kind: EntryKind;
  readonly title: string;
  readonly provision: string;
  readonly status: ObligationStatus;
  readonly timeliness: Timeliness;
  /** `null` where no duty exists to be met. */
  readonly due: Due | null;
  /** Provider id; `null` while no provider is known. */
  readonly actor: string | null;
  readonly scope: 'modificationOnly' | null;
  readonly incident: string | null;
  readonly tier: string | null;
  /** A date that is worth keeping though it does not bind. */
  readonly advisory: Due | null;
  /** The Code's date, for orientation of those who did not sign. */
  readonly benchmark: Due | null;
  readonly flags: readonly string[];
  readonly because: readonly Reason[];
  readonly sourceStatus: SourceStatus;
  readonly fulfilledAt: Instant | null;
};

export type Classification = {
  readonly gpai: boolean | null;
  readonly systemicRisk: boolean;
  readonly expectedSystemicRisk: boolean;
  readonly legacy: boolean;
  readonly openSourceExemption: boolean;
  readonly internalUseException: boolean;
  readonly providerOfRecord: string | null;
  readonly placedOnMarketAt: Instant | null;
  readonly withdrawnAt: Instant | null;
  readonly systemicRiskFrom: Instant | null;
  readonly systemicRiskUntil: Instant | null;
  /** `null`: no figure is known. */
  readonly cumulativeTrainingFlop: Flop | null;
};

/** Something that a person has to look at or decide. */
export type Flag = { readonly id: string; readonly says: string; readonly decision?: string };

export type Assessment = {
  readonly model: string;
  readonly name: string | null;
  readonly at: Instant;
  readonly knownAt: Instant;
  readonly lawAsOf: Instant;
  /** Place in the log of the last event that was looked at. */
  readonly position: bigint;
  /** The next instant at which the answer changes by the passing of time alone; `null`: never. */
  readonly holdsUntil: Instant | null;
  readonly classification: Classification;
  readonly obligations: readonly Obligation[];
  readonly flags: readonly Flag[];
  readonly fineExposureFrom: LocalDate | null;
};
