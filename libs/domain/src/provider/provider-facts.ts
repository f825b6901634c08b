import type { EvidenceRecorded, FactCorrected, FactRetracted } from '../history/fact-about-a-fact.js';
import type { LocalDate } from '../time/instant.js';

export type ProviderKind = 'legalPerson' | 'naturalPerson' | 'publicBody';
export type CodeChapter = 'transparency' | 'copyright' | 'safetySecurity';

export type ProviderRegistered = {
  readonly type: 'ProviderRegistered';
  readonly data: {
    readonly name: string;
    readonly kind: ProviderKind;
    /** ISO 3166-1 alpha-2. */
    readonly establishedIn: string;
    /** Worldwide turnover of the preceding financial year, in euro. */
    readonly annualTurnoverEur?: number;
  };
};

export type AuthorisedRepresentativeAppointed = {
  readonly type: 'AuthorisedRepresentativeAppointed';
  readonly data: { readonly name: string; readonly establishedIn: string; readonly mandateAcceptedOn: LocalDate };
};

export type AuthorisedRepresentativeTerminated = {
  readonly type: 'AuthorisedRepresentativeTerminated';
  readonly data: { readonly reason?: string };
};

export type CodeOfPracticeSigned = {
  readonly type: 'CodeOfPracticeSigned';
  readonly data: { readonly chapters: readonly CodeChapter[] };
};

export type CodeOfPracticeLeft = {
  readonly type: 'CodeOfPracticeLeft';
  readonly data: { readonly chapters: readonly CodeChapter[] };
};

/** What is recorded on the stream `provider-<id>`. */
export type ProviderFact =
  | ProviderRegistered
  | AuthorisedRepresentativeAppointed
  | AuthorisedRepresentativeTerminated
  | CodeOfPracticeSigned
  | CodeOfPracticeLeft
  | EvidenceRecorded
  | FactRetracted
  | FactCorrected;
