import type { RecordedFact } from '../history/recorded-fact.js';
import type { Instant } from '../time/instant.js';
import type { ModifierReview } from './modification.js';
import type { CommercialActivityReview } from './placing.js';

/** The review flags whose decision has a legal effect, and the decisions that have it. */
const decisiveReviews: Readonly<Record<string, readonly string[]>> = {
  'gpai-classification': ['gpai', 'notGpai'],
  'commercial-activity-assessment': ['commercial', 'notCommercial'],
  'modified-below-third-crosses-threshold': ['modifierIsProvider', 'modifierIsNoProvider'],
  'modification-creates-gpai-model': ['modifierIsProvider', 'modifierIsNoProvider'],
  'most-capable-model-assumed': ['mostCapable', 'notMostCapable'],
  'safe-reference-model': ['safe', 'lost'],
};

/** What can be decided about a flag with legal effect; none: a decision only records that somebody has looked. */
export function decisionsOf(flag: string): readonly string[] {
  return Object.hasOwn(decisiveReviews, flag) ? (decisiveReviews[flag] ?? []) : [];
}

/** How persons settled flags: the last decision on each. */
export type Reviews = {
  readonly decisions: ReadonlyMap<string, { readonly decision: string; readonly at: Instant; readonly event: string }>;
  readonly gpai: { readonly gpai: boolean; readonly event: string } | null;
  readonly commercialActivity: CommercialActivityReview | null;
  readonly modifier: ModifierReview | null;
};

export function reviewsOf(facts: readonly RecordedFact[]): Reviews {
  const decisions = new Map<string, { decision: string; at: Instant; event: string }>();
  let gpai: Reviews['gpai'] = null;
  let commercialActivity: Reviews['commercialActivity'] = null;
  let modifier: Reviews['modifier'] = null;
  for (const fact of facts) {
    if (fact.type !== 'ReviewDecided') continue;
    const { flag, decision } = fact.data;
    decisions.set(flag, { decision, at: fact.occurredAt, event: fact.id });
    if (flag === 'gpai-classification') {
      gpai = decision === 'gpai' || decision === 'notGpai' ? { gpai: decision === 'gpai', event: fact.id } : gpai;
    } else if (flag === 'commercial-activity-assessment') {
      commercialActivity = { commercial: decision === 'commercial', decision };
    } else if (decision === 'modifierIsProvider' || decision === 'modifierIsNoProvider') {
      modifier = { isProvider: decision === 'modifierIsProvider', event: fact.id };
    }
  }
  return { decisions, gpai, commercialActivity, modifier };
}
