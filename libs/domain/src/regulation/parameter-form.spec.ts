import type { ParameterValues } from './parameter.js';
import { formOf, writeParameterValue } from './parameter-form.js';
import { parameters } from './parameters.js';

const names = Object.keys(parameters) as (keyof ParameterValues)[];

/** Where a list of holidays was taken from is told beside it. */
const told = (value: ParameterValues[keyof ParameterValues]) =>
  typeof value === 'object' && 'days' in value ? { year: value.year, days: value.days } : value;

describe('the written form of a parameter', () => {
  it.each(names)('of %s is read back to the same value', (name) => {
    const { values, read } = parameters[name];
    expect(values.length).toBeGreaterThan(0);
    for (const { value } of values) expect(told(read(writeParameterValue(value)))).toEqual(told(value));
  });

  it.each(names)('of %s is told in words', (name) => {
    expect(formOf(parameters[name])).toMatch(/such as|plain number/);
  });

  it('is short', () => {
    const written = (name: keyof ParameterValues) =>
      parameters[name].values.map(({ value }) => writeParameterValue(value));
    expect(written('systemicRiskThresholdFlop')).toEqual(['1e25']);
    expect(written('notificationPeriod')).toEqual(['2 weeks']);
    expect(written('modificationShare')).toEqual(['1/3']);
    expect(written('fineFloorEur')).toEqual(['15000000']);
  });
});
