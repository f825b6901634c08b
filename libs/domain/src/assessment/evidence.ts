import type { RecordedFact } from '../history/recorded-fact.js';
import { endOfLocalDay } from '../time/brussels-day.js';
import type { Instant } from '../time/instant.js';
import type { Horizon } from './horizon.js';

export type Fulfilment = { readonly at: Instant; readonly event: string };

/** Evidence that counts now: since when it has without a gap, and its latest piece. */
export type Evidence = Fulfilment & { readonly latest: Fulfilment };

type Piece = { readonly at: Instant; readonly until: Instant | null; readonly event: string };

/** Pieces without a gap between them. */
type Chain = { readonly start: Piece; readonly latest: Piece; readonly until: Instant | null; readonly last: Piece };

/** The evidence for each obligation, in the order in which it was recorded, and since when it counts without a gap. */
export class EvidenceRecord {
  readonly #pieces = new Map<string, Piece[]>();
  readonly #chains = new Map<string, Chain>();

  add(fact: RecordedFact): void {
    if (fact.type !== 'EvidenceRecorded') return;
    const { obligationId, validUntil } = fact.data;
    const until = validUntil === undefined ? null : endOfLocalDay(validUntil);
    const piece = { at: fact.occurredAt, until, event: fact.id };
    const pieces = this.#pieces.get(obligationId);
    if (pieces === undefined) this.#pieces.set(obligationId, [piece]);
    else pieces.push(piece);
    this.#chains.set(obligationId, linked(this.#chains.get(obligationId), piece));
  }

  /** Undefined: there never was any. */
  chainOf(obligation: string): Chain | undefined {
    return this.#chains.get(obligation);
  }

  piecesOf(obligation: string): readonly Piece[] {
    return this.#pieces.get(obligation) ?? [];
  }
}

/** A piece that begins before the others have lapsed goes on where they end. */
function linked(chain: Chain | undefined, piece: Piece): Chain {
  if (chain === undefined || (chain.until !== null && chain.until < piece.at)) {
    return { start: piece, latest: piece, until: piece.until, last: piece };
  }
  const lastsLonger = chain.until !== null && (piece.until === null || piece.until > chain.until);
  return {
    start: chain.start,
    latest: piece,
    until: lastsLonger ? piece.until : chain.until,
    last: lastsLonger ? piece : chain.last,
  };
}

export type EvidenceQuestion = {
  readonly records: readonly EvidenceRecord[];
  /** The retraction by which evidence was withdrawn, by obligation. */
  readonly withdrawn: ReadonlyMap<string, Fulfilment>;
  readonly at: Instant;
  readonly horizon: Horizon;
};

/** What counts for an obligation at an instant: of the model, of its provider for all its models, or both by turns. */
export class EvidenceOf {
  readonly #question: EvidenceQuestion;

  constructor(question: EvidenceQuestion) {
    this.#question = question;
  }

  /** @returns null: there never was any, or what there was has lapsed */
  counting(obligation: string): Evidence | null {
    const chain = this.#chainOf(obligation);
    if (chain === undefined) return null;
    if (chain.until !== null) this.#question.horizon.possibleAt(chain.until);
    if (chain.until !== null && chain.until <= this.#question.at) return null;
    const { start, latest } = chain;
    return { at: start.at, event: start.event, latest: { at: latest.at, event: latest.event } };
  }

  /** When the evidence ceased to count, where there was some and none counts now. */
  lapsed(obligation: string): Fulfilment | null {
    const chain = this.#chainOf(obligation);
    return chain?.until == null || chain.until > this.#question.at
      ? null
      : { at: chain.until, event: chain.last.event };
  }

  /** The last time that anything was recorded, whether it still counts or not. */
  latest(obligation: string): Fulfilment | null {
    const latest = this.#chainOf(obligation)?.latest;
    return latest === undefined ? null : { at: latest.at, event: latest.event };
  }

  /** The first time that anything was recorded: what is done once is done, though the document lapses. */
  first(obligation: string): Fulfilment | null {
    const firsts = this.#question.records.flatMap((record) => record.piecesOf(obligation)[0] ?? []);
    const first = firsts.sort((a, b) => a.at - b.at)[0];
    return first === undefined ? null : { at: first.at, event: first.event };
  }

  /** The retraction of a piece that is to be read as if it had not been recorded. */
  withdrawn(obligation: string): Fulfilment | null {
    return this.#question.withdrawn.get(obligation) ?? null;
  }

  #chainOf(obligation: string): Chain | undefined {
    const found = this.#question.records.filter((record) => record.chainOf(obligation) !== undefined);
    if (found.length < 2) return found[0]?.chainOf(obligation);
    const pieces = found.flatMap((record) => record.piecesOf(obligation)).sort((a, b) => a.at - b.at);
    return pieces.reduce<Chain | undefined>(linked, undefined);
  }
}

/** Evidence that was retracted, by obligation. Few histories have any. */
export function withdrawnEvidence(
  histories: readonly { readonly isMended: boolean; readonly recorded: readonly RecordedFact[] }[],
): ReadonlyMap<string, Fulfilment> {
  const withdrawn = new Map<string, Fulfilment>();
  for (const history of histories) {
    if (!history.isMended) continue;
    const evidence = new Map(
      history.recorded.flatMap((fact) =>
        fact.type === 'EvidenceRecorded' ? [[fact.id, fact.data.obligationId] as const] : [],
      ),
    );
    for (const fact of history.recorded) {
      if (fact.type !== 'FactRetracted') continue;
      const obligation = evidence.get(fact.data.eventId);
      if (obligation !== undefined) withdrawn.set(obligation, { at: fact.occurredAt, event: fact.id });
    }
  }
  return withdrawn;
}
