import { regulation } from './regulation.js';

const { obligations, parameters } = regulation;

describe('the rulebook', () => {
  it('gives every obligation an id of its own', () => {
    const ids = obligations.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(obligations.map((rule) => [rule.id, rule] as const))('says where a lawyer can check %s', (id, rule) => {
    expect(id).toMatch(/^(art|code)-[a-z0-9-]+$/);
    expect(rule.source).toMatch(/^(Regulation \(EU\) 2024\/1689|GPAI Code of Practice), \S/);
    expect(rule.provision).not.toBe('');
    expect(rule.title).not.toBe('');
    expect(rule.publishedOn <= rule.effectiveFrom).toBe(true);
  });

  it.each(Object.entries(parameters))(
    'lists the values of %s by rising date, each with its source',
    (_, { says, values }) => {
      expect(says).not.toBe('');
      const dates = values.map(({ effectiveFrom }) => effectiveFrom);
      expect(dates).toEqual([...new Set(dates)].sort());
      expect(values.length).toBeGreaterThan(0);
      for (const { source } of values) expect(source).not.toBe('');
    },
  );
});
