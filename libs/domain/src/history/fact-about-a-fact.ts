import type { Instant, LocalDate } from '../time/instant.js';

/** A document or act that fulfils an obligation. Recorded on a model, or on its provider when it serves all its models. */
export type EvidenceRecorded = {
  readonly type: 'EvidenceRecorded';
  readonly data: {
    /** With `:` and the incident or request behind it where the obligation arises once for each. */
    readonly obligationId: string;
    readonly title: string;
    readonly uri: string;
    readonly sha256?: string;
    readonly version?: string;
    /** Last day on which the evidence still counts. */
    readonly validUntil?: LocalDate;
  };
};

/** The named fact was wrong and is to be read as if it had not been recorded. */
export type FactRetracted = {
  readonly type: 'FactRetracted';
  readonly data: { readonly eventId: string; readonly reason: string };
};

/** The named fact is to be read with this `data` and this `occurredAt` instead of its own; what is absent stays. */
export type FactCorrected = {
  readonly type: 'FactCorrected';
  readonly data: {
    readonly eventId: string;
    /** The whole corrected `data`, in the form of the fact that it corrects. */
    readonly data?: Readonly<Record<string, unknown>>;
    readonly occurredAt?: Instant;
    readonly reason: string;
  };
};
