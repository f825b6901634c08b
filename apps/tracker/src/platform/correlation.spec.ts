import { correlationIdFrom, currentCorrelationId, withCorrelationId } from './correlation.js';

describe('the correlation id', () => {
  it('is the one that the caller sent', () => {
    expect(correlationIdFrom('order-7.retry:2')).toBe('order-7.retry:2');
  });

  it.each(['', 'a b', 'x'.repeat(129), 'line\nbreak', '"quoted"', ['a', 'b'], undefined])(
    'is a new one in place of %j',
    (header) => {
      expect(correlationIdFrom(header)).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  it('is that of the action, also after it has waited', async () => {
    const seen = await Promise.all(
      ['one', 'two'].map((id) =>
        withCorrelationId(id, async () => {
          await new Promise(setImmediate);
          return currentCorrelationId();
        }),
      ),
    );
    expect(seen).toEqual(['one', 'two']);
    expect(currentCorrelationId()).toBeUndefined();
  });
});
