import { differenceInWords } from '#libs/domain';
import type { CaseResult } from './run.js';

export type Totals = { readonly passed: number; readonly failed: number; readonly notRun: number };

export function totalsOf(results: readonly CaseResult[]): Totals {
  const count = (outcome: CaseResult['outcome']) => results.filter((result) => result.outcome === outcome).length;
  return { passed: count('passed'), failed: count('failed'), notRun: count('notRun') };
}

/** A line for the case, and indented below it what was not as expected. */
export function caseInWords({ outcome, id, title, differences, reason }: CaseResult): string {
  const verdict = { passed: 'ok', failed: 'not ok', notRun: 'not run' }[outcome];
  const details = [...(reason === undefined ? [] : [reason]), ...differences.map(differenceInWords)];
  return [`${verdict} ${id} ${title}`, ...details.map((detail) => `    ${detail}`)].join('\n');
}

export function totalsInWords({ passed, failed, notRun }: Totals): string {
  return `${notRun === 0 ? '' : `${notRun} not run\n`}${passed} passed, ${failed} failed`;
}

export function reportInJson(results: readonly CaseResult[]): string {
  return JSON.stringify({ ...totalsOf(results), cases: results }, null, 2);
}
