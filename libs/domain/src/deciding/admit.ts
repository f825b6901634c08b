import { derivedFactTypes, readFact, writeFact } from '../history/read-fact.js';
import type { Fact, RecordedFact } from '../history/recorded-fact.js';
import type { Instant } from '../time/instant.js';
import type { FactToDecide, RecordCommand, Refusal } from './decision.js';

/** Clocks of senders differ; a fact may lie this far ahead of ours. */
export const CLOCK_SKEW_MAX_MS = 60_000;

/** `new`: to be recorded. `known`: recorded already, nothing to do. */
export type Admission = { readonly verdict: 'new' } | { readonly verdict: 'known' } | { readonly verdict: Refusal };

/**
 * The rules that hold for every fact about a provider or a model: an id stands for one fact for ever, nothing has
 * happened before it happens, nobody posts what is derived, and only what was recorded can be corrected.
 *
 * @param recorded everything recorded about the subject so far, the command's earlier facts included
 */
export function admit(
  toDecide: FactToDecide,
  index: number,
  recorded: readonly RecordedFact[],
  now: Instant,
): Admission {
  const { id, fact, occurredAt } = toDecide;
  const sameId = recorded.find((other) => other.id === id);
  if (sameId !== undefined) {
    return sameContent(sameId, toDecide)
      ? { verdict: 'known' }
      : { verdict: { code: 'id-reused', index, id, recordedType: sameId.type } };
  }
  if (derivedFactTypes.has(fact.type)) return { verdict: { code: 'derived-fact', index, type: fact.type } };
  if (occurredAt > now + CLOCK_SKEW_MAX_MS) {
    return { verdict: { code: 'occurred-in-future', index, occurredAt, now } };
  }
  if (fact.type === 'FactRetracted' || fact.type === 'FactCorrected') return admitCorrection(fact, index, recorded);
  return { verdict: 'new' };
}

function admitCorrection(
  correction: Extract<Fact, { type: 'FactRetracted' | 'FactCorrected' }>,
  index: number,
  recorded: readonly RecordedFact[],
): Admission {
  const { eventId } = correction.data;
  const corrected = recorded.find(({ id }) => id === eventId);
  if (corrected === undefined) return { verdict: { code: 'event-unknown', index, eventId } };
  if (derivedFactTypes.has(corrected.type)) return { verdict: { code: 'derived-fact', index, type: corrected.type } };
  if (correction.type === 'FactRetracted' || correction.data.data === undefined) return { verdict: 'new' };
  const reading = readFact(corrected.subject.kind, corrected.type, correction.data.data);
  if (reading.ok) return { verdict: 'new' };
  const { problems } = reading;
  return { verdict: { code: 'correction-unreadable', index, correctedType: corrected.type, problems } };
}

/** Whether both say the same thing at the same time. The order of fields does not matter, that of lists does. */
function sameContent(one: Fact & { occurredAt: Instant }, { fact, occurredAt }: FactToDecide): boolean {
  return one.occurredAt === occurredAt && saysTheSame(one, fact);
}

export function saysTheSame(one: Fact, other: Fact): boolean {
  return one.type === other.type && canonical(writeFact(one)) === canonical(writeFact(other));
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** The fact as it will stand in the history, for deciding on those that come after it in the same command. */
export function asRecorded(
  { id, fact, occurredAt }: FactToDecide,
  { subject, now }: RecordCommand,
  after: readonly RecordedFact[],
): RecordedFact {
  const position = (after.at(-1)?.position ?? -1n) + 1n;
  return { ...fact, id, subject, occurredAt, recordedAt: now, position };
}
