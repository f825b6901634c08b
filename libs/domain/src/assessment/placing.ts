import type { RecordedFact } from '../history/recorded-fact.js';
import type { Instant, LocalDate } from '../time/instant.js';
import { startOfLocalDay } from '../time/brussels-day.js';
import type { Flag, Reason } from './assessment.js';
import { reason } from './reason.js';
import type { Placing, Span } from './situation.js';

export type PlacingFindings = {
  readonly placing: Placing | null;
  readonly planned: { readonly on: LocalDate; readonly at: Instant; readonly event: string } | null;
  readonly notPlacedBecause: Reason;
  readonly withdrawal: { readonly at: Instant; readonly event: string } | null;
  readonly internalUseException: boolean;
  /** The upstream excluded the Union market, and a downstream actor brought the model there. */
  readonly downstreamProvider: string | null;
  readonly flags: readonly Flag[];
};

const PLACING = 'Art. 3(9), Guidelines s. 3.1.2';
const UPSTREAM = 'Guidelines s. 3.1.3';

/** How a person settled whether a publication was a commercial activity. */
export type CommercialActivityReview = { readonly commercial: boolean; readonly decision: string };

/**
 * Finds the first making available on the Union market: once per model, by whatever channel.
 *
 * @param providerId whoever is registered as the model's provider
 * @param systemicRisk when the model carries systemic risk: it then has no internal-use exception
 */
export function findPlacing(
  facts: readonly RecordedFact[],
  providerId: string | null,
  systemicRisk: readonly Span[],
  review: CommercialActivityReview | null,
): PlacingFindings {
  let placing: Placing | null = null;
  let planned: PlacingFindings['planned'] = null;
  let withdrawal: PlacingFindings['withdrawal'] = null;
  let internalUse: { readonly at: Instant; readonly event: string } | null = null;
  let unionExcluded = false;
  let downstreamProvider: string | null = null;
  let unclearPublication: string | null = null;
  let notPlacedBecause = reason(PLACING, 'no making available on the Union market is recorded');
  const place = (fact: RecordedFact, by: string | null, how: string) => {
    placing ??= { at: fact.occurredAt, by, event: fact.id, how };
  };

  for (const fact of facts) {
    if (placing === null && internalUse !== null) {
      const ends = endOfException(internalUse, systemicRisk, fact.occurredAt);
      if (ends !== null)
        placing = {
          at: ends,
          by: providerId,
          event: internalUse.event,
          how: 'internal use of a model that came to carry systemic risk',
        };
    }
    switch (fact.type) {
      case 'PlacementPlanned':
        planned = { on: fact.data.plannedFor, at: startOfLocalDay(fact.data.plannedFor), event: fact.id };
        break;
      case 'ModelPlacedOnMarket':
        place(fact, fact.data.placedBy, `made available by ${fact.data.channel}`);
        withdrawal = null;
        break;
      case 'SystemPlacedOnMarket':
        if (placing === null && unionExcluded && fact.data.placedBy !== providerId)
          downstreamProvider = fact.data.placedBy;
        place(fact, downstreamProvider ?? providerId, 'integrated in a system that was placed on the Union market');
        withdrawal = null;
        break;
      case 'ModelPublished':
        if (fact.data.commercialActivity || review?.commercial === true)
          place(fact, providerId, 'published in the course of a commercial activity');
        else {
          unclearPublication = fact.id;
          notPlacedBecause = reason(
            'Art. 3(10)',
            'published without a commercial activity, which is no making available',
            fact.id,
          );
        }
        break;
      case 'ModelSuppliedOutsideUnion':
        unionExcluded = fact.data.unionMarketExcluded;
        notPlacedBecause = reason(
          UPSTREAM,
          'supplied outside the Union only; integration in a system placed in the Union would change that',
          fact.id,
        );
        break;
      case 'InternalUseDeclared':
        if (fact.data.essentialForThirdPartyService || fact.data.affectsNaturalPersonsRights) {
          place(
            fact,
            providerId,
            'internal use that is essential for a service to third parties or affects rights of natural persons',
          );
          internalUse = null;
        } else if (systemicRisk.some((span) => holdsAt(span, fact.occurredAt))) {
          internalUse = null;
          notPlacedBecause = reason(
            PLACING,
            'used internally only; with systemic risk the internal-use exception is not open',
            fact.id,
          );
        } else {
          internalUse = { at: fact.occurredAt, event: fact.id };
          notPlacedBecause = reason(
            PLACING,
            'internal use that is not essential for third parties and affects no rights of natural persons',
            fact.id,
          );
        }
        break;
      case 'ModelWithdrawn':
        withdrawal = { at: fact.occurredAt, event: fact.id };
        break;
      default:
    }
  }
  if (placing === null && internalUse !== null) {
    const ends = endOfException(internalUse, systemicRisk, null);
    if (ends !== null)
      placing = {
        at: ends,
        by: providerId,
        event: internalUse.event,
        how: 'internal use of a model that came to carry systemic risk',
      };
  }
  const flags: Flag[] = [];
  if (unclearPublication !== null && placing === null) {
    flags.push({
      id: 'commercial-activity-assessment',
      says: 'Whether the publication was a commercial activity decides if the model was placed on the market; document why it was none.',
      ...(review && { decision: review.decision }),
    });
  }
  return {
    placing,
    planned: placing === null ? planned : null,
    notPlacedBecause,
    withdrawal,
    internalUseException: placing === null && internalUse !== null,
    downstreamProvider,
    flags,
  };
}

/** When an internal use that was excepted came under systemic risk, if that was before `before`. */
function endOfException(
  internalUse: { readonly at: Instant },
  systemicRisk: readonly Span[],
  before: Instant | null,
): Instant | null {
  const span = systemicRisk.find(({ from }) => from > internalUse.at && (before === null || from <= before));
  return span?.from ?? null;
}

export function holdsAt(span: Span, at: Instant): boolean {
  return span.from <= at && (span.until === null || span.until > at);
}
