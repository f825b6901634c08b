import type { RecordedFact } from '../history/recorded-fact.js';
import type { Regulation } from '../regulation/regulation.js';
import { lateFrom } from '../regulation/due.js';
import type { Instant } from '../time/instant.js';
import { formatInstant } from '../time/instant.js';
import { assess } from './assess.js';
import type { Assessment, AssessmentQuestion, Classification, Obligation, SourceStatus } from './assessment.js';

export type GateAction = 'release';
export const gateActions: readonly GateAction[] = ['release'];

/** `question.at` is the moment at which the action would take place. */
export type GateQuestion = AssessmentQuestion & { readonly action: GateAction; readonly channel: string };

/** A duty as the gate sees it: what is open of it, and what to do. */
export type GateItem = { readonly obligation: Obligation; readonly todo: string; readonly isOfCode: boolean };

export type GateAnswer = {
  readonly verdict: 'pass' | 'fail' | 'undetermined';
  /** What decided, a sentence each. */
  readonly reasons: readonly string[];
  /** Duties that have to be met by then and are not. */
  readonly open: readonly GateItem[];
  /** Duties of which nobody can tell yet whether they stand in the way. */
  readonly undetermined: readonly GateItem[];
  /** Standing duties without evidence: no obstacle, but worth having before an authority asks. */
  readonly advice: readonly GateItem[];
  /** The placing that was assumed; `null`: the model is on the market already, or nobody is known who would place it. */
  readonly assumed: { readonly placedBy: string; readonly channel: string; readonly at: Instant } | null;
  readonly assessment: Assessment;
};

/** Id under which `because` names the placing that was assumed. */
export const assumedPlacing = 'assumed-placing';

/**
 * Whether a model may be placed on the market at an instant, as far as what is known now tells. It assumes the placing
 * and judges the assessment of that instant. Duties that Art. 111(3) still gives time for are no obstacle.
 *
 * @param history as `assess` takes it
 */
export function gate(history: readonly RecordedFact[], regulation: Regulation, question: GateQuestion): GateAnswer {
  const unassumed = assess(history, regulation, questionOf(question));
  const assumed = assumedFor(unassumed.classification, question);
  const assessment =
    assumed === null
      ? unassumed
      : {
          ...assess([...history, placingOf(assumed, question, unassumed.position)], regulation, questionOf(question)),
          // What is assumed has no place in the log.
          position: unassumed.position,
        };
  return { ...judge(assessment, regulation), assumed, assessment };
}

function questionOf({ modelId, at, knownAt, lawAsOf }: GateQuestion): AssessmentQuestion {
  return { modelId, at, knownAt, lawAsOf };
}

function assumedFor(
  { placedOnMarketAt, withdrawnAt, providerOfRecord }: Classification,
  { at, channel }: GateQuestion,
): GateAnswer['assumed'] {
  const isOnMarket = placedOnMarketAt !== null && withdrawnAt === null;
  return isOnMarket || providerOfRecord === null ? null : { placedBy: providerOfRecord, channel, at };
}

function placingOf(
  { placedBy, channel, at }: NonNullable<GateAnswer['assumed']>,
  { modelId, knownAt }: GateQuestion,
  lastPosition: bigint,
): RecordedFact {
  return {
    type: 'ModelPlacedOnMarket',
    data: { placedBy, channel },
    id: assumedPlacing,
    subject: { kind: 'model', id: modelId },
    occurredAt: at,
    recordedAt: knownAt,
    position: lastPosition + 1n,
  };
}

function judge(
  assessment: Assessment,
  regulation: Regulation,
): Pick<GateAnswer, 'verdict' | 'reasons' | 'open' | 'undetermined' | 'advice'> {
  const { obligations, at } = assessment;
  const rules = new Map(regulation.obligations.map((rule) => [rule.id, rule]));
  const items = (isWanted: (obligation: Obligation) => boolean): readonly GateItem[] =>
    obligations
      .filter((obligation) => obligation.kind === 'duty' && isWanted(obligation))
      .map((obligation) => ({
        obligation,
        todo: todoOf(obligation, rules.get(obligation.id)?.terms.evidence ?? null),
        isOfCode: isOfCode(obligation),
      }));

  const open = items(isOverdue);
  const undetermined = items((obligation) => wouldDecide(obligation, at));
  const advice = items((obligation) => isUnproven(obligation) && rules.get(obligation.id)?.met === 'standing');
  const questions = openQuestions(assessment);
  const verdict = open.length > 0 ? 'fail' : undetermined.length > 0 || questions.length > 0 ? 'undetermined' : 'pass';
  const reasons = [
    ...open.map(({ obligation }) => reasonOf(obligation)),
    ...questions,
    ...undetermined.map(({ obligation }) => undeterminedBecause(obligation)),
  ];
  return { verdict, reasons: reasons.length > 0 ? reasons : [passReason(assessment)], open, undetermined, advice };
}

/** Its last moment is past and nothing fulfils it. What Art. 111(3) gives time for is `transitional`, and not yet late. */
function isOverdue({ status, timeliness }: Obligation): boolean {
  return timeliness === 'overdue' && status !== 'transitional' && status !== 'pendingReview';
}

/**
 * Not sure to bind, not met, and due by then if it binds. An obligation without a date decides too, unless it is of one
 * incident: that is not about the release.
 */
function wouldDecide({ status, timeliness, due, incident }: Obligation, at: Instant): boolean {
  if (status !== 'pendingReview' || timeliness === 'met' || timeliness === 'metLate') return false;
  if (due === null) return incident === null;
  const late = lateFrom(due);
  return late !== null && late <= at;
}

function isUnproven({ status, timeliness, due }: Obligation): boolean {
  return status === 'active' && timeliness === 'notDue' && due?.kind === 'continuous';
}

/** What leaves the class of the model itself open. */
function openQuestions({ classification, flags, model }: Assessment): readonly string[] {
  const questions: string[] = [];
  if (classification.gpai === null) {
    const says = flags.find(({ id }) => id === 'gpai-classification')?.says;
    questions.push(says ?? 'Whether this is a general-purpose AI model cannot be told.');
  }
  if (classification.providerOfRecord === null && classification.gpai !== false) {
    questions.push(`Who would place ${model} on the market is not known; register the model with its provider.`);
  }
  return questions;
}

function reasonOf(obligation: Obligation): string {
  return `${named(obligation)}: ${dueInWords(obligation)}, and nothing recorded shows that it was met.`;
}

function undeterminedBecause(obligation: Obligation): string {
  const says = obligation.because.map((reason) => reason.says).join('; ');
  return `${named(obligation)}: whether it binds cannot be told (${says}).`;
}

function passReason({ classification, because, obligations }: Assessment): string {
  if (classification.gpai === false) {
    return `The model is no general-purpose AI model: ${because.gpai.map(({ says }) => says).join('; ')}.`;
  }
  return obligations.some(({ status }) => status === 'transitional')
    ? 'What has to be met by then is met; the other duties have time until the end of the transition (Art. 111(3)).'
    : 'Every duty that has to be met by then is met.';
}

/** The provision first, and what is owed; of the Code, since that binds only who signed it. */
function named({ provision, title, sourceStatus, key, id }: Obligation): string {
  const matter = key === id ? '' : ` (${key.slice(id.length + 1)})`;
  return sourceStatus === ('code' satisfies SourceStatus)
    ? `${provision}, which binds as the provider has signed it, ${title}${matter}`
    : `${provision}, ${title}${matter}`;
}

function isOfCode({ sourceStatus }: Obligation): boolean {
  return sourceStatus === 'code';
}

function dueInWords({ due }: Obligation): string {
  switch (due?.kind) {
    case 'atPlacing':
      return 'due when the model is placed on the market';
    case 'beforePlacing':
      return 'due before the model is placed on the market';
    case 'from':
      return `due from ${formatInstant(due.at)}`;
    case 'fixedDate':
    case 'period':
      return `due by the end of ${due.localDate}`;
    case undefined:
    case 'earliest':
    case 'retention':
    case 'continuous':
    case 'onRequest':
    case 'withoutDelay':
    case 'withoutUndueDelay':
      return 'due';
  }
}

function todoOf({ key, title, status, wouldChange, because }: Obligation, evidence: string | null): string {
  if (status === 'pendingReview') {
    const settling = wouldChange.map(({ fact, says }) => `${fact} (${says})`);
    return settling.length > 0
      ? `Record what settles it: ${settling.join(', or ')}.`
      : `Settle what is open: ${because.map(({ says }) => says).join('; ')}.`;
  }
  const shownBy = evidence === null ? '' : ` It is shown by: ${evidence}.`;
  return `${title}.${shownBy} Record it by its own fact, or by EvidenceRecorded with obligationId ${key}.`;
}
