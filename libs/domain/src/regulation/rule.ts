import type { ActingRole, Change, Due, EntryKind, Obligation, Reason, SourceStatus } from '../assessment/assessment.js';
import type { Fulfilment } from '../assessment/evidence.js';
import type { Incident, Request, Situation } from '../assessment/situation.js';
import type { Instant, LocalDate } from '../time/instant.js';

/** Whether an obligation arises from the situation. */
export type Trigger =
  | { readonly answer: 'met'; readonly since: Instant; readonly because: readonly Reason[] }
  /** It will arise: what brings it about is planned. */
  | { readonly answer: 'expected'; readonly because: readonly Reason[] }
  /** A fact is missing: `wouldChange` names those that settle it. */
  | { readonly answer: 'unclear'; readonly because: readonly Reason[]; readonly wouldChange: readonly Change[] }
  /** It had arisen, and what brought it about no longer holds. */
  | {
      readonly answer: 'lapsed';
      readonly until: Instant;
      readonly because: readonly Reason[];
      readonly wouldChange: readonly Change[];
    }
  | { readonly answer: 'no'; readonly because: readonly Reason[]; readonly wouldChange: readonly Change[] };

export type Exemption = {
  readonly holds: true | 'unclear';
  readonly because: Reason;
  readonly wouldChange: readonly Change[];
};

/** What an obligation is about where it can arise several times in one model. */
export type Matter = { readonly key: string | null; readonly incident?: Incident; readonly request?: Request };

export type Annotations = Partial<Pick<Obligation, 'tier' | 'advisory' | 'benchmark' | 'flags' | 'scope'>>;

/** The entry in words, for people who check it and for other tools. `null`: there is none. */
export type Terms = {
  readonly who: string;
  readonly trigger: string;
  readonly appliesWhen: string;
  readonly exemptWhen: string | null;
  readonly due: string;
  readonly keepUpToDate: string | null;
  /** What discharges it, or shows that it is met. */
  readonly evidence: string | null;
  readonly retention: string | null;
  /** Ids of the duties of the Act that a measure of the Code details. */
  readonly details: readonly string[];
};

/** One entry of the rulebook. Amending the law adds an entry or a dated value; entries are not edited. */
export type ObligationRule = {
  readonly id: string;
  readonly title: string;
  readonly provision: string;
  readonly kind: EntryKind;
  /** Absent: the provider of the model. */
  readonly actor?: ActingRole;
  readonly terms: Terms;
  readonly sourceStatus: SourceStatus;
  /** Where a lawyer can check it. */
  readonly source: string;
  readonly publishedOn: LocalDate;
  readonly effectiveFrom: LocalDate;
  /** Whether Art. 111(3) moves its date for models placed before Chapter V applied. */
  readonly transition: boolean;
  /**
   * How it is met: once and for all; by a state that is kept up; again and again, each time setting the next date; or by
   * conduct that has no record here, so that it is never overdue.
   */
  readonly met: 'once' | 'standing' | 'recurring' | 'conduct';
  /** Follows from systemic risk: where the law leaves open whether a modifier has to answer for it, so is this. */
  readonly followsSystemicRisk?: true;
  /** Absent: there is exactly one matter, the model itself. */
  readonly matters?: (situation: Situation) => readonly Matter[];
  readonly trigger: (situation: Situation, matter: Matter) => Trigger;
  readonly exemption?: (situation: Situation) => Exemption | null;
  readonly due: (situation: Situation, matter: Matter, trigger: Trigger) => Due | null;
  /** Facts that fulfil it, beside evidence. */
  readonly fulfilled?: (situation: Situation, matter: Matter) => Fulfilment | null;
  /** Evidence from before then was about something else: access to an earlier version is no access to the latest. */
  readonly evidenceSince?: (situation: Situation) => Instant | null;
  readonly annotations?: (situation: Situation, matter: Matter, trigger: Trigger) => Annotations;
};
