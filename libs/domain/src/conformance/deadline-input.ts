import { complain, isObject, list, object, optional, type Shape } from '../history/shape.js';
import { instant, localDate, oneOf, prose, wholeNumber } from '../history/values.js';
import type { Instant, LocalDate } from '../time/instant.js';
import { LENGTH_MAX, type PeriodUnit } from '../time/period-length.js';

/** What is to be counted, in the words of `deadline-vectors/1`. */
export type DeadlineInput = ForwardPeriod | BackwardPeriod | FixedDate | WaitingPeriod | RetentionPeriod | MinimumOf;

export type ForwardPeriod = {
  readonly kind: 'forward_period';
  /** The event that the period runs from. One of the two is enough; both have to be the same moment. */
  readonly eventUtc?: Instant;
  readonly eventBrussels?: Instant;
  readonly period: Period;
  readonly regime: Regime;
} & Described;
export type BackwardPeriod = { readonly kind: 'backward_period'; readonly anchorLocalDate: LocalDate } & Unmoved;
export type FixedDate = { readonly kind: 'fixed_date'; readonly date: LocalDate } & Described;
export type WaitingPeriod = { readonly kind: 'waiting_period'; readonly decisionLocalDate: LocalDate } & Unmoved;
export type RetentionPeriod = { readonly kind: 'retention'; readonly startLocalDate: LocalDate } & Unmoved;
/** The earliest of several limits. */
export type MinimumOf = { readonly kind: 'min_of'; readonly of: readonly Limit[] } & Described;
export type Limit = ForwardPeriod | BackwardPeriod | FixedDate;

export type Period = { readonly n: number; readonly unit: Unit };
export type Regime = (typeof regimes)[number];
export type Unit = (typeof units)[number];

/** Members that change nothing. */
type Described = { readonly calendar?: 'eu-commission'; readonly note?: string };
/** Counted by the calendar and never moved; the regime tells only whether days are business days. */
type Unmoved = { readonly period: Period; readonly regime?: Regime } & Described;

const regimes = ['REG_1182_71', 'CODE_CALENDAR', 'CODE_BUSINESS_DAYS', 'CALENDAR_ONLY'] as const;
const units = ['hours', 'days', 'weeks', 'months', 'years', 'business_days'] as const;
const LIMITS_MAX = 20;

export const periodUnits: Readonly<Record<Unit, PeriodUnit>> = {
  hours: 'hours',
  days: 'days',
  weeks: 'weeks',
  months: 'months',
  years: 'years',
  business_days: 'businessDays',
};

const rawPeriod = object<Period>({ n: wholeNumber, unit: oneOf(...units) });
const period: Shape<Period> = {
  ...rawPeriod,
  read: (json, path, problems) => {
    const read = rawPeriod.read(json, path, problems);
    if (read === undefined) return undefined;
    const max = LENGTH_MAX[periodUnits[read.unit]];
    return read.n <= max ? read : complain(problems, `${path}.n`, `0 to ${max} ${read.unit}`, read.n);
  },
};
const regime = oneOf(...regimes);

const described = { calendar: optional(oneOf('eu-commission')), note: optional(prose) };
const unmoved = { period, regime: optional(regime), ...described };

const rawForwardPeriod = object<ForwardPeriod>({
  kind: oneOf('forward_period'),
  eventUtc: optional(instant),
  eventBrussels: optional(instant),
  period,
  regime,
  ...described,
});
const forwardPeriod: Shape<ForwardPeriod> = {
  ...rawForwardPeriod,
  read: (json, path, problems) => {
    const read = rawForwardPeriod.read(json, path, problems);
    if (read === undefined) return undefined;
    const { eventUtc, eventBrussels } = read;
    if (eventUtc === undefined && eventBrussels === undefined) {
      return complain(
        problems,
        `${path}.eventUtc`,
        'an instant with time zone such as "2026-10-05T09:12:00Z"',
        undefined,
      );
    }
    if (eventUtc === undefined || eventBrussels === undefined || eventUtc === eventBrussels) return read;
    const found = (json as Record<string, unknown>)['eventBrussels'];
    return complain(problems, `${path}.eventBrussels`, 'the moment that eventUtc names', found);
  },
};

const limits = {
  forward_period: forwardPeriod,
  backward_period: object<BackwardPeriod>({
    kind: oneOf('backward_period'),
    anchorLocalDate: localDate,
    ...unmoved,
  }),
  fixed_date: object<FixedDate>({ kind: oneOf('fixed_date'), date: localDate, ...described }),
} as const;

/** Reads what is to be counted. Strict: unknown members are problems. */
export const deadlineInput: Shape<DeadlineInput> = ofKind<DeadlineInput>({
  ...limits,
  waiting_period: object<WaitingPeriod>({ kind: oneOf('waiting_period'), decisionLocalDate: localDate, ...unmoved }),
  retention: object<RetentionPeriod>({ kind: oneOf('retention'), startLocalDate: localDate, ...unmoved }),
  min_of: object<MinimumOf>({
    kind: oneOf('min_of'),
    of: list(ofKind<Limit>(limits), { itemsMin: 1, itemsMax: LIMITS_MAX }),
    ...described,
  }),
});

type Reader<Value> = Pick<Shape<Value>, 'read'>;

/** An object whose member `kind` says which form it has. It is only read: nothing writes a question. */
function ofKind<Value extends { readonly kind: string }>(
  readers: Readonly<Record<Value['kind'], Reader<Value>>>,
): Shape<Value> {
  const byKind = new Map<unknown, Reader<Value>>(Object.entries<Reader<Value>>(readers));
  return {
    read: (json, path, problems) => {
      if (!isObject(json)) return complain(problems, path, 'an object', json);
      const reader = byKind.get(json['kind']);
      if (reader !== undefined) return reader.read(json, path, problems);
      return complain(problems, `${path}.kind`, `one of ${[...byKind.keys()].join(', ')}`, json['kind']);
    },
    write: (value) => value,
  };
}
