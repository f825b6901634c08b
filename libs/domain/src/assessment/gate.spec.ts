import { historyOf, type FactLine } from '../../testing/facts.js';
import { regulation } from '../regulation/regulation.js';
import { readInstant } from '../time/instant.js';
import { gate, assumedPlacing, type GateAnswer } from './gate.js';

const provider = (establishedIn: string): FactLine => ({
  about: { kind: 'provider', id: 'p1' },
  id: 'provider',
  at: '2025-01-01T00:00:00Z',
  type: 'ProviderRegistered',
  data: { name: 'Acme', kind: 'legalPerson', establishedIn },
});
const registered: FactLine = {
  id: 'registered',
  at: '2025-02-01T00:00:00Z',
  type: 'ModelRegistered',
  data: { name: 'Aurora', providerId: 'p1', outputModalities: ['text'] },
};
const compute = (flop: string): FactLine => ({
  id: 'compute',
  at: '2025-02-02T00:00:00Z',
  type: 'ComputeReported',
  data: { cumulativeTrainingFlop: flop },
});
const evidence = (obligationId: string, at = '2026-02-20T00:00:00Z'): FactLine => ({
  id: `evidence ${obligationId}`,
  at,
  type: 'EvidenceRecorded',
  data: { obligationId, title: 'Document', uri: 'https://example.com/document' },
});
const placed = (at: string): FactLine => ({
  id: 'placed',
  at,
  type: 'ModelPlacedOnMarket',
  data: { placedBy: 'p1', channel: 'api' },
});
const signed = (...chapters: string[]): FactLine => ({
  about: { kind: 'provider', id: 'p1' },
  id: 'signed',
  at: '2026-01-01T00:00:00Z',
  type: 'CodeOfPracticeSigned',
  data: { chapters },
});

/** What Art. 53 wants complete at placing. */
const documents = [
  'art-53-1-a-technical-documentation',
  'art-53-1-b-downstream-documentation',
  'art-53-1-c-copyright-policy',
  'art-53-1-d-training-content-summary',
];
const ready = documents.map((id) => evidence(id));
const now = '2026-06-01T12:00:00Z';

const ask = (at: string, ...lines: readonly FactLine[]): GateAnswer =>
  gate(historyOf(...lines), regulation, {
    modelId: 'm1',
    action: 'release',
    channel: 'api',
    at: readInstant(at),
    knownAt: readInstant(now),
    lawAsOf: readInstant(now),
  });
const ids = (items: GateAnswer['open']): string[] => items.map(({ obligation }) => obligation.id);

describe('the release gate', () => {
  it('fails while what has to be complete at placing is not, and says what to do', () => {
    const { verdict, reasons, open, assumed } = ask(now, provider('FR'), registered, compute('5e23'));
    expect(verdict).toBe('fail');
    expect(ids(open).toSorted()).toEqual(documents);
    expect(reasons).toHaveLength(documents.length);
    expect(reasons[0]).toMatch(/^Art\. 53\(1\)\(a\).*due when the model is placed on the market/);
    expect(open[0]?.todo).toContain('EvidenceRecorded with obligationId art-53-1-a-technical-documentation');
    expect(assumed).toEqual({ placedBy: 'p1', channel: 'api', at: readInstant(now) });
    expect(open[0]?.obligation.because.flatMap(({ events }) => events)).toContain(assumedPlacing);
  });

  it('passes when it is complete, and advises on standing duties without evidence', () => {
    const { verdict, reasons, open, undetermined, advice, assessment } = ask(
      now,
      provider('FR'),
      registered,
      compute('5e23'),
      ...ready,
    );
    expect([verdict, open, undetermined]).toEqual(['pass', [], []]);
    expect(ids(advice)).toEqual(['art-53-4-demonstrate-compliance']);
    expect(reasons).toHaveLength(1);
    expect(assessment.position).toBe(6n);
  });

  it('wants a representative before the placing of a provider outside the Union', () => {
    const { verdict, open } = ask(now, provider('US'), registered, compute('5e23'), ...ready);
    expect([verdict, ids(open)]).toEqual(['fail', ['art-54-1-appoint-authorised-representative']]);
    const mandate = (mandateAcceptedOn: string): FactLine => ({
      about: { kind: 'provider', id: 'p1' },
      id: 'mandate',
      at: '2026-05-01T00:00:00Z',
      type: 'AuthorisedRepresentativeAppointed',
      data: { name: 'R', establishedIn: 'FR', mandateAcceptedOn },
    });
    expect(ask(now, provider('US'), registered, compute('5e23'), ...ready, mandate('2026-05-01')).verdict).toBe('pass');
  });

  it('fails on a notification that is overdue by then, and not before', () => {
    const plan: FactLine = {
      id: 'plan',
      at: '2026-05-25T09:00:00Z',
      type: 'TrainingPlanned',
      data: { runId: 'r', expectedCumulativeTrainingFlop: '2e25' },
    };
    const lines = [provider('FR'), registered, compute('5e23'), plan, ...ready];
    expect(ids(ask('2026-06-08T21:59:59Z', ...lines).open)).not.toContain('art-52-1-notify-commission');
    const late = ask('2026-06-08T22:00:00Z', ...lines);
    expect(ids(late.open)).toContain('art-52-1-notify-commission');
    expect(late.reasons).toContainEqual(expect.stringContaining('due by the end of 2026-06-08'));
  });

  it('names a duty of the Code as one', () => {
    const { verdict, open, reasons } = ask(
      now,
      provider('FR'),
      registered,
      compute('5e23'),
      ...ready,
      signed('transparency'),
    );
    expect(verdict).toBe('fail');
    expect(open.length).toBeGreaterThan(0);
    expect(open.every(({ isOfCode }) => isOfCode)).toBe(true);
    for (const reason of reasons)
      expect(reason).toMatch(/^Code of Practice, Transparency .*as the provider has signed/);
  });

  it('leaves a legacy model its transition, and no longer', () => {
    const lines = [provider('FR'), registered, compute('5e23'), placed('2025-07-01T00:00:00Z')];
    const { verdict, assumed, reasons } = ask(now, ...lines);
    expect([verdict, assumed]).toEqual(['pass', null]);
    expect(reasons[0]).toContain('Art. 111(3)');
    expect(ids(ask('2027-08-03T00:00:00Z', ...lines).open)).toEqual(expect.arrayContaining(documents));
  });

  it('assumes the placing of a model that was withdrawn', () => {
    const withdrawn: FactLine = { id: 'withdrawn', at: '2026-05-01T00:00:00Z', type: 'ModelWithdrawn', data: {} };
    const { assumed, assessment } = ask(
      now,
      provider('FR'),
      registered,
      compute('5e23'),
      placed('2026-03-01T00:00:00Z'),
      withdrawn,
    );
    expect(assumed).not.toBeNull();
    expect(assessment.classification).toMatchObject({
      placedOnMarketAt: readInstant('2026-03-01T00:00:00Z'),
      withdrawnAt: null,
    });
  });

  it('is undetermined while the class of the model is open, and says which fact would settle it', () => {
    const { verdict, reasons, undetermined } = ask(now, provider('FR'), registered);
    expect(verdict).toBe('undetermined');
    expect(reasons[0]).toContain('training compute is not known');
    expect(ids(undetermined)).toEqual(expect.arrayContaining(documents));
    const policy = undetermined.find(({ obligation }) => obligation.id === 'art-53-1-c-copyright-policy');
    expect(policy?.todo).toContain('ComputeReported');
    expect(ask(now, provider('FR'), registered, ...ready).verdict).toBe('undetermined');
  });

  it('is undetermined while the country of the provider is not known', () => {
    const { verdict, undetermined } = ask(now, registered, compute('5e23'), ...ready);
    expect([verdict, ids(undetermined)]).toEqual(['undetermined', ['art-54-1-appoint-authorised-representative']]);
  });

  it('is undetermined while nobody is known who would place the model', () => {
    const { verdict, reasons, assumed } = ask(now, { ...compute('5e23'), id: 'c' });
    expect([verdict, assumed]).toEqual(['undetermined', null]);
    expect(reasons.join()).toContain('register the model');
  });

  it('fails rather than leave it open when something is missing for sure', () => {
    expect(ask(now, registered, compute('5e23')).verdict).toBe('fail');
  });

  it('passes a model that is no general-purpose one, and says why', () => {
    const { verdict, reasons } = ask(now, provider('US'), registered, compute('1e20'));
    expect(verdict).toBe('pass');
    expect(reasons).toEqual([expect.stringContaining('does not exceed the indicative criterion')]);
  });

  it('is not held up by an incident whose cause is open', () => {
    const incident: FactLine = {
      id: 'incident',
      at: '2026-05-20T00:00:00Z',
      type: 'IncidentObserved',
      data: { incidentId: 'i1', harms: ['death'], modelInvolvement: 'unknown' },
    };
    const lines = [provider('FR'), registered, compute('2e25'), placed('2026-03-01T00:00:00Z')];
    expect(ids(ask(now, ...lines, incident).undetermined)).toEqual(ids(ask(now, ...lines).undetermined));
  });
});
