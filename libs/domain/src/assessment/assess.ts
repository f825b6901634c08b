import type { RecordedFact } from '../history/recorded-fact.js';
import { lateFrom } from '../regulation/due.js';
import { Law, readAmendments } from '../regulation/law.js';
import type { Regulation } from '../regulation/regulation.js';
import { addDays, localDateOf } from '../time/brussels-day.js';
import type { Instant, LocalDate } from '../time/instant.js';
import type { Assessment, AssessmentQuestion, Classification, Flag, Obligation } from './assessment.js';
import { obligationsOf } from './evaluate.js';
import { Horizon } from './horizon.js';
import { KnownFacts } from './known-facts.js';
import { prepareSituation } from './prepare-situation.js';
import { sameAnswer } from './same-answer.js';
import type { Situation } from './situation.js';

/**
 * What a model is in law and who owes what by when, with the reason for each answer. Pure: the same history, law and
 * question always give the same answer; the order of `history` does not matter, and neither does delivery twice.
 *
 * @param history all facts of the model, of the providers and base models that `relatedSubjects` names, and of the
 * stream `regulation`, in any order
 */
export function assess(
  history: readonly RecordedFact[],
  regulation: Regulation,
  question: AssessmentQuestion,
): Assessment {
  const known = new KnownFacts(history, question.knownAt);
  const { answer, horizon } = answerAt(known, regulation, question);
  const holdsUntil = horizon.firstChange((instant) => {
    const later = answerAt(known, regulation, laterQuestion(question, instant));
    return !sameAnswer(answer, later.answer);
  });
  return { ...answer, ...question, model: question.modelId, holdsUntil };
}

type Answer = Pick<Assessment, 'name' | 'position' | 'classification' | 'obligations' | 'flags' | 'fineExposureFrom'>;

/**
 * The question asked again later. Events and law stay those of the question; only where it asked for the law of its own
 * instant does the law move along.
 */
function laterQuestion(question: AssessmentQuestion, at: Instant): AssessmentQuestion {
  return { ...question, at, lawAsOf: question.lawAsOf === question.at ? at : question.lawAsOf };
}

function answerAt(
  known: KnownFacts,
  regulation: Regulation,
  { modelId, at, lawAsOf }: AssessmentQuestion,
): { readonly answer: Answer; readonly horizon: Horizon } {
  const horizon = new Horizon(at);
  const { amendments, unreadable, instants } = readAmendments(regulation.parameters, known.regulation);
  const law = new Law(regulation.parameters, amendments, lawAsOf);
  for (const instant of instants) horizon.possibleAt(instant);
  for (const instant of known.occurrencesAfter(at)) horizon.possibleAt(instant);
  const situation = prepareSituation({ known, law, modelId, at, horizon });
  const obligations: Obligation[] = [];
  for (const rule of regulation.obligations) {
    if (rule.publishedOn <= law.asOf) obligations.push(...obligationsOf(rule, situation));
  }
  const answer = {
    name: situation.name,
    position: known.position,
    classification: classificationOf(situation),
    obligations,
    flags: [...situation.flags, ...unreadable.map(unreadableAmendment)],
    fineExposureFrom: fineExposureFrom(situation, obligations),
  };
  return { answer, horizon };
}

function unreadableAmendment(event: string): Flag {
  return {
    id: 'unreadable-parameter-amendment',
    says: `The amendment ${event} names no parameter of the rulebook, or a value that cannot be read; it is left out.`,
  };
}

function classificationOf(s: Situation): Classification {
  const { current, spans } = s.systemicRisk;
  const last = current ?? spans.at(-1) ?? null;
  const inLaw = s.gpai.value === true;
  return {
    gpai: s.gpai.value,
    systemicRisk: inLaw && current !== null,
    expectedSystemicRisk: s.expectedSystemicRisk,
    legacy: s.legacy,
    openSourceExemption: s.openSource.state === 'qualifies' && current === null,
    internalUseException: s.internalUseException,
    providerOfRecord: s.provider.id,
    placedOnMarketAt: s.placing?.at ?? null,
    withdrawnAt: s.withdrawal?.at ?? null,
    systemicRiskFrom: inLaw ? (last?.from ?? null) : null,
    systemicRiskUntil: inLaw ? (last?.until ?? null) : null,
    cumulativeTrainingFlop: s.compute.flop,
  };
}

/**
 * The first day on which a breach of a duty that binds now could be fined: the day after its date, and no earlier than
 * the power to fine. Evidence does not move it, since the Commission may find the evidence wanting.
 */
function fineExposureFrom(s: Situation, obligations: readonly Obligation[]): LocalDate | null {
  let earliest: LocalDate | null = null;
  for (const { kind, status, sourceStatus, due } of obligations) {
    if (kind !== 'duty' || sourceStatus === 'code' || (status !== 'active' && status !== 'transitional')) continue;
    const late = lateFrom(due);
    if (late === null) continue;
    const day =
      due?.kind === 'fixedDate' || due?.kind === 'period' ? addDays(due.localDate, 1) : addDays(localDateOf(late), 1);
    if (earliest === null || day < earliest) earliest = day;
  }
  if (earliest === null) return null;
  const enforcement = localDateOf(s.enforcementFrom);
  return earliest > enforcement ? earliest : enforcement;
}
