import type { EvidenceRecorded } from '../history/fact-about-a-fact.js';
import { derivedFactTypes, readFact, writeFact } from '../history/read-fact.js';
import type { Fact, RecordedFact } from '../history/recorded-fact.js';
import { nearestNames } from '../regulation/nearest-names.js';
import type { Instant } from '../time/instant.js';
import type { FactToDecide, RecordCommand, Refusal } from './decision.js';

/** Clocks of senders differ; a fact may lie this far ahead of ours. */
export const CLOCK_SKEW_MAX_MS = 60_000;

/** `new`: to be recorded. `known`: recorded already, nothing to do. */
export type Admission = { readonly verdict: 'new' } | { readonly verdict: 'known' } | { readonly verdict: Refusal };

/**
 * The rules that hold for every fact, whatever it is about: an id stands for one fact for ever, nothing has happened
 * before it happens, nobody posts what is derived, only what was recorded can be corrected, and evidence is of a duty
 * that there is.
 *
 * @param recorded everything recorded about the subject so far, the command's earlier facts included
 */
export function admit(
  toDecide: FactToDecide,
  index: number,
  recorded: readonly RecordedFact[],
  { now, regulation }: Pick<RecordCommand, 'now' | 'regulation'>,
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
  if (fact.type === 'EvidenceRecorded') return admitEvidence(fact, index, 'data', regulation);
  if (fact.type === 'FactRetracted' || fact.type === 'FactCorrected') {
    return admitCorrection(fact, index, recorded, regulation);
  }
  return { verdict: 'new' };
}

function admitCorrection(
  correction: Extract<Fact, { type: 'FactRetracted' | 'FactCorrected' }>,
  index: number,
  recorded: readonly RecordedFact[],
  regulation: RecordCommand['regulation'],
): Admission {
  const { eventId } = correction.data;
  const corrected = recorded.find(({ id }) => id === eventId);
  if (corrected === undefined) return { verdict: { code: 'event-unknown', index, eventId } };
  if (derivedFactTypes.has(corrected.type)) return { verdict: { code: 'derived-fact', index, type: corrected.type } };
  if (correction.type === 'FactRetracted' || correction.data.data === undefined) return { verdict: 'new' };
  const reading = readFact(corrected.subject.kind, corrected.type, correction.data.data);
  if (reading.ok) {
    return reading.fact.type === 'EvidenceRecorded'
      ? admitEvidence(reading.fact, index, 'data.data', regulation)
      : { verdict: 'new' };
  }
  const { problems } = reading;
  return { verdict: { code: 'correction-unreadable', index, correctedType: corrected.type, problems } };
}

/**
 * Evidence under an id that the rulebook does not know would fulfil nothing, and nobody would notice. What was recorded
 * under an id that an earlier rulebook knew is read as it is.
 *
 * @param path where in the fact the evidence stands
 */
function admitEvidence(
  { data }: EvidenceRecorded,
  index: number,
  path: string,
  { obligations }: RecordCommand['regulation'],
): Admission {
  const { obligationId } = data;
  const [id = ''] = obligationId.split(':');
  if (obligations.some((rule) => rule.id === id)) return { verdict: 'new' };
  const nearest = nearestNames(
    id,
    obligations.map((rule) => rule.id),
  );
  return { verdict: { code: 'obligation-unknown', index, path, obligationId, nearest } };
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
