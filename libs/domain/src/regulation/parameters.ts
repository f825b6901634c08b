import { readFlop, type Flop } from '../flop/flop.js';
import { commissionHolidays } from '../time/commission-holidays.js';
import type { HolidayYear } from '../time/holiday-calendar.js';
import { readLocalDate, type LocalDate } from '../time/instant.js';
import type { Fraction, Length, Parameter, Parameters } from './parameter.js';

const entryIntoForce = readLocalDate('2024-08-01');
const officialJournal = readLocalDate('2024-07-12');
const guidelinesPublished = readLocalDate('2025-07-18');
const codePublished = readLocalDate('2025-07-10');

/** A value of the Act, of the Guidelines or of the Code as first published; amendments are added behind it. */
const act = <Value>(value: Value, provision: string) => ({
  value,
  effectiveFrom: entryIntoForce,
  publishedOn: officialJournal,
  source: `Regulation (EU) 2024/1689, ${provision}`,
  confirmed: true,
});
const guidelines = <Value>(value: Value, section: string) => ({
  value,
  effectiveFrom: entryIntoForce,
  publishedOn: guidelinesPublished,
  source: `Guidelines C(2025) 5045 final, ${section}`,
  confirmed: true,
});
const code = <Value>(value: Value, measure: string, confirmed = true) => ({
  value,
  effectiveFrom: codePublished,
  publishedOn: codePublished,
  source: `GPAI Code of Practice, ${measure}`,
  confirmed,
});

function readNumber(text: string): number {
  if (!/^\d{1,15}([.]\d{1,6})?$/.test(text)) throw new RangeError(`expected a plain number, found "${text}"`);
  return Number(text);
}

const units = new Set<string>(['hours', 'days', 'weeks', 'months', 'years', 'businessDays'] satisfies Length['unit'][]);

function readLength(text: string): Length {
  const [n = '', unit = '', ...rest] = text.trim().split(/\s+/);
  if (!/^\d{1,4}$/.test(n) || !units.has(unit) || rest.length > 0) {
    throw new RangeError(`expected a length such as "2 weeks", found "${text}"`);
  }
  return { n: Number(n), unit: unit as Length['unit'] };
}

function readFraction(text: string): Fraction {
  const [, numerator, denominator] = /^(\d{1,9})\/([1-9]\d{0,8})$/.exec(text.trim()) ?? [];
  if (numerator === undefined || denominator === undefined) {
    throw new RangeError(`expected a fraction such as "1/3", found "${text}"`);
  }
  return { numerator: BigInt(numerator), denominator: BigInt(denominator) };
}

/** `2028: 01-03 04-13 04-14`, or `unconfirmed 2028: …` while the list is not published. */
function readHolidays(text: string): HolidayYear {
  const [, unconfirmed, year = '', days = ''] = /^(unconfirmed )?(\d{4}):((?: \d\d-\d\d)+)$/.exec(text.trim()) ?? [];
  if (year === '')
    throw new RangeError(`expected a year and its holidays such as "2028: 01-03 04-13", found "${text}"`);
  return {
    year: Number(year),
    status: unconfirmed === undefined ? 'officialJournal' : 'unconfirmed',
    source: 'amendment',
    days: days
      .trim()
      .split(' ')
      .map((day) => readLocalDate(`${year}-${day}`))
      .sort(),
  };
}

const holidays = (holidayYear: HolidayYear): Dated<HolidayYear> => ({
  value: holidayYear,
  effectiveFrom: readLocalDate(`${holidayYear.year}-01-01`),
  publishedOn: officialJournal,
  source: holidayYear.source,
  confirmed: holidayYear.status !== 'unconfirmed',
});

type Dated<Value> = Parameter<Value>['values'][number];
const flop = (says: string, ...values: Dated<Flop>[]): Parameter<Flop> => ({ says, read: readFlop, values });
const day = (says: string, ...values: Dated<LocalDate>[]): Parameter<LocalDate> => ({
  says,
  read: readLocalDate,
  values,
});
const length = (says: string, ...values: Dated<Length>[]): Parameter<Length> => ({ says, read: readLength, values });
const number = (says: string, ...values: Dated<number>[]): Parameter<number> => ({ says, read: readNumber, values });

const weeks = (n: number): Length => ({ n, unit: 'weeks' });
const months = (n: number): Length => ({ n, unit: 'months' });
const years = (n: number): Length => ({ n, unit: 'years' });
const days = (n: number): Length => ({ n, unit: 'days' });
const businessDays = (n: number): Length => ({ n, unit: 'businessDays' });

/** The dated parameters as of 23 November 2026. No delegated act under Art. 51(3) is known to have changed a threshold. */
export const parameters: Parameters = {
  chapterVAppliesFrom: day('Chapter V applies from', act(readLocalDate('2025-08-02'), 'Art. 113(b)')),
  enforcementFrom: day(
    'Commission powers and fines exist from',
    act(readLocalDate('2026-08-02'), 'Art. 113, Art. 113(b)'),
  ),
  transitionEndsOn: day('Transition of earlier models ends on', act(readLocalDate('2027-08-02'), 'Art. 111(3)')),
  gpaiThresholdFlop: flop('Indicative criterion of a GPAI model, FLOP above', guidelines(readFlop('1e23'), 's. 2.1')),
  systemicRiskThresholdFlop: flop(
    'High-impact capabilities are presumed, FLOP above',
    act(readFlop('1e25'), 'Art. 51(2)'),
  ),
  modificationShare: {
    says: 'A modifier is a provider above this share of the original compute',
    read: readFraction,
    values: [guidelines({ numerator: 1n, denominator: 3n }, 's. 3.2')],
  },
  unknownOriginalFlop: flop('Stands in for unknown original compute', guidelines(readFlop('1e23'), 's. 3.2')),
  unknownSystemicRiskOriginalFlop: flop(
    'Stands in for unknown original compute of a model with systemic risk',
    guidelines(readFlop('1e25'), 's. 3.2'),
  ),
  estimateMarginPercent: number('Accepted error of a compute estimate, per cent', guidelines(30, 'Annex A.2')),
  notificationPeriod: length('Notification at the latest within', act(weeks(2), 'Art. 52(1)')),
  reassessmentWait: length('Reassessment can be requested after', act(months(6), 'Art. 52(5)')),
  representativeRetention: length('The representative keeps the file for', act(years(10), 'Art. 54(3)(b)')),
  summaryUpdateInterval: length('Summary of training content is updated every', {
    value: months(6),
    effectiveFrom: entryIntoForce,
    publishedOn: readLocalDate('2025-07-24'),
    source: 'Explanatory notice to the template for the summary of training content',
    confirmed: false,
  }),
  commissionHolidays: {
    says: 'Days on which the Commission in Brussels does not work',
    read: readHolidays,
    values: commissionHolidays.years.map(holidays),
  },
  fineTurnoverPercent: number('Fine of at most this share of turnover, per cent', act(3, 'Art. 101(1)')),
  fineFloorEur: number('Fine of at most this sum, where higher, in euro', act(15_000_000, 'Art. 101(1)')),
  codeDownstreamReply: length('Downstream providers get an answer within', code(days(14), 'Transparency 1.2', false)),
  codeDocumentationRetention: length(
    'Documentation is kept for',
    code(years(10), 'Transparency 1.1, Safety and Security 10.1'),
  ),
  codeFrameworkAfterNotification: length(
    'Framework is confirmed after the notification within',
    code(weeks(4), 'Safety and Security 1.1'),
  ),
  codeFrameworkBeforePlacing: length(
    'Framework is confirmed before placing by',
    code(weeks(2), 'Safety and Security 1.1'),
  ),
  codeFrameworkAssessmentInterval: length('Framework is assessed every', code(months(12), 'Safety and Security 1.3')),
  codeAccessToUpdate: length('AI Office gets access within', code(businessDays(5), 'Safety and Security 1.4, 7.7')),
  codeModelReportDelay: length('Model Report may be delayed by', code(businessDays(15), 'Safety and Security 7.7')),
  codeModelReportInterval: length('Model Report is updated every', code(months(6), 'Safety and Security 7.6')),
  codeIncidentCriticalInfrastructure: length('First report within', code(days(2), 'Safety and Security 9.3')),
  codeIncidentCybersecurity: length('First report within', code(days(5), 'Safety and Security 9.3')),
  codeIncidentDeath: length('First report within', code(days(10), 'Safety and Security 9.3')),
  codeIncidentOtherHarm: length('First report within', code(days(15), 'Safety and Security 9.3')),
  codeIntermediateReport: length('Intermediate report every', code(weeks(4), 'Safety and Security 9.3')),
  codeFinalReport: length('Final report after resolution within', code(days(60), 'Safety and Security 9.3')),
  codeIncidentRetention: length('Incident documentation is kept for', code(years(5), 'Safety and Security 9.4')),
  codeEvaluationTime: length('An evaluation team has about', code(businessDays(20), 'Safety and Security App. 3.4')),
  codeLostReference: length(
    'Another safe reference model is found, or all measures are applied, within',
    code(months(6), 'Safety and Security App. 2.2'),
  ),
  codeAccessReviewInterval: length(
    'Access to the parameters is reviewed every',
    code(months(6), 'Safety and Security App. 4.3', false),
  ),
};
