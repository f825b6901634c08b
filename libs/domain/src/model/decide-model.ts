import { admit, asRecorded, saysTheSame } from '../deciding/admit.js';
import type { Decision, FactElsewhere, FactToDecide, FactToRecord, RecordCommand } from '../deciding/decision.js';
import { factsInForce } from '../history/facts-in-force.js';
import type { RecordedFact, RecordedModelFact } from '../history/recorded-fact.js';
import { valueInForce } from '../regulation/parameter.js';
import { localDateOf } from '../time/brussels-day.js';
import { isMergedAlready, joinOf, refusalOfMerge } from './decide-merge.js';
import { crossings, mayMoveStanding, ThresholdStandings } from './thresholds.js';

/**
 * Decides what of the wanted facts is recorded on a model's stream, and what follows from it: the crossing of the
 * systemic-risk threshold, by forecast or in fact, and the joining of the model that it is merged into. All facts are
 * accepted or none. A fact that is known already, and a reference that is linked already, is accepted and records
 * nothing. The order of arrival does not matter, so a fact about a model that nobody has registered yet is accepted too.
 *
 * @param history everything on the stream so far, in the order of recording
 */
export function decideModel(history: readonly RecordedModelFact[], command: RecordCommand): Decision {
  const recorded: RecordedFact[] = [...history];
  const facts: FactToRecord[] = [];
  const elsewhere: FactElsewhere[] = [];
  const standings = new ThresholdStandings();
  for (const [index, toDecide] of command.facts.entries()) {
    const { verdict } = admit(toDecide, index, recorded, command);
    if (verdict === 'known') continue;
    if (verdict !== 'new') return { outcome: 'refused', refusal: verdict };
    if (toDecide.fact.type === 'ModelRegistered') {
      const registration = registrationIn(recorded);
      if (registration !== undefined && registration.versions.some((version) => saysTheSame(version, toDecide.fact))) {
        continue;
      }
      if (registration !== undefined) {
        return { outcome: 'refused', refusal: { code: 'already-registered', index, registeredBy: registration.id } };
      }
    }
    const refusal = refusalOfMerge(toDecide, index, recorded, command);
    if (refusal !== null) return { outcome: 'refused', refusal };
    if (changesNothing(toDecide, recorded)) continue;
    elsewhere.push(...joinOf(toDecide, command));
    facts.push(...withConsequences(toDecide, recorded, command, standings));
  }
  return { outcome: 'accepted', facts, elsewhere };
}

/** The fact and what is derived from it; both join `recorded`. */
function withConsequences(
  toDecide: FactToDecide,
  recorded: RecordedFact[],
  command: RecordCommand,
  standings: ThresholdStandings,
): readonly FactToRecord[] {
  const { id, fact, occurredAt } = toDecide;
  const moves = mayMoveStanding(fact);
  const before = moves ? standings.of(recorded) : undefined;
  recorded.push(asRecorded(toDecide, command, recorded));
  const own: FactToRecord = { id, fact, occurredAt, causedBy: null };
  if (before === undefined) return [own];
  const today = localDateOf(command.now);
  const threshold = valueInForce(
    command.regulation.parameters.systemicRiskThresholdFlop.values,
    localDateOf(occurredAt),
    today,
  );
  if (threshold === undefined) return [own];
  const derived = crossings(before, standings.of(recorded), threshold.value, id);
  return [own, ...derived.map((consequence) => ({ id: null, fact: consequence, occurredAt, causedBy: id }))];
}

/** A reference that is linked already, or unlinked already; a model that is given up for the same one already. */
function changesNothing({ fact }: FactToDecide, recorded: readonly RecordedFact[]): boolean {
  if (isMergedAlready(fact, recorded)) return true;
  if (fact.type !== 'ReferenceLinked' && fact.type !== 'ReferenceUnlinked') return false;
  const { system, ref } = fact.data;
  const last = recorded.findLast(
    (other) =>
      (other.type === 'ReferenceLinked' || other.type === 'ReferenceUnlinked') &&
      other.data.system === system &&
      other.data.ref === ref,
  );
  return last === undefined ? fact.type === 'ReferenceUnlinked' : last.type === fact.type;
}

/** The registration in force, as it is read today and as it was first recorded; a sender repeats the latter. */
function registrationIn(
  recorded: readonly RecordedFact[],
): { readonly id: string; readonly versions: readonly RecordedFact[] } | undefined {
  if (!recorded.some(({ type }) => type === 'ModelRegistered')) return undefined;
  const inForce = factsInForce(recorded).find(({ type }) => type === 'ModelRegistered');
  if (inForce === undefined) return undefined;
  const { id } = inForce;
  return { id, versions: [inForce, ...recorded.filter((fact) => fact.id === id)] };
}
