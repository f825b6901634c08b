import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { arbitraryHistory, arbitraryInstant } from '../../testing/arbitrary-histories.js';
import { factsOf, readScenarios } from '../conformance/scenario.js';
import { flop } from '../flop/flop.js';
import { factsInForce } from '../history/facts-in-force.js';
import type { RecordedFact } from '../history/recorded-fact.js';
import { regulation } from '../regulation/regulation.js';
import { lateFrom } from '../regulation/due.js';
import { startOfLocalDay } from '../time/brussels-day.js';
import { instantFromMilliseconds, readInstant, type Instant } from '../time/instant.js';
import { assess, assessDossier } from './assess.js';
import { assessmentToJson } from './assessment-json.js';
import type { Assessment } from './assessment.js';
import { Dossier } from './dossier.js';

const scenarios = readScenarios(
  JSON.parse(readFileSync(new URL('../../../../docs/conformance/scenarios.json', import.meta.url), 'utf8')) as unknown,
);
const histories = scenarios.map(factsOf);
const latest = readInstant('2030-01-01T00:00:00Z');

const history = fc.oneof(fc.constantFrom(...histories), arbitraryHistory);
const instant = arbitraryInstant;
const modelId = fc.constantFrom('m1', 'm2');

const ask = (facts: readonly RecordedFact[], model: string, at: Instant): Assessment =>
  assess(facts, regulation, { modelId: model, at, knownAt: latest, lawAsOf: latest });

/** What an assessment says, without the instant at which it was asked. */
function saying(assessment: Assessment): unknown {
  const { at: _at, holdsUntil: _holdsUntil, position: _position, ...rest } = assessmentToJson(assessment);
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

  it('is the same whether a history is read at once or a beginning first and then the rest', () => {
    fc.assert(
      fc.property(history, fc.nat(), modelId, instant, (facts, cut, model, at) => {
        const question = { modelId: model, at, knownAt: latest, lawAsOf: latest };
        const end = cut % (facts.length + 1);
        const dossier = new Dossier(facts.slice(0, end));
        assessDossier(dossier, regulation, question);
        dossier.add(facts.slice(end));
        expect(assessDossier(dossier, regulation, question)).toEqual(ask(facts, model, at));
      }),
      { numRuns: 300 },
    );
  });

  it('does not depend on the order of recording, where facts occurred at different instants', () => {
    const shuffled = history.chain((facts) =>
      fc.tuple(fc.constant(facts), fc.shuffledSubarray([...facts], { minLength: facts.length })),
    );
    fc.assert(
      fc.property(shuffled, modelId, instant, ([facts, other], model, at) => {
        fc.pre(new Set(facts.map(({ occurredAt }) => occurredAt)).size === facts.length);
        // What mends is read in the order of recording, and is left where it is.
        fc.pre(!facts.some(({ type }) => type === 'FactRetracted' || type === 'FactCorrected'));
        const recordedAnew = other.map((fact, index) => ({ ...fact, position: BigInt(index) }));
        expect(saying(ask(recordedAnew, model, at))).toEqual(saying(ask(facts, model, at)));
      }),
    );
  });

  it('rests on nothing that was recorded, had occurred, or was published only later', () => {
    fc.assert(
      fc.property(history, history, modelId, instant, (facts, more, model, at) => {
        const question = { modelId: model, at, knownAt: at, lawAsOf: at };
        const later = instantFromMilliseconds(at + 1);
        const renamed = more.map((fact, index) => ({
          ...fact,
          id: `later-${index}`,
          position: BigInt(1_000 + index),
          recordedAt: fact.recordedAt > at ? fact.recordedAt : later,
        }));
        expect(assess([...facts, ...renamed], regulation, question)).toEqual(assess(facts, regulation, question));
        const known = { ...question, knownAt: latest };
        // `ModelJoined` repeats in another stream what a `ModelMerged` says, which decides when it holds.
        const notYet = renamed.filter(
          ({ type }) => type !== 'ParameterAmended' && type !== 'ModelJoined' && !type.startsWith('Fact'),
        );
        const inFuture = notYet.map((fact) => ({ ...fact, occurredAt: later }));
        expect(saying(assess([...facts, ...inFuture], regulation, known))).toEqual(
          saying(assess(facts, regulation, known)),
        );
      }),
    );
  });

  it('knows no fewer obligations by a later law', () => {
    fc.assert(
      fc.property(history, modelId, instant, instant, instant, (facts, model, at, one, other) => {
        const idsBy = (lawAsOf: Instant) =>
          assess(facts, regulation, { modelId: model, at, knownAt: latest, lawAsOf }).obligations.map(({ id }) => id);
        const [earlier, later] = one <= other ? [one, other] : [other, one];
        expect(idsBy(later)).toEqual(expect.arrayContaining(idsBy(earlier)));
      }),
    );
  });

  it('names what would change it wherever it is open, exempt or not applicable', () => {
    fc.assert(
      fc.property(history, modelId, instant, (facts, model, at) => {
        for (const { key, status, wouldChange } of ask(facts, model, at).obligations) {
          const isOpen = status === 'notApplicable' || status === 'exempt' || status === 'pendingReview';
          expect([key, status, wouldChange.length > 0]).toEqual([key, status, isOpen]);
        }
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
      { numRuns: 300 },
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
        const known = factsInForce(facts).some(
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
        const first = Math.min(...facts.flatMap(causesIn));
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

/** When the fact occurred, and what it says of when something took effect. */
function causesIn({ occurredAt, data }: RecordedFact): readonly number[] {
  if ('informedAt' in data) return [occurredAt, data.informedAt];
  return 'plannedFor' in data ? [occurredAt, startOfLocalDay(data.plannedFor)] : [occurredAt];
}

function withCompute(facts: readonly RecordedFact[], total: bigint): readonly RecordedFact[] {
  return facts.map((fact) =>
    fact.type === 'ComputeReported' ? { ...fact, data: { cumulativeTrainingFlop: flop(total) } } : fact,
  );
}
