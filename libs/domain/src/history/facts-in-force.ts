import { readFact } from './read-fact.js';
import type { RecordedFact } from './recorded-fact.js';

/**
 * The facts as they are to be read today: retracted ones left out, corrected ones in their corrected form, in the order
 * in which they occurred (those of one instant in the order of recording). Corrections and retractions themselves are
 * left out. A correction may be corrected or retracted in its turn; the one recorded last holds.
 *
 * A corrected fact keeps its id and place; what it says and when it occurred are replaced.
 */
export function factsInForce(history: readonly RecordedFact[]): readonly RecordedFact[] {
  const mending = history.filter(isMending);
  const facts = mending.length === 0 ? [...history] : mend(history, mending);
  return facts.sort(byOccurrence);
}

type Mending = Extract<RecordedFact, { type: 'FactRetracted' | 'FactCorrected' }>;

function isMending(fact: RecordedFact): fact is Mending {
  return fact.type === 'FactRetracted' || fact.type === 'FactCorrected';
}

function mend(history: readonly RecordedFact[], mending: readonly Mending[]): RecordedFact[] {
  // Latest first: whether a correction still stands is known before it is applied.
  const latestFirst = [...mending].sort((a, b) => (a.position < b.position ? 1 : -1));
  const retracted = new Set<string>();
  const corrections = new Map<string, Extract<Mending, { type: 'FactCorrected' }>>();
  for (const recorded of latestFirst) {
    if (retracted.has(recorded.id)) continue;
    const mending = corrected(recorded, corrections);
    const target = mending.data.eventId;
    if (mending.type === 'FactRetracted') retracted.add(target);
    else if (!corrections.has(target)) corrections.set(target, mending);
  }
  return history
    .filter((fact) => !isMending(fact) && !retracted.has(fact.id))
    .map((fact) => corrected(fact, corrections));
}

function corrected<Corrected extends RecordedFact>(
  fact: Corrected,
  corrections: ReadonlyMap<string, Extract<Mending, { type: 'FactCorrected' }>>,
): Corrected {
  const correction = corrections.get(fact.id);
  if (correction === undefined) return fact;
  const occurredAt = correction.data.occurredAt ?? fact.occurredAt;
  if (correction.data.data === undefined) return { ...fact, occurredAt };
  const reading = readFact(fact.subject.kind, fact.type, correction.data.data);
  // The deciders let no correction in that does not read; one from elsewhere changes nothing.
  return reading.ok ? { ...fact, data: reading.fact.data, occurredAt } : fact;
}

function byOccurrence(a: RecordedFact, b: RecordedFact): number {
  return a.occurredAt - b.occurredAt || (a.position < b.position ? -1 : a.position > b.position ? 1 : 0);
}
