import type { Flop } from '../flop/flop.js';
import type { FactType } from '../history/recorded-fact.js';
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

/** A fact that, recorded, would change an answer: it settles what is open, or brings about what does not bind. */
export type Change = { readonly fact: FactType; readonly says: string };

/** From one instant until another one; `until` null: still. */
export type Interval = {
  readonly from: Instant;
  readonly until: Instant | null;
  readonly because: readonly Reason[];
};

/** Who has to act where it is not the provider of the model. */
export type ActingRole =
  'authorisedRepresentative' | 'downstreamProvider' | 'aiOffice' | 'scientificPanel' | 'authorities';

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
  /** Id of the provider of record, or the role of somebody else who has to act; `null` while no provider is known. */
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
  /**
   * The facts that would change the status: those that settle it where it is open, and those that would make it bind
   * where it is exempt or not applicable ("why not").
   */
  readonly wouldChange: readonly Change[];
  readonly sourceStatus: SourceStatus;
  /** When it was met; for what recurs, when it was met last. */
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

/** What each part of the classification rests on. */
export type ClassificationReasons = {
  readonly [
    Part in
      | 'gpai'
      | 'systemicRisk'
      | 'expectedSystemicRisk'
      | 'legacy'
      | 'openSourceExemption'
      | 'placedOnMarketAt'
      | 'providerOfRecord'
  ]: readonly Reason[];
};

/** When each part of the classification held, up to the instant that was asked for. */
export type ClassificationIntervals = {
  readonly [Part in 'gpai' | 'systemicRisk' | 'expectedSystemicRisk' | 'openSourceExemption']: readonly Interval[];
};

/** The smallest change that would turn one part of the classification over. */
export type Flip = {
  readonly part: 'gpai' | 'systemicRisk' | 'expectedSystemicRisk' | 'modifierIsProvider' | 'openSourceExemption';
  /** What it would turn to. */
  readonly to: boolean;
  readonly says: string;
  /** The compute that is missing, where compute decides. */
  readonly flopMissing: Flop | null;
  /** The compute that a plan would have to be cut by. */
  readonly flopTooMuch: Flop | null;
  /** The conditions that fail, where conditions decide. */
  readonly conditions: readonly string[];
};

/**
 * What came to be known late: a window had opened, or even closed, before its cause was recorded. It is said beside the
 * answer and changes nothing in it; what was shown before stays true to what was known then.
 */
export type Finding = {
  readonly id: 'window-opened-before-it-was-known' | 'window-closed-before-it-was-known';
  /** The key of the obligation. */
  readonly obligation: string;
  readonly provision: string;
  readonly openedAt: Instant;
  /** When the window closed, or will close. */
  readonly closesAt: Instant;
  readonly recordedAt: Instant;
  /** Between the opening (or, where it closed unknown, the closing) and the recording. */
  readonly gapDays: number;
  readonly events: readonly string[];
  readonly says: string;
};

/** Something that a person has to look at or decide. */
export type Flag = {
  readonly id: string;
  readonly says: string;
  /** The decisions that a `ReviewDecided` on this flag can take with legal effect. */
  readonly options?: readonly string[];
  /** How it was decided last. */
  readonly decision?: string;
};

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
  /** Whom the model is registered under, and where its provider of record is established (ISO 3166-1 alpha-2). */
  readonly provider: {
    readonly registered: string | null;
    readonly ofRecord: string | null;
    readonly establishedIn: string | null;
  };
  readonly classification: Classification;
  readonly because: ClassificationReasons;
  readonly intervals: ClassificationIntervals;
  readonly wouldFlip: readonly Flip[];
  readonly obligations: readonly Obligation[];
  readonly flags: readonly Flag[];
  readonly findings: readonly Finding[];
  readonly fineExposureFrom: LocalDate | null;
  /** The highest fine under Art. 101(1) for the provider of record; `null`: its turnover is not recorded. */
  readonly fineCeilingEur: number | null;
};
