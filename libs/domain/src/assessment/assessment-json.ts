import { formatFlop, type Flop } from '../flop/flop.js';
import { formatInstantInBrussels } from '../time/brussels-day.js';
import { formatInstant, type Instant } from '../time/instant.js';
import type { Assessment, Classification, Due, Finding, Flip, Interval, Obligation } from './assessment.js';

/** The assessment as plain JSON: instants in UTC, FLOP and the position as exact strings. */
export function assessmentToJson(assessment: Assessment) {
  const { model, name, at, knownAt, lawAsOf, position, holdsUntil, because, intervals, flags } = assessment;
  return {
    model,
    name,
    at: formatInstant(at),
    knownAt: formatInstant(knownAt),
    lawAsOf: formatInstant(lawAsOf),
    position: position.toString(),
    holdsUntil: instantOrNull(holdsUntil),
    provider: assessment.provider,
    classification: classificationToJson(assessment.classification),
    because,
    intervals: {
      gpai: intervals.gpai.map(intervalToJson),
      systemicRisk: intervals.systemicRisk.map(intervalToJson),
      expectedSystemicRisk: intervals.expectedSystemicRisk.map(intervalToJson),
      openSourceExemption: intervals.openSourceExemption.map(intervalToJson),
    },
    wouldFlip: assessment.wouldFlip.map(flipToJson),
    obligations: assessment.obligations.map(obligationToJson),
    flags,
    findings: assessment.findings.map(findingToJson),
    fineExposureFrom: assessment.fineExposureFrom,
    fineCeilingEur: assessment.fineCeilingEur,
  };
}
export type AssessmentJson = ReturnType<typeof assessmentToJson>;

function intervalToJson({ from, until, because }: Interval) {
  return { from: formatInstant(from), until: instantOrNull(until), because };
}

function flipToJson(flip: Flip) {
  return { ...flip, flopMissing: flopOrNull(flip.flopMissing), flopTooMuch: flopOrNull(flip.flopTooMuch) };
}

export function findingToJson(finding: Finding) {
  return {
    ...finding,
    openedAt: formatInstant(finding.openedAt),
    closesAt: formatInstant(finding.closesAt),
    recordedAt: formatInstant(finding.recordedAt),
  };
}

export function classificationToJson(classification: Classification) {
  const { placedOnMarketAt, withdrawnAt, systemicRiskFrom, systemicRiskUntil, cumulativeTrainingFlop } = classification;
  return {
    ...classification,
    placedOnMarketAt: instantOrNull(placedOnMarketAt),
    withdrawnAt: instantOrNull(withdrawnAt),
    systemicRiskFrom: instantOrNull(systemicRiskFrom),
    systemicRiskUntil: instantOrNull(systemicRiskUntil),
    cumulativeTrainingFlop: flopOrNull(cumulativeTrainingFlop),
  };
}
export type ClassificationJson = ReturnType<typeof classificationToJson>;

export function obligationToJson(obligation: Obligation) {
  const { due, advisory, benchmark, fulfilledAt } = obligation;
  return {
    ...obligation,
    due: dueToJson(due),
    advisory: dueToJson(advisory),
    benchmark: dueToJson(benchmark),
    fulfilledAt: instantOrNull(fulfilledAt),
  };
}
export type ObligationJson = ReturnType<typeof obligationToJson>;

/** A due date with its instants in UTC; a waiting period also shows its end on the clock of Brussels. */
export function dueToJson(due: Due | null) {
  if (due === null) return null;
  switch (due.kind) {
    case 'atPlacing':
    case 'beforePlacing':
    case 'from':
      return { kind: due.kind, at: formatInstant(due.at) };
    case 'fixedDate':
    case 'period':
      return { ...due, lastMoment: formatInstant(due.lastMoment), expiredFrom: formatInstant(due.expiredFrom) };
    case 'earliest':
      return {
        kind: due.kind,
        localDate: due.localDate,
        earliestUtc: formatInstant(due.earliest),
        earliestBrussels: formatInstantInBrussels(due.earliest),
      };
    case 'retention':
    case 'continuous':
    case 'onRequest':
    case 'withoutDelay':
    case 'withoutUndueDelay':
      return due;
  }
}
export type DueJson = NonNullable<ReturnType<typeof dueToJson>>;

function flopOrNull(value: Flop | null): string | null {
  return value === null ? null : formatFlop(value);
}

function instantOrNull(instant: Instant | null): string | null {
  return instant === null ? null : formatInstant(instant);
}
