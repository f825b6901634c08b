import { historyOf } from '../../testing/facts.js';
import { factsInForce } from './facts-in-force.js';

const withdrawn = { id: 'w', at: '2026-03-01T00:00:00Z', type: 'ModelWithdrawn', data: { reason: 'replaced' } };
const correction = (id: string, eventId: string, data: object) => ({
  id,
  at: '2026-04-01T00:00:00Z',
  type: 'FactCorrected',
  data: { eventId, reason: 'typing error', ...data },
});
const retraction = (id: string, eventId: string) => ({
  id,
  at: '2026-05-01T00:00:00Z',
  type: 'FactRetracted',
  data: { eventId, reason: 'never happened' },
});

describe('the facts in force', () => {
  it('are ordered by when they occurred, whatever the order of recording', () => {
    const history = historyOf(
      { id: 'late', at: '2026-03-01T00:00:00Z', type: 'ModelWithdrawn', data: {} },
      { id: 'early', at: '2026-01-01T00:00:00Z', type: 'PlacementPlanned', data: { plannedFor: '2026-02-01' } },
    );
    expect(factsInForce(history).map(({ id }) => id)).toEqual(['early', 'late']);
  });

  it('are without what was retracted', () => {
    expect(factsInForce(historyOf(withdrawn, retraction('r', 'w')))).toEqual([]);
  });

  it('say what the correction says, and keep their id', () => {
    const [fact] = factsInForce(historyOf(withdrawn, correction('c', 'w', { data: { reason: 'sold' } })));
    expect(fact).toMatchObject({ id: 'w', type: 'ModelWithdrawn', data: { reason: 'sold' } });
  });

  it('move in time when the correction says so, and keep what it does not mention', () => {
    const moved = correction('c', 'w', { occurredAt: '2026-02-01T00:00:00Z' });
    const [fact] = factsInForce(historyOf(withdrawn, moved));
    expect(fact).toMatchObject({ occurredAt: Date.parse('2026-02-01T00:00:00Z'), data: { reason: 'replaced' } });
  });

  it('follow the last of several corrections', () => {
    const history = historyOf(
      withdrawn,
      correction('c1', 'w', { data: { reason: 'sold' } }),
      correction('c2', 'w', { data: { reason: 'merged' } }),
    );
    expect(factsInForce(history)).toMatchObject([{ data: { reason: 'merged' } }]);
  });

  it('are as recorded when the correction was retracted', () => {
    const history = historyOf(withdrawn, correction('c', 'w', { data: { reason: 'sold' } }), retraction('r', 'c'));
    expect(factsInForce(history)).toMatchObject([{ data: { reason: 'replaced' } }]);
  });

  it('are as corrected when the correction itself was corrected', () => {
    const history = historyOf(
      withdrawn,
      correction('c', 'w', { data: { reason: 'sold' } }),
      correction('cc', 'c', { data: { eventId: 'w', reason: 'again', data: { reason: 'merged' } } }),
    );
    expect(factsInForce(history)).toMatchObject([{ data: { reason: 'merged' } }]);
  });

  it('follow a correction that was pointed at another fact', () => {
    const other = { ...withdrawn, id: 'v', data: { reason: 'expired' } };
    const history = historyOf(
      withdrawn,
      other,
      correction('c', 'w', { data: { reason: 'sold' } }),
      correction('cc', 'c', { data: { eventId: 'v', reason: 'wrong fact', data: { reason: 'sold' } } }),
    );
    expect(factsInForce(history)).toMatchObject([
      { id: 'w', data: { reason: 'replaced' } },
      { id: 'v', data: { reason: 'sold' } },
    ]);
  });

  it('are there again when the retraction was retracted', () => {
    expect(factsInForce(historyOf(withdrawn, retraction('r', 'w'), retraction('rr', 'r')))).toHaveLength(1);
  });
});
