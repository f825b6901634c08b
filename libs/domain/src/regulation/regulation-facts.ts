import type { FactCorrected, FactRetracted } from '../history/fact-about-a-fact.js';
import type { LocalDate } from '../time/instant.js';

/** A dated parameter of the law got a new value (a delegated act, say), without a release of the tracker. */
export type ParameterAmended = {
  readonly type: 'ParameterAmended';
  readonly data: {
    readonly parameter: string;
    /** In the parameter's own form; FLOP as a decimal string. */
    readonly value: string;
    readonly effectiveFrom: LocalDate;
    readonly publishedOn?: LocalDate;
    readonly source: string;
  };
};

/** What is recorded on the stream `regulation`. */
export type RegulationFact = ParameterAmended | FactRetracted | FactCorrected;
