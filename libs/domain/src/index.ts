export type * from './time/instant.js';
export type * from './flop/flop.js';
export type * from './history/fact-about-a-fact.js';
export type * from './history/recorded-fact.js';
export type * from './provider/provider-facts.js';
export type * from './model/model-facts.js';
export type * from './regulation/regulation-facts.js';
export type * from './assessment/assessment.js';
export { formatInstant, instantFromMilliseconds, readInstant, readLocalDate } from './time/instant.js';
export {
  addDays,
  addToDate,
  daysBetween,
  endOfLocalDay,
  formatInstantInBrussels,
  localDateOf,
  startOfLocalDay,
  weekdayOf,
  type CalendarUnit,
} from './time/brussels-day.js';
export { flop, formatFlop, formatFlopForNotification, isMoreThanAThirdOf, readFlop, sumFlop } from './flop/flop.js';
