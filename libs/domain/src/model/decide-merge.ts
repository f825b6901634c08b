import type { FactElsewhere, FactToDecide, RecordCommand, Refusal } from '../deciding/decision.js';
import { factsInForce } from '../history/facts-in-force.js';
import type { Fact, RecordedFact } from '../history/recorded-fact.js';

type Merged = RecordedFact & { readonly type: 'ModelMerged' };

/**
 * The other models whose histories decide whether a model can be merged: those that it is to be merged into, and those
 * that were or are being merged into it. None unless `facts` merge it.
 */
export function modelsToDecideWith(
  history: readonly RecordedFact[],
  facts: readonly { readonly fact: Fact }[],
): readonly string[] {
  const targets = facts.flatMap(({ fact }) => (fact.type === 'ModelMerged' ? [fact.data.intoModelId] : []));
  if (targets.length === 0) return [];
  const joined = history.flatMap((fact) => (fact.type === 'ModelJoined' ? [fact.data.fromModelId] : []));
  return [...new Set([...targets, ...joined])];
}

/** Why a model cannot be merged so; `null`: it can, or the fact is about something else. */
export function refusalOfMerge(
  { fact }: FactToDecide,
  index: number,
  recorded: readonly RecordedFact[],
  { subject, otherModels }: RecordCommand,
): Refusal | null {
  if (fact.type === 'FactCorrected') return refusalOfCorrection(fact, index, recorded);
  if (fact.type !== 'ModelMerged' || subject.kind !== 'model') return null;
  const { intoModelId } = fact.data;
  const at = { index, path: 'data' };
  if (intoModelId === subject.id) return { code: 'merge-into-itself', ...at, modelId: subject.id };
  const before = mergeOf(recorded);
  if (before !== undefined && before.data.intoModelId !== intoModelId) {
    return { code: 'merged-already', index, intoModelId: before.data.intoModelId, mergedBy: before.id };
  }
  const target = otherModels?.get(intoModelId) ?? [];
  if (target.length === 0) return { code: 'merge-target-unknown', ...at, intoModelId };
  const onwards = mergeOf(target);
  if (onwards !== undefined) {
    return { code: 'merge-target-given-up', ...at, intoModelId, givenUpFor: onwards.data.intoModelId };
  }
  return refusalWhileOthersJoin(index, subject.id, recorded, otherModels);
}

/**
 * A model that is given up while another is being merged into it could close a circle that neither of the two sees: each
 * first leaves its mark on the other's stream, and only goes on when it finds none on its own.
 */
function refusalWhileOthersJoin(
  index: number,
  modelId: string,
  recorded: readonly RecordedFact[],
  otherModels: RecordCommand['otherModels'],
): Refusal | null {
  for (const fact of recorded) {
    if (fact.type !== 'ModelJoined') continue;
    const { fromModelId } = fact.data;
    const other = otherModels?.get(fromModelId);
    const isComplete = other?.some(({ type, data }) => type === 'ModelMerged' && isInto(data, modelId)) ?? true;
    if (!isComplete) return { code: 'merge-under-way', index, modelId, fromModelId };
  }
  return null;
}

function isInto(data: Fact['data'], modelId: string): boolean {
  return 'intoModelId' in data && data.intoModelId === modelId;
}

/** The model that it is merged into has been told, so a correction cannot name another one. */
function refusalOfCorrection(
  { data }: Extract<Fact, { type: 'FactCorrected' }>,
  index: number,
  recorded: readonly RecordedFact[],
): Refusal | null {
  const corrected = recorded.find(({ id }) => id === data.eventId);
  if (corrected?.type !== 'ModelMerged' || data.data === undefined) return null;
  const { intoModelId } = corrected.data;
  return data.data['intoModelId'] === intoModelId ? null : { code: 'merge-not-correctable', index, intoModelId };
}

/** Whether the model is given up for the same other one already. */
export function isMergedAlready(fact: Fact, recorded: readonly RecordedFact[]): boolean {
  return fact.type === 'ModelMerged' && mergeOf(recorded)?.data.intoModelId === fact.data.intoModelId;
}

function mergeOf(history: readonly RecordedFact[]): Merged | undefined {
  if (!history.some(({ type }) => type === 'ModelMerged')) return undefined;
  return factsInForce(history).findLast((fact): fact is Merged => fact.type === 'ModelMerged');
}

/** What the other model has to be told; it counts once the merge itself is recorded. */
export function joinOf({ id, fact, occurredAt }: FactToDecide, { subject }: RecordCommand): readonly FactElsewhere[] {
  if (fact.type !== 'ModelMerged' || subject.kind !== 'model') return [];
  return [
    {
      subject: { kind: 'model', id: fact.data.intoModelId },
      id: null,
      fact: { type: 'ModelJoined', data: { fromModelId: subject.id, becauseOf: id } },
      occurredAt,
      causedBy: id,
    },
  ];
}
