import {
  addDays,
  localDateOf,
  openDuties,
  startOfLocalDay,
  type Due,
  type Instant,
  type LocalDate,
  type Obligation,
} from '#libs/domain';

/** When to remind of a deadline. */
export type ReminderPolicy = {
  /** Days before the deadline's day, in Brussels; 0 is the day itself. */
  readonly daysBefore: readonly number[];
  /** For deadlines that are counted in hours. */
  readonly hoursBefore: readonly number[];
};

export const defaultPolicy: ReminderPolicy = { daysBefore: [30, 14, 7, 3, 1, 0], hoursBefore: [48, 24, 6, 1] };

/** A duty to be reminded of: what a stage needs of an open obligation. */
export type Duty = {
  readonly key: string;
  readonly id: string;
  readonly title: string;
  readonly actor: string | null;
  readonly deadline: Instant;
  readonly precision: 'day' | 'hour';
};

/** What people and earlier reminders have done about a duty. */
export type Reaction = {
  /** Somebody is on it: no reminders before this deadline. Those for being overdue still come. */
  readonly acknowledgedDeadline: Instant | null;
  readonly snoozedUntil: Instant | null;
  /** When a reminder of this duty was last sent. */
  readonly lastSentAt: Instant | null;
};

export type PlannedStage = {
  readonly duty: Duty;
  /** Unique within the duty, and the same whenever it is planned: `7-days-before-2026-10-19`. */
  readonly stage: string;
  readonly fireAt: Instant;
  readonly state: 'planned' | 'snoozed' | 'acknowledged';
};

const hourMs = 3_600_000;
/** From nine in the morning to midnight. Clocks change earlier in the day, so it is so long on every day. */
const nineToMidnightMs = 15 * hourMs;

/** The duties of an assessment that have to be reminded of. */
export function dutiesOf(obligations: readonly Obligation[]): readonly Duty[] {
  return openDuties(obligations).map(({ obligation: { key, id, title, actor, due }, deadline }) => {
    return { key, id, title, actor, deadline, precision: precisionOf(due) };
  });
}

/**
 * All stages of a duty: before its deadline, never after it; and the next one of the daily stages for being overdue.
 * It rests on the deadline and the reaction alone, so that planning it again at another time gives the same stages;
 * whoever sends decides which of them have come, and which were missed.
 */
export function planStages(
  duty: Duty,
  reaction: Reaction,
  policy: ReminderPolicy = defaultPolicy,
): readonly PlannedStage[] {
  const before = duty.precision === 'hour' ? hourStages(duty, policy) : dayStages(duty, policy);
  const isAcknowledged = reaction.acknowledgedDeadline === duty.deadline;
  return [
    ...before.map((stage) => (isAcknowledged ? { ...stage, state: 'acknowledged' as const } : snooze(stage, reaction))),
    snooze(overdueStage(duty, reaction), reaction),
  ];
}

/** Nine in the morning in Brussels. */
export function morningOf(day: LocalDate): Instant {
  return (startOfLocalDay(addDays(day, 1)) - nineToMidnightMs) as Instant;
}

function dayStages(duty: Duty, { daysBefore }: ReminderPolicy): PlannedStage[] {
  const lastDay = localDateOf(duty.deadline);
  return daysBefore
    .map((days) => ({ stage: `${days}-days-before-${lastDay}`, fireAt: morningOf(addDays(lastDay, -days)) }))
    .filter(({ fireAt }) => fireAt <= duty.deadline)
    .map((stage) => ({ duty, ...stage, state: 'planned' }));
}

function hourStages(duty: Duty, { hoursBefore }: ReminderPolicy): PlannedStage[] {
  return hoursBefore.map((hours) => ({
    duty,
    stage: `${hours}-hours-before-${duty.deadline}`,
    fireAt: (duty.deadline - hours * hourMs) as Instant,
    state: 'planned',
  }));
}

/** The first morning after the deadline, or after the last reminder if that was later. */
function overdueStage(duty: Duty, { lastSentAt }: Reaction): PlannedStage {
  const after = lastSentAt !== null && lastSentAt > duty.deadline ? lastSentAt : duty.deadline;
  const day = localDateOf(after);
  const overdueDay = morningOf(day) > after ? day : addDays(day, 1);
  return { duty, stage: `overdue-on-${overdueDay}`, fireAt: morningOf(overdueDay), state: 'planned' };
}

function snooze(stage: PlannedStage, { snoozedUntil }: Reaction): PlannedStage {
  return snoozedUntil !== null && stage.fireAt < snoozedUntil
    ? { ...stage, fireAt: snoozedUntil, state: 'snoozed' }
    : stage;
}

/** A deadline that does not end with a day is counted in hours. */
function precisionOf(due: Due | null): Duty['precision'] {
  return due?.kind === 'period' && due.expiredFrom !== startOfLocalDay(addDays(due.localDate, 1)) ? 'hour' : 'day';
}
