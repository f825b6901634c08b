import type { FieldProblem } from '../history/shape.js';
import { formatInstantInBrussels } from '../time/brussels-day.js';
import { formatInstant, type Instant } from '../time/instant.js';
import { backwardPeriod, earlierOf, fixedDate, retention, waitingPeriod } from '../time/limits.js';
import { countPeriod, type CountedPeriod, type LastMoment, type PeriodRegime } from '../time/period.js';
import type { PeriodLength } from '../time/period-length.js';
import {
  deadlineInput,
  periodUnits,
  type DeadlineInput,
  type Limit,
  type Period,
  type Regime,
} from './deadline-input.js';
import type { Json } from './document.js';

/** The answer in the words of `deadline-vectors/1`, or every problem of the input; paths begin with `input`. */
export type DeadlineAnswer =
  { readonly ok: true; readonly answer: Json } | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/**
 * Counts a deadline, a waiting period or a retention as a vector of `deadline-vectors/1` describes it, and shows how it
 * was counted where a period was.
 */
export function answerDeadline(input: unknown): DeadlineAnswer {
  const problems: FieldProblem[] = [];
  const read = deadlineInput.read(input, 'input', problems);
  if (read === undefined || problems.length > 0) return { ok: false, problems };
  try {
    return { ok: true, answer: answerOf(read) };
  } catch (error) {
    // Each field can be read, but not counted together, such as something that is to be kept for hours.
    if (!(error instanceof RangeError)) throw error;
    const [, expected = 'a period that can be counted', found = 'another'] =
      /^expected (.*); found (.*)$/s.exec(error.message) ?? [];
    return { ok: false, problems: [{ path: 'input', expected, found }] };
  }
}

function answerOf(input: DeadlineInput): Json {
  switch (input.kind) {
    case 'waiting_period': {
      const { localDate, earliest } = waitingPeriod(input.decisionLocalDate, lengthOf(input.period, input.regime));
      return {
        earliestLocalDate: localDate,
        earliestBrussels: formatInstantInBrussels(earliest),
        earliestUtc: formatInstant(earliest),
      };
    }
    case 'retention': {
      const { retainUntil, deletableFrom } = retention(input.startLocalDate, lengthOf(input.period, input.regime));
      return { retainUntilLocalDate: retainUntil, deletableFromLocalDate: deletableFrom };
    }
    case 'min_of': {
      const [first, ...rest] = input.of.map(limitOf);
      if (first === undefined) throw new RangeError('expected at least one limit; found none');
      return limitToJson(earlierOf(first, ...rest));
    }
    case 'forward_period':
    case 'backward_period':
    case 'fixed_date':
      return limitToJson(limitOf(input));
  }
}

type CountedLimit = LastMoment & Partial<CountedPeriod>;

function limitOf(input: Limit): CountedLimit {
  switch (input.kind) {
    case 'forward_period':
      return countPeriod({
        from: (input.eventUtc ?? input.eventBrussels) as Instant,
        length: lengthOf(input.period, undefined),
        regime: periodRegimes[input.regime],
      });
    case 'backward_period':
      return backwardPeriod(input.anchorLocalDate, lengthOf(input.period, input.regime));
    case 'fixed_date':
      return fixedDate(input.date);
  }
}

function limitToJson(limit: CountedLimit): Json {
  const { rule, plainDate, derivation, ifUnconfirmedHolidaysAreWorkingDays } = limit;
  return {
    deadlineLocalDate: limit.localDate,
    lastMomentBrussels: formatInstantInBrussels(limit.lastMoment),
    lastMomentUtc: formatInstant(limit.lastMoment),
    expiredFromUtc: formatInstant(limit.expiredFrom),
    ...(rule === undefined ? {} : { rule, plainDate, derivation }),
    ...(ifUnconfirmedHolidaysAreWorkingDays === undefined ? {} : { ifUnconfirmedHolidaysAreWorkingDays }),
  };
}

const periodRegimes: Readonly<Record<Regime, PeriodRegime>> = {
  REG_1182_71: 'regulation1182',
  CODE_CALENDAR: 'codeCalendar',
  CODE_BUSINESS_DAYS: 'codeBusinessDays',
  CALENDAR_ONLY: 'calendarOnly',
};

function lengthOf({ n, unit }: Period, regime: Regime | undefined): PeriodLength {
  return { n, unit: regime === 'CODE_BUSINESS_DAYS' && unit === 'days' ? 'businessDays' : periodUnits[unit] };
}
