import { formatFlop, type Flop } from '../flop/flop.js';
import { sameAnswer } from '../assessment/same-answer.js';
import { factsInForce } from '../history/facts-in-force.js';
import type { RecordedFact } from '../history/recorded-fact.js';
import { localDateOf } from '../time/brussels-day.js';
import { holidaysOf, type HolidayCalendar, type HolidayYear } from '../time/holiday-calendar.js';
import { formatInstant, type Instant, type LocalDate } from '../time/instant.js';
import { Law, readAmendments } from './law.js';
import {
  valueInForce,
  type DatedValue,
  type Parameter,
  type ParameterName,
  type Parameters,
  type ParameterValues,
} from './parameter.js';
import { formOf, writeParameterValue } from './parameter-form.js';
import type { Regulation } from './regulation.js';
import type { ObligationRule } from './rule.js';

export type RegulationQuestion = { readonly at: Instant; readonly lawAsOf: Instant };

/**
 * The rulebook itself, as plain JSON: every parameter with all its dated values, which of them holds at `at` by the law
 * published at `lawAsOf`, the holidays that deadlines are counted with, and the list of obligations.
 *
 * @param history of the stream `regulation`: its amendments are shown with the event that made them
 */
export function describeRegulation(
  { version, parameters, obligations }: Regulation,
  history: readonly RecordedFact[],
  { at, lawAsOf }: RegulationQuestion,
) {
  const { amendments } = readAmendments(parameters, factsInForce(history));
  const { calendar } = new Law(parameters, amendments, lawAsOf);
  const days: Days = { at: localDateOf(at), lawAsOf: localDateOf(lawAsOf), calendar };
  const { read, unreadable } = readEach(parameters, history);
  const names = Object.keys(parameters) as ParameterName[];
  return {
    version,
    at: formatInstant(at),
    lawAsOf: formatInstant(lawAsOf),
    parameters: names.map((name) => describeParameter(name, parameters[name], read, days)),
    unreadableAmendments: unreadable,
    holidays: { id: calendar.id, years: holidayYears(days) },
    obligations: obligations.map((rule) => ({
      id: rule.id,
      title: rule.title,
      provision: rule.provision,
      kind: rule.kind,
      sourceStatus: rule.sourceStatus,
      source: rule.source,
      ...datesOf(rule, days),
    })),
  };
}

/**
 * One entry of the rulebook in full: whatever of it is data, and which measures of the Code detail it. The functions that
 * decide are left out.
 */
export function describeObligation(
  rule: ObligationRule,
  { obligations }: Pick<Regulation, 'obligations'>,
): Readonly<Record<string, unknown>> {
  const detailedBy = obligations.filter(({ terms }) => terms.details.includes(rule.id)).map(({ id }) => id);
  return { ...(plainData(rule) as Record<string, unknown>), detailedBy };
}

type Days = { readonly at: LocalDate; readonly lawAsOf: LocalDate; readonly calendar: HolidayCalendar };
type ParameterValue = ParameterValues[ParameterName];
type Amendment = { readonly name: string; readonly value: DatedValue<unknown>; readonly event: string };

function readEach(
  parameters: Parameters,
  history: readonly RecordedFact[],
): { readonly read: readonly Amendment[]; readonly unreadable: readonly string[] } {
  const read: Amendment[] = [];
  const unreadable: string[] = [];
  for (const fact of factsInForce(history)) {
    const reading = readAmendments(parameters, [fact]);
    unreadable.push(...reading.unreadable);
    for (const [name, values] of Object.entries(reading.amendments)) {
      for (const value of values) read.push({ name, value, event: fact.id });
    }
  }
  return { read, unreadable };
}

function describeParameter(
  name: ParameterName,
  parameter: Parameter<ParameterValue>,
  amendments: readonly Amendment[],
  days: Days,
) {
  const own = amendments.filter((amendment) => amendment.name === name);
  const eventOf = new Map(own.map(({ value, event }) => [value, event]));
  const values = [...parameter.values, ...own.map(({ value }) => value as DatedValue<ParameterValue>)];
  const holding = valueInForce(values, days.at, days.lawAsOf);
  return {
    name,
    says: parameter.says,
    form: formOf(parameter),
    values: values.map((dated) => ({
      value: writeParameterValue(dated.value),
      effectiveFrom: dated.effectiveFrom,
      publishedOn: dated.publishedOn,
      source: dated.source,
      confirmed: dated.confirmed,
      published: dated.publishedOn <= days.lawAsOf,
      inForce: isHolidays(dated.value) ? isListed(dated.value, days.calendar) : dated === holding,
      /** Id of the event that amended it; null: built in. */
      amendment: eventOf.get(dated) ?? null,
    })),
  };
}

function isHolidays(value: ParameterValue): value is HolidayYear {
  return typeof value === 'object' && 'days' in value;
}

/** Each year has a list of its own, so that several are in force at once. */
function isListed(list: HolidayYear, { years }: HolidayCalendar): boolean {
  return years.some((year) => sameAnswer(year, list));
}

function datesOf({ publishedOn, effectiveFrom }: ObligationRule, { at, lawAsOf }: Days) {
  const published = publishedOn <= lawAsOf;
  return { publishedOn, effectiveFrom, published, inForce: published && effectiveFrom <= at };
}

/** The years that are listed, and the one asked about with the next, which deadlines reach into. */
function holidayYears({ at, calendar }: Days): readonly HolidayYear[] {
  const year = Number(at.slice(0, 4));
  const years = new Set([...calendar.years.map((listed) => listed.year), year, year + 1]);
  return [...years].sort((a, b) => a - b).map((wanted) => holidaysOf(calendar, wanted));
}

function plainData(value: unknown): unknown {
  if (typeof value === 'bigint') return formatFlop(value as Flop);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(plainData);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => typeof member !== 'function')
      .map(([name, member]) => [name, plainData(member)]),
  );
}
