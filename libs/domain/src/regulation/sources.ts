import { readLocalDate } from '../time/instant.js';
import type { ObligationRule } from './rule.js';

type Source = Pick<ObligationRule, 'sourceStatus' | 'source' | 'publishedOn' | 'effectiveFrom'>;

const officialJournal = readLocalDate('2024-07-12');

/** Chapter V: applies from 2 August 2025. */
export function chapterV(provision: string): Source {
  return {
    sourceStatus: 'text',
    source: `Regulation (EU) 2024/1689, ${provision}`,
    publishedOn: officialJournal,
    effectiveFrom: readLocalDate('2025-08-02'),
  };
}

/** Chapter IX Section 5 and Art. 101: apply from 2 August 2026. */
export function enforcement(provision: string): Source {
  return { ...chapterV(provision), effectiveFrom: readLocalDate('2026-08-02') };
}

/** Binds signatories only; its text was published on 10 July 2025 and binds no earlier than the duties it details. */
export function codeOfPractice(measure: string): Source {
  return {
    sourceStatus: 'code',
    source: `GPAI Code of Practice, ${measure}`,
    publishedOn: readLocalDate('2025-07-10'),
    effectiveFrom: readLocalDate('2025-08-02'),
  };
}

/** Binds nobody by itself, but the Commission enforces by it. */
export function guidelines(section: string): Source {
  return {
    sourceStatus: 'guidelines',
    source: `Guidelines C(2025) 5045 final, ${section}`,
    publishedOn: readLocalDate('2025-07-18'),
    effectiveFrom: readLocalDate('2025-08-02'),
  };
}
