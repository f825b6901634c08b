import type { RecordedFact } from '../history/recorded-fact.js';
import type { CommercialActivityReview } from './placing.js';

/** The review flags whose decision has a legal effect, and the decisions that have it. */
export const decisiveReviews = {
  'gpai-classification': ['gpai', 'notGpai'],
  'commercial-activity-assessment': ['commercial', 'notCommercial'],
} as const;

/** How persons settled flags: the last decision on each. */
export type Reviews = {
  readonly decisions: ReadonlyMap<string, string>;
  readonly gpai: { readonly gpai: boolean; readonly event: string } | null;
  readonly commercialActivity: CommercialActivityReview | null;
};

export function reviewsOf(facts: readonly RecordedFact[]): Reviews {
  const decisions = new Map<string, string>();
  let gpai: Reviews['gpai'] = null;
  let commercialActivity: Reviews['commercialActivity'] = null;
  for (const fact of facts) {
    if (fact.type !== 'ReviewDecided') continue;
    const { flag, decision } = fact.data;
    decisions.set(flag, decision);
    if (flag === 'gpai-classification') {
      gpai = decision === 'gpai' || decision === 'notGpai' ? { gpai: decision === 'gpai', event: fact.id } : gpai;
    } else if (flag === 'commercial-activity-assessment') {
      commercialActivity = { commercial: decision === 'commercial', decision };
    }
  }
  return { decisions, gpai, commercialActivity };
}
