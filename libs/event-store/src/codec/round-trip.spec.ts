import fc from 'fast-check';
import { allFactTypes, arbitraryFact, subjectOf } from '../../../domain/testing/arbitrary-facts.js';
import { readInstant } from '#libs/domain';
import type { NewEvent } from '../event-store.js';
import type { FactMetadata } from './envelope.js';
import { decodeFact, encodeFact } from './fact-codec.js';
import { streamOf } from './streams.js';

const id = '8f14e45f-ceea-5672-b8f1-9a1d2a5d3f10';
const metadata: FactMetadata = {
  occurredAt: readInstant('2026-10-05T09:12:00.250Z'),
  recordedAt: readInstant('2026-10-05T09:12:03Z'),
  actor: 'token-1',
  source: 'webhook:mlflow',
  correlationId: 'c1',
  causationId: 'e1',
  deliveryId: 'd1',
};

describe('a stored fact', () => {
  it.each(allFactTypes)('%s is decoded as it was encoded', (type) => {
    const subject = subjectOf(type);
    fc.assert(
      fc.property(arbitraryFact(type), (fact) => {
        const written = JSON.parse(JSON.stringify(encodeFact({ id, fact, ...metadata }))) as NewEvent;
        const stored = { ...written, stream: streamOf(subject), revision: 0n, position: 7n, created: 0 };
        expect(decodeFact(stored)).toEqual({
          ...fact,
          id,
          subject,
          position: 7n,
          occurredAt: metadata.occurredAt,
          recordedAt: metadata.recordedAt,
          metadata,
        });
      }),
      { numRuns: 30 },
    );
  });
});
