import fc from 'fast-check';
import { allFactTypes, arbitraryFact, subjectOf } from '../../testing/arbitrary-facts.js';
import { readFact, writeFact } from './read-fact.js';

describe('every kind of fact', () => {
  it.each(allFactTypes)('%s is read back as it was written, through JSON', (type) => {
    fc.assert(
      fc.property(arbitraryFact(type), (fact) => {
        const json: unknown = JSON.parse(JSON.stringify(writeFact(fact)));
        expect(readFact(subjectOf(type).kind, type, json)).toEqual({ ok: true, fact });
      }),
      { numRuns: 50 },
    );
  });

  it.each(allFactTypes)('%s is refused with a field that it does not have', (type) => {
    fc.assert(
      fc.property(arbitraryFact(type), (fact) => {
        const reading = readFact(subjectOf(type).kind, type, { ...writeFact(fact), colour: 'red' });
        expect(reading).toMatchObject({ ok: false, problems: [{ path: 'data.colour', found: '"colour"' }] });
      }),
      { numRuns: 5 },
    );
  });

  it.each(allFactTypes)('%s is never read by accident, and reading never throws', (type) => {
    fc.assert(
      fc.property(fc.anything(), (data) => {
        const reading = readFact(subjectOf(type).kind, type, data);
        if (!reading.ok) expect(reading.problems.length).toBeGreaterThan(0);
        else expect(readFact(subjectOf(type).kind, type, writeFact(reading.fact))).toEqual(reading);
      }),
      { numRuns: 50 },
    );
  });
});
