import fc from 'fast-check';
import { historyOf, type FactLine } from '../../testing/facts.js';
import type { Decision } from '../deciding/decision.js';
import type { RecordedFact, RecordedModelFact } from '../history/recorded-fact.js';
import { readFact, writeFact } from '../history/read-fact.js';
import { regulation } from '../regulation/regulation.js';
import { readInstant } from '../time/instant.js';
import { decideModel } from './decide-model.js';

const now = readInstant('2026-11-23T12:00:00Z');
const registered: FactLine = {
  id: 'registered',
  at: '2026-01-01T00:00:00Z',
  type: 'ModelRegistered',
  data: { name: 'Aurora', providerId: 'p1', outputModalities: ['text'] },
};
const planned = (id: string, flop: string, type = 'TrainingPlanned'): FactLine => ({
  id,
  at: '2026-10-05T09:12:00Z',
  type,
  data: { runId: 'run-1', expectedCumulativeTrainingFlop: flop },
});
const spent = (id: string, flop: string): FactLine => ({
  id,
  at: '2026-10-20T10:00:00Z',
  type: 'ComputeReported',
  data: { cumulativeTrainingFlop: flop },
});

const decide = (history: readonly RecordedFact[], ...lines: readonly FactLine[]): Decision =>
  decideModel(history as RecordedModelFact[], {
    subject: { kind: 'model', id: 'm1' },
    facts: historyOf(...lines).map((fact) => ({
      id: fact.id,
      fact: { type: fact.type, data: fact.data } as never,
      occurredAt: fact.occurredAt,
    })),
    now,
    regulation,
  });
const recordedBy = (decision: Decision) =>
  decision.outcome === 'accepted'
    ? decision.facts.map(({ fact, causedBy }) => [fact.type, causedBy])
    : decision.refusal.code;

describe('recording facts about a model', () => {
  it('records a fact about a model that nobody has registered yet', () => {
    expect(recordedBy(decide([], spent('c', '5e23')))).toEqual([['ComputeReported', null]]);
  });

  it('records nothing when a fact is sent again', () => {
    expect(recordedBy(decide(historyOf(registered), registered))).toEqual([]);
    expect(recordedBy(decide([], registered, registered))).toEqual([['ModelRegistered', null]]);
  });

  it('refuses an id that stands for another fact', () => {
    expect(recordedBy(decide(historyOf(spent('c', '5e23')), spent('c', '6e23')))).toBe('id-reused');
  });

  describe('with evidence', () => {
    const evidence = (obligationId: string): FactLine => ({
      id: 'evidence',
      at: '2026-10-05T09:12:00Z',
      type: 'EvidenceRecorded',
      data: { obligationId, title: 'Document', uri: 'https://example.com/document' },
    });

    it('takes it for an obligation of the rulebook, also for one of its incidents', () => {
      for (const id of ['art-53-1-c-copyright-policy', 'code-s-9-3-initial-report:Outage: 7 May']) {
        expect(recordedBy(decide([], evidence(id)))).toEqual([['EvidenceRecorded', null]]);
      }
    });

    it('refuses it for any other, and names the nearest', () => {
      expect(decide([], spent('c', '5e23'), evidence('art-53-1-c-copyrigth-policy:x'))).toMatchObject({
        refusal: {
          code: 'obligation-unknown',
          index: 1,
          path: 'data',
          obligationId: 'art-53-1-c-copyrigth-policy:x',
          nearest: expect.arrayContaining(['art-53-1-c-copyright-policy']) as unknown,
        },
      });
    });

    it('refuses a correction to such an obligation', () => {
      const { data } = evidence('no-such-duty');
      const correction = {
        ...evidence(''),
        id: 'mend',
        type: 'FactCorrected',
        data: { eventId: 'evidence', data, reason: 'x' },
      };
      const history = historyOf(evidence('art-53-1-c-copyright-policy'));
      expect(decide(history, correction)).toMatchObject({ refusal: { code: 'obligation-unknown', path: 'data.data' } });
    });

    it('takes what an earlier rulebook knew as known, and corrects it', () => {
      const old = evidence('art-99-repealed');
      expect(recordedBy(decide(historyOf(old), old))).toEqual([]);
      const { data } = evidence('art-53-1-c-copyright-policy');
      const correction = {
        ...old,
        id: 'mend',
        type: 'FactCorrected',
        data: { eventId: 'evidence', data, reason: 'x' },
      };
      expect(recordedBy(decide(historyOf(old), correction))).toEqual([['FactCorrected', null]]);
    });
  });

  it('refuses a second, different registration and takes the same one as known', () => {
    const other = { ...registered, id: 'other', data: { name: 'Boreal', providerId: 'p1' } };
    expect(recordedBy(decide(historyOf(registered), other))).toBe('already-registered');
    expect(recordedBy(decide(historyOf(registered), { ...registered, id: 'again' }))).toEqual([]);
  });

  it('takes another registration once the first is retracted, and then refuses a third', () => {
    const other = { ...registered, id: 'other', data: { name: 'Boreal', providerId: 'p1' } };
    const third = { ...registered, id: 'third', data: { name: 'Cirrus', providerId: 'p1' } };
    const retract = (id: string, eventId: string) => ({
      id,
      at: '2026-01-02T00:00:00Z',
      type: 'FactRetracted',
      data: { eventId, reason: 'wrong model' },
    });
    const retracted = historyOf(registered, retract('r', 'registered'));
    expect(recordedBy(decide(retracted, other))).toEqual([['ModelRegistered', null]]);
    expect(recordedBy(decide(historyOf(registered, retract('r', 'registered'), other), third))).toBe(
      'already-registered',
    );
    const restored = historyOf(registered, retract('r', 'registered'), retract('rr', 'r'));
    expect(recordedBy(decide(restored, other))).toBe('already-registered');
  });

  it('takes a registration as known in its corrected form and in its first', () => {
    const corrected = { name: 'Aurora 2', providerId: 'p1', outputModalities: ['text'] };
    const correction = {
      id: 'k',
      at: '2026-01-02T00:00:00Z',
      type: 'FactCorrected',
      data: { eventId: 'registered', data: corrected, reason: 'full name' },
    };
    const history = historyOf(registered, correction);
    expect(recordedBy(decide(history, { ...registered, id: 'again', data: corrected }))).toEqual([]);
    expect(recordedBy(decide(history, { ...registered, id: 'again' }))).toEqual([]);
  });

  it('refuses what has not happened yet, but for a minute of clock skew', () => {
    const at = (instant: string) => ({ ...spent('c', '5e23'), at: instant });
    expect(recordedBy(decide([], at('2026-11-23T12:01:01Z')))).toBe('occurred-in-future');
    expect(recordedBy(decide([], at('2026-11-23T12:01:00Z')))).toEqual([['ComputeReported', null]]);
  });

  it('refuses a derived fact, posted or corrected', () => {
    const crossed = {
      id: 'x',
      at: '2026-10-20T10:00:00Z',
      type: 'ThresholdCrossed',
      data: { threshold: '1e25', flop: '2e25', becauseOf: 'c' },
    };
    expect(recordedBy(decide([], crossed))).toBe('derived-fact');
    const retract = {
      id: 'r',
      at: '2026-10-21T10:00:00Z',
      type: 'FactRetracted',
      data: { eventId: 'x', reason: 'no' },
    };
    expect(recordedBy(decide(historyOf(crossed), retract))).toBe('derived-fact');
  });

  it('refuses to correct what is not there, or into something that does not read', () => {
    const correct = (data: object): FactLine => ({
      id: 'k',
      at: '2026-10-21T10:00:00Z',
      type: 'FactCorrected',
      data: { reason: 'typo', ...data },
    });
    expect(recordedBy(decide([], correct({ eventId: 'nothing' })))).toBe('event-unknown');
    const history = historyOf(spent('c', '5e23'));
    expect(recordedBy(decide(history, correct({ eventId: 'c', data: { cumulativeTrainingFlop: -1 } })))).toBe(
      'correction-unreadable',
    );
  });

  it('records a reference once, until it is unlinked', () => {
    const link = (id: string, type = 'ReferenceLinked'): FactLine => ({
      id,
      at: '2026-01-01T00:00:00Z',
      type,
      data: { system: 'mlflow', ref: 'aurora' },
    });
    expect(recordedBy(decide(historyOf(link('a')), link('b')))).toEqual([]);
    expect(recordedBy(decide(historyOf(link('a'), link('b', 'ReferenceUnlinked')), link('c')))).toEqual([
      ['ReferenceLinked', null],
    ]);
    expect(recordedBy(decide([], link('a', 'ReferenceUnlinked')))).toEqual([]);
  });
});

describe('the threshold of Art. 51(2)', () => {
  it('is crossed in the forecast by a plan above it, and cleared when the plan is cut', () => {
    expect(recordedBy(decide([], planned('p', '1.3e25')))).toEqual([
      ['TrainingPlanned', null],
      ['ThresholdForecastCrossed', 'p'],
    ]);
    expect(recordedBy(decide(historyOf(planned('p', '1.3e25')), planned('q', '8e24', 'TrainingPlanRevised')))).toEqual([
      ['TrainingPlanRevised', null],
      ['ThresholdForecastCleared', 'q'],
    ]);
  });

  it('is not crossed at exactly 10^25', () => {
    expect(recordedBy(decide([], spent('c', '1e25')))).toEqual([['ComputeReported', null]]);
    expect(recordedBy(decide([], spent('c', '10000000000000000000000001')))).toEqual([
      ['ComputeReported', null],
      ['ThresholdCrossed', 'c'],
    ]);
  });

  it('is crossed by an estimate beyond anything that can be stated, in a form that reads', () => {
    const decision = decide([], {
      ...spent('c', '0'),
      data: { architecture: { parameters: 1e30, tokens: 1e30 } },
    });
    expect(recordedBy(decision)).toEqual([
      ['ComputeReported', null],
      ['ThresholdCrossed', 'c'],
    ]);
    const derived = decision.outcome === 'accepted' ? decision.facts.map(({ fact }) => fact) : [];
    expect(derived.map((fact) => readFact('model', fact.type, writeFact(fact)).ok)).toEqual([true, true]);
  });

  it('is crossed once', () => {
    expect(
      recordedBy(decide(historyOf(spent('c', '1.1e25')), { ...spent('d', '1.2e25'), at: '2026-10-21T00:00:00Z' })),
    ).toEqual([['ComputeReported', null]]);
  });

  it('follows a batch in its order, and a retraction', () => {
    const retract = {
      id: 'r',
      at: '2026-10-21T10:00:00Z',
      type: 'FactRetracted',
      data: { eventId: 'p', reason: 'cancelled' },
    };
    expect(recordedBy(decide([], planned('p', '2e25'), spent('c', '1.1e25'), retract))).toEqual([
      ['TrainingPlanned', null],
      ['ThresholdForecastCrossed', 'p'],
      ['ComputeReported', null],
      ['ThresholdCrossed', 'c'],
      ['FactRetracted', null],
      ['ThresholdForecastCleared', 'r'],
    ]);
  });
});

it('sending every fact twice records no more than sending it once', () => {
  const lines = fc.array(
    fc.record({ kind: fc.constantFrom('plan', 'compute'), flop: fc.bigInt({ min: 0n, max: 3n * 10n ** 25n }) }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(lines, (drawn) => {
      const facts = drawn.map(({ kind, flop }, index) =>
        kind === 'plan' ? planned(`e${index}`, String(flop)) : spent(`e${index}`, String(flop)),
      );
      const twice = decide([], ...facts.flatMap((fact) => [fact, fact]));
      expect(recordedBy(twice)).toEqual(recordedBy(decide([], ...facts)));
    }),
  );
});
