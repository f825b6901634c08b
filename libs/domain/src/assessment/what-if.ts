import type { Decision, FactToDecide, FactToRecord, RecordCommand, Refusal } from '../deciding/decision.js';
import type {
  RecordedFact,
  RecordedModelFact,
  RecordedProviderFact,
  RecordedRegulationFact,
  Subject,
} from '../history/recorded-fact.js';
import { decideModel } from '../model/decide-model.js';
import { decideProvider } from '../provider/decide-provider.js';
import { amendedParameters } from '../regulation/amended-parameters.js';
import { decideRegulation } from '../regulation/decide-regulation.js';
import type { Regulation } from '../regulation/regulation.js';
import { assess } from './assess.js';
import type { Assessment, AssessmentQuestion } from './assessment.js';
import { assessmentToJson } from './assessment-json.js';
import { differenceOf, type Difference } from './difference.js';

/** A fact that nobody has recorded. It may lie in the future, up to the instant that is asked about. */
export type HypotheticalFact = FactToDecide & { readonly about: Subject };

export type WhatIf =
  /** One of the facts could not be recorded either; `index` is its place among them. */
  | { readonly outcome: 'refused'; readonly refusal: Refusal }
  | {
      readonly outcome: 'answered';
      /** `null`: nothing is known of the model, so that there is no assessment of it. */
      readonly before: Assessment | null;
      readonly after: Assessment;
      readonly difference: Difference;
    };

/**
 * What would follow if these facts were recorded: they pass the same deciders as facts that are, and are then assessed
 * with the history. Pure; nothing is recorded.
 *
 * @param history as `assess` takes it, with the histories of all subjects that `facts` are about
 */
export function whatIf(
  history: readonly RecordedFact[],
  regulation: Regulation,
  question: AssessmentQuestion,
  facts: readonly HypotheticalFact[],
): WhatIf {
  const known = history.filter(({ recordedAt }) => recordedAt <= question.knownAt);
  const decided = decideAll(known, regulation, question, facts);
  if ('refusal' in decided) return { outcome: 'refused', refusal: decided.refusal };
  const isKnown = known.some(({ subject }) => subject.kind === 'model' && subject.id === question.modelId);
  const before = isKnown ? assess(known, regulation, question) : null;
  const assessed = assess([...known, ...decided.recorded], regulation, question);
  // What is supposed has no place in the log.
  const after = { ...assessed, position: lastPosition(known) };
  const difference = differenceOf(before === null ? null : assessmentToJson(before), assessmentToJson(after));
  return { outcome: 'answered', before, after, difference };
}

function decideAll(
  history: readonly RecordedFact[],
  regulation: Regulation,
  { at, knownAt }: AssessmentQuestion,
  facts: readonly HypotheticalFact[],
): { readonly recorded: readonly RecordedFact[] } | { readonly refusal: Refusal } {
  const law = { ...regulation, parameters: amendedParameters(regulation.parameters, ofSubject(history, THE_LAW)) };
  const recorded: RecordedFact[] = [];
  const otherModels = modelsOf(history);
  let position = lastPosition(history);
  for (const { subject, indices } of bySubject(facts)) {
    const own = indices.map((index) => facts[index]).filter((fact) => fact !== undefined);
    const decision = decide(ofSubject(history, subject), {
      subject,
      facts: own,
      now: at,
      regulation: law,
      otherModels,
    });
    if (decision.outcome === 'refused') {
      const { refusal } = decision;
      return { refusal: { ...refusal, index: indices[refusal.index] ?? refusal.index } };
    }
    const decidedOn = decision.facts.map((fact) => ({ ...fact, subject }));
    for (const fact of [...(decision.elsewhere ?? []), ...decidedOn]) {
      position += 1n;
      recorded.push({
        ...fact.fact,
        id: idOf(fact),
        subject: fact.subject,
        occurredAt: fact.occurredAt,
        recordedAt: knownAt,
        position,
      });
    }
  }
  return { recorded };
}

const THE_LAW: Subject = { kind: 'regulation' };

function decide(history: readonly RecordedFact[], command: RecordCommand): Decision {
  switch (command.subject.kind) {
    case 'model':
      return decideModel(history as readonly RecordedModelFact[], command);
    case 'provider':
      return decideProvider(history as readonly RecordedProviderFact[], command);
    case 'regulation':
      return decideRegulation(history as readonly RecordedRegulationFact[], command);
  }
}

/** In the order in which each subject comes first; `indices` are places among the facts. */
function bySubject(
  facts: readonly HypotheticalFact[],
): Iterable<{ readonly subject: Subject; readonly indices: number[] }> {
  const groups = new Map<string, { readonly subject: Subject; readonly indices: number[] }>();
  for (const [index, { about }] of facts.entries()) {
    const group = groups.get(nameOf(about));
    if (group === undefined) groups.set(nameOf(about), { subject: about, indices: [index] });
    else group.indices.push(index);
  }
  return groups.values();
}

function modelsOf(history: readonly RecordedFact[]): ReadonlyMap<string, readonly RecordedFact[]> {
  const models = new Map<string, RecordedFact[]>();
  for (const fact of history) {
    if (fact.subject.kind !== 'model') continue;
    const own = models.get(fact.subject.id);
    if (own === undefined) models.set(fact.subject.id, [fact]);
    else own.push(fact);
  }
  return models;
}

function ofSubject(history: readonly RecordedFact[], subject: Subject): readonly RecordedFact[] {
  return history.filter((fact) => nameOf(fact.subject) === nameOf(subject));
}

function nameOf(subject: Subject): string {
  return subject.kind === 'regulation' ? subject.kind : `${subject.kind} ${subject.id}`;
}

function idOf({ id, fact, causedBy }: FactToRecord): string {
  return id ?? `${fact.type} because of ${causedBy ?? 'nothing'}`;
}

function lastPosition(history: readonly RecordedFact[]): bigint {
  return history.reduce((last, { position }) => (position > last ? position : last), 0n);
}
