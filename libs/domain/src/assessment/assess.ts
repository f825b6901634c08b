import type { RecordedFact } from '../history/recorded-fact.js';
import { lateFrom } from '../regulation/due.js';
import { fineCeilingUnder } from '../regulation/fines.js';
import { Law, readAmendments } from '../regulation/law.js';
import type { Regulation } from '../regulation/regulation.js';
import { addDays, localDateOf } from '../time/brussels-day.js';
import type { Instant, LocalDate } from '../time/instant.js';
import type { Assessment, AssessmentQuestion, Flag, Obligation } from './assessment.js';
import { classificationIntervals, classificationOf, classificationReasons } from './classification.js';
import { Dossier, View } from './dossier.js';
import { evaluateRule } from './evaluate.js';
import { Horizon } from './horizon.js';
import { prepareSituation } from './prepare-situation.js';
import { flagsOfRows } from './review-flags.js';
import { sameAnswer } from './same-answer.js';
import type { Situation } from './situation.js';
import { flipsOf } from './would-flip.js';

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
  return assessDossier(new Dossier(history), regulation, question);
}

/**
 * As `assess`, for a history that is kept and added to: a fact more, in order of `occurredAt`, costs one step and not a
 * fold of all the others.
 */
export function assessDossier(dossier: Dossier, regulation: Regulation, question: AssessmentQuestion): Assessment {
  const known = dossier.knownBy(question.knownAt);
  const view = new View(known, question.at);
  const { answer, horizon } = answerAt(view, regulation, question);
  const holdsUntil = firstChange(answer, horizon, (at) => {
    view.advanceTo(at);
    return answerAt(view, regulation, laterQuestion(question, at));
  });
  return { ...answer, ...question, model: question.modelId, holdsUntil };
}

/** The first instant at which the answer really is another one. Each that is tried shows what comes after it. */
function firstChange(
  answer: Answer,
  horizon: Horizon,
  answerLater: (at: Instant) => { readonly answer: Answer; readonly horizon: Horizon },
): Instant | null {
  let { next } = horizon;
  while (next !== null && !next.isCertain) {
    const later = answerLater(next.at);
    if (!sameAnswer(answer, later.answer)) return next.at;
    ({ next } = later.horizon);
  }
  return next?.at ?? null;
}

type Answer = Omit<Assessment, 'model' | 'at' | 'knownAt' | 'lawAsOf' | 'holdsUntil'>;

/**
 * The question asked again later. Events and law stay those of the question; only where it asked for the law of its own
 * instant does the law move along.
 */
function laterQuestion(question: AssessmentQuestion, at: Instant): AssessmentQuestion {
  return { ...question, at, lawAsOf: question.lawAsOf === question.at ? at : question.lawAsOf };
}

function answerAt(
  view: View,
  regulation: Regulation,
  { modelId, at, lawAsOf }: AssessmentQuestion,
): { readonly answer: Answer; readonly horizon: Horizon } {
  const { dossier } = view;
  const horizon = new Horizon(at);
  const { amendments, unreadable, instants } = readAmendments(regulation.parameters, dossier.regulation);
  const law = new Law(regulation.parameters, amendments, lawAsOf);
  for (const instant of instants) horizon.possibleAt(instant);
  for (const instant of dossier.occurrencesAfter(at)) horizon.possibleAt(instant);
  const situation = prepareSituation({ view, law, modelId, horizon });
  const evaluated = regulation.obligations
    .filter(({ publishedOn }) => publishedOn <= law.asOf)
    .flatMap((rule) => evaluateRule(rule, situation));
  const obligations = evaluated.map(({ obligation }) => obligation);
  const answer = {
    name: situation.name,
    position: dossier.position,
    provider: {
      registered: situation.registeredProvider,
      ofRecord: situation.provider.id,
      establishedIn: situation.provider.country,
    },
    classification: classificationOf(situation),
    because: classificationReasons(situation),
    intervals: classificationIntervals(situation),
    wouldFlip: flipsOf(situation),
    obligations,
    flags: [...situation.flags, ...flagsOfRows(situation, obligations), ...unreadable.map(unreadableAmendment)],
    findings: evaluated.flatMap(({ finding }) => finding ?? []),
    fineExposureFrom: fineExposureFrom(situation, obligations),
    fineCeilingEur: fineCeiling(situation),
  };
  return { answer, horizon };
}

function unreadableAmendment(event: string): Flag {
  return {
    id: 'unreadable-parameter-amendment',
    says: `The amendment ${event} names no parameter of the rulebook, or a value that cannot be read; it is left out.`,
  };
}

/**
 * The first day on which a breach of a duty that binds now could be fined: the day after its date, and no earlier than
 * the power to fine, or the end of the transition. Evidence does not move it, since the Commission may find the evidence wanting.
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
  const floor = s.legacy ? addDays(s.transitionEnd.localDate, 1) : localDateOf(s.enforcementFrom);
  return earliest > floor ? earliest : floor;
}

/** Art. 101(1), from the turnover that the provider of record stated. */
function fineCeiling({ annualTurnoverEur, law, at }: Situation): number | null {
  if (annualTurnoverEur === null || law.find('fineFloorEur', at) === undefined) return null;
  return fineCeilingUnder(law, annualTurnoverEur.amount, at);
}
