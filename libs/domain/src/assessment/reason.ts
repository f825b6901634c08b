import type { FactType } from '../history/recorded-fact.js';
import type { Change, Reason } from './assessment.js';

export function reason(provision: string, says: string, ...events: readonly string[]): Reason {
  return { provision, events, says };
}

/** A fact that would make the answer another one. */
export function change(fact: FactType, says: string): Change {
  return { fact, says };
}
