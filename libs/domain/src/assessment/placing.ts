import type { RecordedFact } from '../history/recorded-fact.js';
import { startOfLocalDay } from '../time/brussels-day.js';
import type { Instant } from '../time/instant.js';
import type { Flag, Reason } from './assessment.js';
import { reason } from './reason.js';
import type { Placing, Situation, Span } from './situation.js';
import { holdsAt } from './spans.js';

export type PlacingFindings = {
  readonly placing: Placing | null;
  readonly planned: Situation['plannedPlacing'];
  readonly notPlacedBecause: Reason;
  readonly withdrawal: { readonly at: Instant; readonly event: string } | null;
  readonly internalUseException: boolean;
  /** The upstream excluded the Union market, and a downstream actor brought the model there. */
  readonly downstreamProvider: { readonly id: string; readonly since: Instant } | null;
  readonly flags: readonly Flag[];
};

/** How a person settled whether a publication was a commercial activity. */
export type CommercialActivityReview = { readonly commercial: boolean; readonly decision: string };

type Known = {
  /** Whoever is registered as the model's provider. */
  readonly providerId: string | null;
  /** When the model carries systemic risk: it then has no internal-use exception. */
  readonly systemicRisk: readonly Span[];
  readonly review: CommercialActivityReview | null;
};

type FactOf<Type extends RecordedFact['type']> = Extract<RecordedFact, { type: Type }>;

const PLACING = 'Art. 3(9), Guidelines s. 3.1.2';

/** Finds the first making available on the Union market: once per model, by whatever channel. */
export function findPlacing(facts: readonly RecordedFact[], known: Known): PlacingFindings {
  const search = new PlacingSearch(known);
  for (const fact of facts) search.read(fact);
  return search.findings();
}

class PlacingSearch {
  readonly #known: Known;
  #placing: Placing | null = null;
  #planned: PlacingFindings['planned'] = null;
  #withdrawal: PlacingFindings['withdrawal'] = null;
  /** An internal use that is excepted until one of the three conditions fails. */
  #internalUse: { readonly at: Instant; readonly event: string } | null = null;
  /** By whom it was supplied to outside the Union: whether the Union market was excluded. */
  readonly #supplies = new Map<string, boolean>();
  #downstreamProvider: PlacingFindings['downstreamProvider'] = null;
  #publishedWithoutCommerce = false;
  #notPlacedBecause = reason(PLACING, 'no making available on the Union market is recorded');

  constructor(known: Known) {
    this.#known = known;
  }

  read(fact: RecordedFact): void {
    this.#endExceptionBefore(fact.occurredAt);
    if (fact.type === 'PlacementPlanned') {
      const { plannedFor: on } = fact.data;
      this.#planned = { on, at: startOfLocalDay(on), since: fact.occurredAt, event: fact.id };
    } else if (fact.type === 'ModelPlacedOnMarket') {
      this.#readPlacing(fact);
    } else if (fact.type === 'SystemPlacedOnMarket') this.#readSystem(fact);
    else if (fact.type === 'ModelPublished') this.#readPublication(fact);
    else if (fact.type === 'ModelSuppliedOutsideUnion') {
      this.#supplies.set(fact.data.suppliedTo, fact.data.unionMarketExcluded);
      const says = 'supplied outside the Union only; a system with it that is placed in the Union would change that';
      this.#notPlacedBecause = reason('Guidelines s. 3.1.3', says, fact.id);
    } else if (fact.type === 'InternalUseDeclared') this.#readInternalUse(fact);
    else if (fact.type === 'ModelWithdrawn') this.#withdrawal = { at: fact.occurredAt, event: fact.id };
  }

  findings(): PlacingFindings {
    this.#endExceptionBefore(null);
    return {
      placing: this.#placing,
      planned: this.#placing === null ? this.#planned : null,
      notPlacedBecause: this.#notPlacedBecause,
      withdrawal: this.#withdrawal,
      internalUseException: this.#placing === null && this.#internalUse !== null,
      downstreamProvider: this.#downstreamProvider,
      flags: this.#placing === null && this.#publishedWithoutCommerce ? [this.#commercialActivityFlag()] : [],
    };
  }

  /** Supplying a withdrawn model again ends the withdrawal; the first placing stays the placing. */
  #place(fact: RecordedFact, by: string | null, how: string): void {
    this.#placing ??= { at: fact.occurredAt, by, event: fact.id, how };
    this.#withdrawal = null;
  }

  #readPlacing(fact: FactOf<'ModelPlacedOnMarket'>): void {
    const { placedBy, channel } = fact.data;
    // Whoever was supplied and only passes it on makes the upstream's model available (Guidelines s. 3.1.3).
    const isPassedOn = placedBy !== this.#known.providerId && this.#supplies.get(placedBy) === false;
    this.#place(fact, isPassedOn ? this.#known.providerId : placedBy, `made available by ${channel}`);
  }

  /**
   * Guidelines s. 3.1.3: the upstream is the provider unless it excluded the Union market; then it is whoever brings the
   * model there in a system.
   */
  #readSystem(fact: FactOf<'SystemPlacedOnMarket'>): void {
    const { providerId } = this.#known;
    const { placedBy } = fact.data;
    if (this.#placing === null && placedBy !== providerId && this.#isUnionExcludedFor(placedBy)) {
      this.#downstreamProvider = { id: placedBy, since: fact.occurredAt };
    }
    const by = this.#downstreamProvider?.id ?? providerId;
    this.#place(fact, by, 'integrated in a system that was placed on the Union market');
  }

  /** As it was told whoever was supplied; for others, where it was excluded for all. */
  #isUnionExcludedFor(actor: string): boolean {
    const told = this.#supplies.get(actor);
    const all = [...this.#supplies.values()];
    return told ?? (all.length > 0 && all.every((excluded) => excluded));
  }

  #readPublication(fact: FactOf<'ModelPublished'>): void {
    if (fact.data.commercialActivity || this.#known.review?.commercial === true) {
      this.#place(fact, this.#known.providerId, 'published in the course of a commercial activity');
      return;
    }
    this.#publishedWithoutCommerce = true;
    const says = 'published without a commercial activity, which is no making available on the market';
    this.#notPlacedBecause = reason('Art. 3(10)', says, fact.id);
  }

  #readInternalUse(fact: FactOf<'InternalUseDeclared'>): void {
    const { essentialForThirdPartyService, affectsNaturalPersonsRights } = fact.data;
    const excepted = !essentialForThirdPartyService && !affectsNaturalPersonsRights;
    const withRisk = this.#known.systemicRisk.some((span) => holdsAt(span, fact.occurredAt));
    this.#internalUse = excepted && !withRisk ? { at: fact.occurredAt, event: fact.id } : null;
    if (!excepted) {
      const failing = essentialForThirdPartyService
        ? 'internal use that is essential for a product or service to third parties'
        : 'internal use that affects rights of natural persons';
      this.#place(fact, this.#known.providerId, failing);
      return;
    }
    const says = withRisk
      ? 'used internally only; a model with systemic risk has no internal-use exception, but it is not made available'
      : 'internal use that is not essential for third parties and affects no rights of natural persons';
    this.#notPlacedBecause = reason(PLACING, says, fact.id);
  }

  /** The exception ends the moment the model comes to carry systemic risk; that moment is the placing. */
  #endExceptionBefore(instant: Instant | null): void {
    const use = this.#internalUse;
    if (this.#placing !== null || use === null) return;
    const risk = this.#known.systemicRisk.find(({ from }) => from > use.at && (instant === null || from <= instant));
    if (risk === undefined) return;
    const how = 'used internally, which is no longer excepted since the model carries systemic risk';
    this.#placing = { at: risk.from, by: this.#known.providerId, event: use.event, how };
  }

  #commercialActivityFlag(): Flag {
    const { review } = this.#known;
    const says =
      'Whether the publication was a commercial activity decides if the model was placed on the market; document why it was none.';
    return { id: 'commercial-activity-assessment', says, ...(review !== null && { decision: review.decision }) };
  }
}
