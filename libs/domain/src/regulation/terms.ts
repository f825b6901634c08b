import type { Terms } from './rule.js';

/** The entry in words; what is left out, there is none of. */
export function inWords(terms: Pick<Terms, 'who' | 'trigger' | 'appliesWhen' | 'due'> & Partial<Terms>): Terms {
  return { exemptWhen: null, keepUpToDate: null, evidence: null, retention: null, details: [], ...terms };
}

/** Arts. 53(2) and 54(6). */
export const OPEN_SOURCE = 'released free and open source (Art. 53(2)) and without systemic risk';
