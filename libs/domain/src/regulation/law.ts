import type { RecordedFact } from '../history/recorded-fact.js';
import { localDateOf, startOfLocalDay } from '../time/brussels-day.js';
import { commissionHolidays } from '../time/commission-holidays.js';
import type { HolidayCalendar, HolidayYear } from '../time/holiday-calendar.js';
import type { Instant, LocalDate } from '../time/instant.js';
import {
  valueInForce,
  type DatedValue,
  type Parameter,
  type ParameterName,
  type Parameters,
  type ParameterValues,
} from './parameter.js';

type Amendments = Readonly<Partial<Record<ParameterName, readonly DatedValue<unknown>[]>>>;

/** The parameters with their amendments, as published by one day. */
export class Law {
  readonly #parameters: Parameters;
  readonly #amendments: Amendments;
  readonly asOf: LocalDate;

  constructor(parameters: Parameters, amendments: Amendments, lawAsOf: Instant) {
    this.#parameters = parameters;
    this.#amendments = amendments;
    this.asOf = localDateOf(lawAsOf);
  }

  /** The value in force at an instant; undefined while nobody had published one. */
  find<Name extends ParameterName>(name: Name, at: Instant): DatedValue<ParameterValues[Name]> | undefined {
    const values = this.#valuesOf(name);
    const [only] = values;
    // Most parameters never changed, and then the day does not matter.
    if (values.length === 1 && only !== undefined) return only.publishedOn <= this.asOf ? only : undefined;
    return valueInForce(values, localDateOf(at), this.asOf);
  }

  /**
   * The value in force at an instant. An unpublished one is answered too: only rules that were themselves published by
   * then ask for it, and their parameters came with them.
   */
  value<Name extends ParameterName>(name: Name, at: Instant): ParameterValues[Name] {
    const found = this.find(name, at) ?? this.#valuesOf(name)[0];
    if (found === undefined) throw new Error(`the parameter ${name} has no value`);
    return found.value;
  }

  /** The holidays of the Commission, as far as they were published by then. */
  get calendar(): HolidayCalendar {
    return this.#amendments.commissionHolidays === undefined
      ? commissionHolidays
      : amendedCalendar(this.#valuesOf('commissionHolidays').filter(({ publishedOn }) => publishedOn <= this.asOf));
  }

  /** Where each value of a parameter starts to apply, of those published. */
  changesOf(name: ParameterName): readonly Instant[] {
    return this.#valuesOf(name)
      .filter(({ publishedOn }) => publishedOn <= this.asOf)
      .map(({ effectiveFrom }) => startOfLocalDay(effectiveFrom));
  }

  #valuesOf<Name extends ParameterName>(name: Name): readonly DatedValue<ParameterValues[Name]>[] {
    const amended = this.#amendments[name] as readonly DatedValue<ParameterValues[Name]>[] | undefined;
    const { values } = this.#parameters[name] as Parameter<ParameterValues[Name]>;
    return amended === undefined ? values : [...values, ...amended];
  }
}

/** Lists of holidays that were published later replace those of their years. The same lists make the same calendar. */
function amendedCalendar(values: readonly DatedValue<HolidayYear>[]): HolidayCalendar {
  const years = new Map<number, DatedValue<HolidayYear>>();
  for (const dated of values) {
    const before = years.get(dated.value.year);
    if (before === undefined || before.publishedOn <= dated.publishedOn) years.set(dated.value.year, dated);
  }
  const version = [...years.values()]
    .map(({ value, publishedOn }) => `${publishedOn} ${value.days.join(' ')}`)
    .join(', ');
  let calendar = amendedCalendars.get(version);
  if (calendar === undefined) {
    if (amendedCalendars.size >= AMENDED_CALENDARS_MAX) amendedCalendars.clear();
    calendar = { ...commissionHolidays, version, years: [...years.values()].map(({ value }) => value) };
    amendedCalendars.set(version, calendar);
  }
  return calendar;
}

const AMENDED_CALENDARS_MAX = 100;
// What was counted by a calendar is remembered by its identity, so that equal calendars are made to be the same.
const amendedCalendars = new Map<string, HolidayCalendar>();

export type AmendmentsRead = {
  readonly amendments: Amendments;
  /** Ids of amendments that name no parameter of ours, or a value that cannot be read. */
  readonly unreadable: readonly string[];
  /** Instants from which an amendment applies, or can be known. */
  readonly instants: readonly Instant[];
};

/**
 * Adds what `ParameterAmended` facts say to the built-in values. An amendment without a day of publication counts as
 * published on the day on which it occurred.
 */
export function readAmendments(parameters: Parameters, facts: readonly RecordedFact[]): AmendmentsRead {
  const amendments: Partial<Record<ParameterName, DatedValue<unknown>[]>> = {};
  const unreadable: string[] = [];
  const instants: Instant[] = [];
  for (const fact of facts) {
    if (fact.type !== 'ParameterAmended') continue;
    const { parameter, value, effectiveFrom, source } = fact.data;
    const publishedOn = fact.data.publishedOn ?? localDateOf(fact.occurredAt);
    if (!isParameterName(parameters, parameter)) {
      unreadable.push(fact.id);
      continue;
    }
    try {
      const dated = { value: parameters[parameter].read(value), effectiveFrom, publishedOn, source, confirmed: true };
      (amendments[parameter] ??= []).push(dated);
      instants.push(startOfLocalDay(effectiveFrom), startOfLocalDay(publishedOn));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      unreadable.push(fact.id);
    }
  }
  return { amendments, unreadable, instants };
}

export function isParameterName(parameters: Parameters, name: string): name is ParameterName {
  return Object.hasOwn(parameters, name);
}

/**
 * The value of a parameter in force at an instant, of those published by `lawAsOf`, with its source. Undefined: none was
 * published by then. Amendments recorded as facts are not looked at here.
 */
export function parameterAt<Name extends ParameterName>(
  { parameters }: { readonly parameters: Parameters },
  name: Name,
  at: Instant,
  lawAsOf: Instant,
): DatedValue<ParameterValues[Name]> | undefined {
  return new Law(parameters, {}, lawAsOf).find(name, at);
}
