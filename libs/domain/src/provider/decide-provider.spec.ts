import { historyOf, type FactLine } from '../../testing/facts.js';
import type { Decision } from '../deciding/decision.js';
import type { RecordedFact, RecordedProviderFact } from '../history/recorded-fact.js';
import { regulation } from '../regulation/regulation.js';
import { readInstant } from '../time/instant.js';
import { decideProvider } from './decide-provider.js';

const about = { kind: 'provider', id: 'p1' } as const;
const registered = (id: string, at: string, establishedIn = 'FR'): FactLine => ({
  about,
  id,
  at,
  type: 'ProviderRegistered',
  data: { name: 'Aurora Labs', kind: 'legalPerson', establishedIn },
});
const mend = (type: 'FactRetracted' | 'FactCorrected', data: object): FactLine => ({
  about,
  id: 'mend',
  at: '2026-06-01T00:00:00Z',
  type,
  data: { reason: 'typing error', ...data },
});

const decide = (history: readonly RecordedFact[], ...lines: readonly FactLine[]): Decision =>
  decideProvider(history as RecordedProviderFact[], {
    subject: about,
    facts: historyOf(...lines).map(({ id, occurredAt, ...fact }) => ({ id, occurredAt, fact })),
    now: readInstant('2026-11-23T12:00:00Z'),
    regulation,
  });
const recordedBy = (decision: Decision) =>
  decision.outcome === 'accepted' ? decision.facts.map(({ id }) => id) : decision.refusal;

describe('recording facts about a provider', () => {
  const first = registered('first', '2026-01-01T00:00:00Z');

  it('records a registration, and nothing when it is sent again under another id', () => {
    expect(recordedBy(decide([], first))).toEqual(['first']);
    expect(recordedBy(decide(historyOf(first), { ...first, id: 'again' }))).toEqual([]);
  });

  it('records a move to another country as a new registration', () => {
    const moved = registered('moved', '2026-05-01T00:00:00Z', 'US');
    expect(recordedBy(decide(historyOf(first), moved))).toEqual(['moved']);
  });

  it('refuses evidence for an obligation that the rulebook does not know', () => {
    const evidence: FactLine = {
      about,
      at: '2026-05-01T00:00:00Z',
      type: 'EvidenceRecorded',
      data: { obligationId: 'copyright', title: 'Policy', uri: 'https://example.com/policy' },
    };
    expect(recordedBy(decide([], first, evidence))).toMatchObject({ code: 'obligation-unknown', index: 1 });
  });

  it('records all or none', () => {
    const early = { ...registered('later', '2026-12-01T00:00:00Z'), data: first.data };
    expect(recordedBy(decide([], first, early))).toMatchObject({ code: 'occurred-in-future', index: 1 });
  });

  it('refuses an id that stands for another fact', () => {
    expect(recordedBy(decide(historyOf(first), registered('first', '2026-01-01T00:00:00Z', 'US')))).toEqual({
      code: 'id-reused',
      index: 0,
      id: 'first',
      recordedType: 'ProviderRegistered',
    });
  });

  it('corrects only what was recorded, and only into something that reads', () => {
    expect(recordedBy(decide([], mend('FactRetracted', { eventId: 'first' })))).toMatchObject({
      code: 'event-unknown',
      eventId: 'first',
    });
    const moved = { name: 'Aurora Labs', kind: 'legalPerson', establishedIn: 'Belgium' };
    expect(
      recordedBy(decide(historyOf(first), mend('FactCorrected', { eventId: 'first', data: moved }))),
    ).toMatchObject({
      code: 'correction-unreadable',
      correctedType: 'ProviderRegistered',
      problems: [{ path: 'data.establishedIn', found: '"Belgium"' }],
    });
  });

  it('corrects a fact of the same batch', () => {
    expect(recordedBy(decide([], first, mend('FactRetracted', { eventId: 'first' })))).toEqual(['first', 'mend']);
  });
});
