import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { factsOf, readScenarios } from '../conformance/scenario.js';
import { flop } from '../flop/flop.js';
import type { RecordedFact } from '../history/recorded-fact.js';
import { regulation } from '../regulation/regulation.js';
import { lateFrom } from '../regulation/due.js';
import { instantFromMilliseconds, readInstant, type Instant } from '../time/instant.js';
import { assess } from './assess.js';
import { assessmentToJson } from './assessment-json.js';
import type { Assessment } from './assessment.js';

const scenarios = readScenarios(
  JSON.parse(
    readFileSync(new URL('../../../../test/fixtures/conformance/scenarios.json', import.meta.url), 'utf8'),
  ) as unknown,
);
const histories = scenarios.map(factsOf);
const latest = readInstant('2030-01-01T00:00:00Z');

const history = fc.constantFrom(...histories);
const instant = fc
  .integer({ min: Date.parse('2025-01-01T00:00:00Z'), max: Date.parse('2028-12-31T00:00:00Z') })
  .map(instantFromMilliseconds);
const modelId = fc.constantFrom('m1', 'm2');

const ask = (facts: readonly RecordedFact[], model: string, at: Instant): Assessment =>
  assess(facts, regulation, { modelId: model, at, knownAt: latest, lawAsOf: latest });

/** What an assessment says, without the instant at which it was asked. */
function saying(assessment: Assessment): unknown {
  const { at: _at, holdsUntil: _holdsUntil, ...rest } = assessmentToJson(assessment);
  return rest;
}

describe('an assessment', () => {
  it('does not depend on the order in which facts arrive', () => {
    const shuffled = history.chain((facts) =>
      fc.tuple(fc.constant(facts), fc.shuffledSubarray([...facts], { minLength: facts.length })),
    );
    fc.assert(
      fc.property(shuffled, modelId, instant, ([facts, other], model, at) => {
        expect(ask(other, model, at)).toEqual(ask(facts, model, at));
      }),
    );
  });

  it('is not changed by facts that are delivered twice', () => {
    fc.assert(
      fc.property(history, modelId, instant, (facts, model, at) => {
        expect(ask([...facts, ...facts], model, at)).toEqual(ask(facts, model, at));
      }),
    );
  });

  it('holds until exactly the instant that it names', () => {
    fc.assert(
      fc.property(history, modelId, instant, (facts, model, at) => {
        const now = ask(facts, model, at);
        const until = now.holdsUntil;
        if (until === null) {
          expect(saying(ask(facts, model, readInstant('2099-01-01T00:00:00Z')))).toEqual(saying(now));
          return;
        }
        expect(until).toBeGreaterThan(at);
        const last = ask(facts, model, instantFromMilliseconds(until - 1));
        expect(saying(last)).toEqual(saying(now));
        expect(last.holdsUntil).toBe(until);
        expect(saying(ask(facts, model, until))).not.toEqual(saying(now));
      }),
      { numRuns: 500 },
    );
  });

  it('does not change between the instants that it names, whichever is asked', () => {
    fc.assert(
      fc.property(history, modelId, instant, fc.double({ min: 0, max: 1, noNaN: true }), (facts, model, at, share) => {
        const now = ask(facts, model, at);
        const end = now.holdsUntil ?? readInstant('2099-01-01T00:00:00Z');
        const between = instantFromMilliseconds(at + Math.floor((end - 1 - at) * share));
        expect(saying(ask(facts, model, between))).toEqual(saying(now));
      }),
    );
  });

  it('names a provision for every row, and an event unless the row follows from dates alone', () => {
    fc.assert(
      fc.property(history, modelId, instant, (facts, model, at) => {
        const known = facts.some(
          ({ subject, occurredAt }) => subject.kind === 'model' && subject.id === model && occurredAt <= at,
        );
        for (const { because } of ask(facts, model, at).obligations) {
          expect(because.length).toBeGreaterThan(0);
          for (const { provision, says } of because) expect([provision, says]).not.toContain('');
          if (known) expect(because.flatMap(({ events }) => events)).not.toEqual([]);
        }
      }),
    );
  });

  it('sets no date before its cause', () => {
    fc.assert(
      fc.property(history, modelId, instant, (facts, model, at) => {
        const first = Math.min(...facts.map(({ occurredAt }) => occurredAt));
        for (const { due } of ask(facts, model, at).obligations) {
          const late = lateFrom(due);
          if (late !== null && due?.kind !== 'fixedDate') expect(late).toBeGreaterThanOrEqual(first);
        }
      }),
    );
  });

  it('with more compute keeps every duty that binds, save those that systemic risk lifts for nobody', () => {
    const figures = fc.tuple(
      fc.bigInt({ min: 10n ** 23n + 1n, max: 10n ** 27n }),
      fc.bigInt({ min: 0n, max: 10n ** 27n }),
    );
    fc.assert(
      fc.property(history, figures, instant, (facts, [less, more], at) => {
        const binding = (total: bigint) =>
          ask(withCompute(facts, total), 'm1', at)
            .obligations.filter(
              ({ kind, status }) => kind === 'duty' && (status === 'active' || status === 'transitional'),
            )
            .map(({ key }) => key);
        expect(binding(less + more)).toEqual(expect.arrayContaining(binding(less)));
      }),
    );
  });
});

function withCompute(facts: readonly RecordedFact[], total: bigint): readonly RecordedFact[] {
  return facts.map((fact) =>
    fact.type === 'ComputeReported' ? { ...fact, data: { cumulativeTrainingFlop: flop(total) } } : fact,
  );
}
