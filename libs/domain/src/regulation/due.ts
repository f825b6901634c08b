import type { Deadline, Due } from '../assessment/assessment.js';
import type { HolidayCalendar } from '../time/holiday-calendar.js';
import { localDateOf } from '../time/brussels-day.js';
import type { Instant, LocalDate } from '../time/instant.js';
import { backwardPeriod, fixedDate, retention, waitingPeriod } from '../time/limits.js';
import { countPeriod, type PeriodRegime } from '../time/period.js';
import { lengthInWords } from '../time/period-length.js';
import type { Law } from './law.js';
import type { ParameterName, ParameterValues } from './parameter.js';

/** The parameters that are lengths of time. */
export type LengthName = {
  [Name in ParameterName]: ParameterValues[Name] extends { readonly n: number } ? Name : never;
}[ParameterName];

type DueOf<Kind extends Due['kind']> = Extract<Due, { kind: Kind }>;

const COUNTED_PERIODS_MAX = 20_000;
const countedPeriods = new WeakMap<HolidayCalendar, Map<string, DueOf<'period'>>>();

/** A period of the length in force that runs from an event. What was counted once is remembered: counting is pure. */
export function periodFrom(law: Law, from: Instant, name: LengthName, regime: PeriodRegime): DueOf<'period'> {
  const length = law.value(name, from);
  const { calendar } = law;
  const key = `${from} ${length.n} ${length.unit} ${regime}`;
  let counted = countedPeriods.get(calendar);
  if (counted === undefined || counted.size >= COUNTED_PERIODS_MAX) {
    counted = new Map();
    countedPeriods.set(calendar, counted);
  }
  let due = counted.get(key);
  if (due === undefined) {
    due = { kind: 'period', ...countPeriod({ from, length, regime, calendar }) };
    counted.set(key, due);
  }
  return due;
}

/** A named day: complete until its end, never moved. */
export function fixedDeadline(date: LocalDate): Deadline {
  return fixedDate(date);
}

export function onFixedDate(date: LocalDate): DueOf<'fixedDate'> {
  return { kind: 'fixedDate', ...fixedDeadline(date) };
}

/** The last day that is so long before an event. Reg. 1182/71, Art. 3(4): never moved. */
export function periodBefore(law: Law, event: Instant, name: LengthName, eventInWords: string): DueOf<'period'> {
  const day = localDateOf(event);
  const length = law.value(name, event);
  const deadline = backwardPeriod(day, length, law.calendar);
  const words = lengthInWords(length);
  return {
    kind: 'period',
    ...deadline,
    rule: `${words} before ${eventInWords}, Code calendar count`,
    plainDate: deadline.localDate,
    derivation: [
      `Counted back from ${day}, ${words} before it is ${deadline.localDate}.`,
      'A period counted backwards is never moved to a working day.',
    ],
  };
}

/** The first moment after a waiting period that is safe under every reading. */
export function notBefore(law: Law, decision: Instant, name: LengthName): DueOf<'earliest'> {
  return { kind: 'earliest', ...waitingPeriod(localDateOf(decision), law.value(name, decision), law.calendar) };
}

export function keepUntil(law: Law, start: Instant, name: LengthName): DueOf<'retention'> {
  const { retainUntil } = retention(localDateOf(start), law.value(name, start), law.calendar);
  return { kind: 'retention', retainUntil };
}

/** The first instant at which a duty with this due date is late; `null`: there is no such instant. */
export function lateFrom(due: Due | null): Instant | null {
  switch (due?.kind) {
    case 'atPlacing':
    case 'beforePlacing':
    case 'from':
      return due.at;
    case 'fixedDate':
    case 'period':
      return due.expiredFrom;
    case undefined:
    case 'earliest':
    case 'retention':
    case 'continuous':
    case 'onRequest':
    case 'withoutDelay':
    case 'withoutUndueDelay':
      return null;
  }
}

/** The earlier of two periods that both have to be kept; it shows the other one too. */
export function earlierDue(one: DueOf<'period'>, other: DueOf<'period'>): DueOf<'period'> {
  const [first, second] = one.expiredFrom <= other.expiredFrom ? [one, other] : [other, one];
  const both = `${second.rule}, would end with ${second.localDate}; the earlier of the two counts.`;
  return { ...first, derivation: [...first.derivation, both] };
}
