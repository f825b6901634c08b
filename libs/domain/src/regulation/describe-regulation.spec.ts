import { historyOf, type FactLine } from '../../testing/facts.js';
import { readInstant } from '../time/instant.js';
import { describeObligation, describeRegulation } from './describe-regulation.js';
import { regulation } from './regulation.js';

const amendment = (id: string, data: object = {}): FactLine => ({
  about: { kind: 'regulation' },
  id,
  at: '2026-10-01T09:00:00Z',
  type: 'ParameterAmended',
  data: {
    parameter: 'systemicRiskThresholdFlop',
    value: '1e26',
    effectiveFrom: '2027-01-01',
    publishedOn: '2026-09-30',
    source: 'an act',
    ...data,
  },
});
const described = (at: string, lawAsOf: string, ...lines: readonly FactLine[]) =>
  describeRegulation(regulation, historyOf(...lines), { at: readInstant(at), lawAsOf: readInstant(lawAsOf) });
const valuesOf = (description: ReturnType<typeof described>, name: string) =>
  description.parameters.find((parameter) => parameter.name === name)?.values ?? [];
const inForce = (description: ReturnType<typeof described>, name: string) =>
  valuesOf(description, name)
    .filter((value) => value.inForce)
    .map(({ value }) => value);

const now = '2026-11-23T12:00:00Z';

describe('the description of the regulation', () => {
  it('shows each parameter with one value in force, and where a lawyer can check it', () => {
    const description = described(now, now);
    expect(description.parameters.map(({ name }) => name)).toEqual(Object.keys(regulation.parameters));
    for (const { name, values, says, form } of description.parameters) {
      const count = name === 'commissionHolidays' ? values.length : 1;
      expect(values.filter((value) => value.inForce)).toHaveLength(count);
      for (const { source } of values) expect(source).not.toBe('');
      expect([says, form]).not.toContain('');
    }
  });

  it('shows amendments as such, in force from their day', () => {
    const before = described('2026-12-31T22:59:59Z', now, amendment('act'));
    expect(valuesOf(before, 'systemicRiskThresholdFlop')).toMatchObject([
      { value: '1e25', inForce: true, amendment: null },
      { value: '1e26', inForce: false, amendment: 'act', effectiveFrom: '2027-01-01', source: 'an act' },
    ]);
    expect(inForce(described('2026-12-31T23:00:00Z', now, amendment('act')), 'systemicRiskThresholdFlop')).toEqual([
      '1e26',
    ]);
  });

  it('knows what was published by a day, and shows the rest as not published', () => {
    const description = described('2027-06-01T00:00:00Z', '2025-07-01T00:00:00Z', amendment('act'));
    expect(inForce(description, 'systemicRiskThresholdFlop')).toEqual(['1e25']);
    expect(valuesOf(description, 'systemicRiskThresholdFlop').map(({ published }) => published)).toEqual([true, false]);
    expect(inForce(description, 'gpaiThresholdFlop')).toEqual([]);
    const code = description.obligations.filter(({ sourceStatus }) => sourceStatus === 'code');
    expect(code.length).toBeGreaterThan(0);
    expect(code.every(({ published, inForce: binds }) => !published && !binds)).toBe(true);
  });

  it('leaves out what was retracted, and names what cannot be read', () => {
    const retraction: FactLine = {
      ...amendment('mend'),
      type: 'FactRetracted',
      data: { eventId: 'act', reason: 'annulled' },
    };
    const description = described(now, now, amendment('act'), amendment('odd', { parameter: 'colour' }), retraction);
    expect(valuesOf(description, 'systemicRiskThresholdFlop')).toHaveLength(1);
    expect(description.unreadableAmendments).toEqual(['odd']);
  });

  it('lists the holidays of the years that deadlines reach into, with how well they are known', () => {
    const { years } = described('2030-05-01T00:00:00Z', now).holidays;
    expect(years.map(({ year, status }) => [year, status])).toEqual(
      expect.arrayContaining([
        [2025, 'secondarySource'],
        [2027, 'unconfirmed'],
        [2030, 'unconfirmed'],
        [2031, 'unconfirmed'],
      ]),
    );
    for (const { days } of years) expect(days.length).toBeGreaterThan(10);
  });

  it('shows a list of holidays that was amended in the place of the one before', () => {
    const value = '2027: 01-01 03-26 12-25';
    const list = amendment('list', { parameter: 'commissionHolidays', value, effectiveFrom: '2027-01-01' });
    const description = described(now, now, list);
    expect(description.holidays.years.find(({ year }) => year === 2027)).toMatchObject({
      status: 'officialJournal',
      days: ['2027-01-01', '2027-03-26', '2027-12-25'],
    });
    const lists = valuesOf(description, 'commissionHolidays').filter((shown) => /2027:/.test(shown.value));
    expect(lists.map(({ inForce: holds, amendment: event }) => [holds, event])).toEqual([
      [false, null],
      [true, 'list'],
    ]);
  });

  it('lists every obligation once', () => {
    const { obligations } = described(now, now);
    expect(obligations.map(({ id }) => id)).toEqual(regulation.obligations.map(({ id }) => id));
  });

  it('survives JSON as it is', () => {
    const description = described(now, now, amendment('act'));
    expect(JSON.parse(JSON.stringify(description))).toEqual(description);
  });
});

describe('the description of an obligation', () => {
  it.each(regulation.obligations.map((rule) => [rule.id, rule] as const))(
    '%s shows all that is data and nothing that decides',
    (_, rule) => {
      const description = describeObligation(rule, regulation);
      expect(JSON.parse(JSON.stringify(description))).toEqual(description);
      const data = Object.entries(rule).filter(([, member]) => typeof member !== 'function');
      expect(Object.keys(description)).toEqual([...data.map(([name]) => name), 'detailedBy']);
      expect(description).toMatchObject({ id: rule.id, title: rule.title, source: rule.source });
    },
  );

  it('names the measures of the Code that detail a duty of the Act', () => {
    const rule = regulation.obligations.find(({ id }) => id === 'art-53-1-c-copyright-policy');
    if (rule === undefined) throw new Error('the duty is missing');
    const { detailedBy } = describeObligation(rule, regulation);
    expect(detailedBy).toEqual(['code-c-1-1', 'code-c-1-2', 'code-c-1-3', 'code-c-1-4', 'code-c-1-5']);
  });

  it('takes in whatever data a rule comes to have, also within lists and objects', () => {
    const [rule] = regulation.obligations;
    if (rule === undefined) throw new Error('the rulebook is empty');
    const richer = {
      ...rule,
      who: 'the provider',
      evidence: [{ says: 'a receipt', counts: () => true, above: 10n ** 25n }],
    };
    expect(describeObligation(richer, regulation)).toMatchObject({
      who: 'the provider',
      evidence: [{ says: 'a receipt', above: '1e25' }],
    });
  });
});
