import { readFileSync } from 'node:fs';
import { answerDeadline } from './answer-deadline.js';
import { compareDeadlineVector, readDeadlineVectors } from './deadline-vector.js';
import { differenceInWords } from './difference.js';

const read = (file: string) =>
  readDeadlineVectors(
    JSON.parse(readFileSync(new URL(`../../../../docs/conformance/${file}`, import.meta.url), 'utf8')),
  );
const vectors = read('deadline-vectors.json');

describe('the expected due dates', () => {
  it('are all there', () => {
    expect(vectors.map(({ id }) => id)).toEqual(
      Array.from({ length: 26 }, (_, i) => `V${String(i + 1).padStart(2, '0')}`),
    );
  });

  it.each(vectors.map((vector) => [vector.id, vector.title, vector] as const))('%s: %s', (_id, _title, vector) => {
    expect(compareDeadlineVector(vector)).toEqual([]);
  });
});

const forward = {
  kind: 'forward_period',
  eventUtc: '2026-10-05T09:12:00Z',
  period: { n: 2, unit: 'weeks' },
  regime: 'REG_1182_71',
};

describe('a vector', () => {
  const ordinary = { id: 'X1', title: 'two weeks', input: forward, expected: { deadlineLocalDate: '2026-10-20' } };
  const runs = (vector: unknown) =>
    readDeadlineVectors({ schema: 'deadline-vectors/1', vectors: [vector] })
      .flatMap(compareDeadlineVector)
      .map(differenceInWords);

  it('shows each field that comes out differently', () => {
    expect(runs(ordinary)).toEqual(['deadlineLocalDate: expected "2026-10-20"; found "2026-10-19"']);
  });

  it('shows an expected field that nothing answers', () => {
    expect(runs({ ...ordinary, expected: { moonPhase: 'full' } })).toEqual([
      'moonPhase: expected "full"; found nothing',
    ]);
  });

  it('shows where the alternative reading differs, and what is misspelt in it', () => {
    const alternativeReading = { regime: 'CODE_CALENDAR', expected: { deadlineLocalDate: '2026-10-18' }, not: 'e' };
    const expected = { deadlineLocalDate: '2026-10-19', note: 'a Monday' };
    expect(runs({ ...ordinary, expected, alternativeReading })).toEqual([
      'alternativeReading.not: expected "a member of the format: regime, expected"; found "not"',
      'CODE_CALENDAR deadlineLocalDate: expected "2026-10-18"; found "2026-10-19"',
    ]);
  });

  it('is refused when it expects nothing', () => {
    expect(() => runs({ ...ordinary, expected: {} })).toThrow('expected nothing');
  });

  it('is refused when its regime is not known', () => {
    expect(() => runs({ ...ordinary, input: { ...forward, regime: 'ROMAN_LAW' } })).toThrow(
      'input.regime: expected one of REG_1182_71',
    );
  });

  it('is refused in a document of another form', () => {
    expect(() => readDeadlineVectors({ schema: 'deadline-vectors/9', vectors: [] })).toThrow('deadline-vectors/9');
  });
});

describe('a deadline that is asked for', () => {
  it('is answered with how it was counted', () => {
    expect(answerDeadline(forward)).toMatchObject({
      ok: true,
      answer: {
        deadlineLocalDate: '2026-10-19',
        rule: '2 weeks, Reg. 1182/71',
        plainDate: '2026-10-19',
        derivation: expect.arrayContaining([expect.stringContaining('that day is not counted')]) as unknown,
      },
    });
  });

  it('shows the other date where a holiday that is not confirmed decides', () => {
    expect(answerDeadline({ ...forward, eventUtc: '2027-03-12T09:00:00Z' })).toMatchObject({
      answer: { deadlineLocalDate: '2027-03-30', ifUnconfirmedHolidaysAreWorkingDays: '2027-03-26' },
    });
  });

  it.each<[string, unknown, string, string]>([
    ['of no kind', { ...forward, kind: 'sideways' }, 'input.kind', 'one of forward_period'],
    ['that is no object', 7, 'input', 'an object'],
    ['with a member too many', { ...forward, tz: 'UTC' }, 'input.tz', 'one of the fields'],
    ['without an event', { ...forward, eventUtc: undefined }, 'input.eventUtc', 'an instant'],
    [
      'with two events',
      { ...forward, eventBrussels: '2026-10-05T09:12:00+02:00' },
      'input.eventBrussels',
      'the moment',
    ],
    ['of half a week', { ...forward, period: { n: 0.5, unit: 'weeks' } }, 'input.period.n', 'a whole number'],
    ['of too many years', { ...forward, period: { n: 101, unit: 'years' } }, 'input.period.n', '0 to 100 years'],
    ['of moons', { ...forward, period: { n: 2, unit: 'moons' } }, 'input.period.unit', 'one of hours'],
    ['from a day that does not exist', { kind: 'fixed_date', date: '2026-02-30' }, 'input.date', 'a calendar day'],
    ['beyond the calendar', { kind: 'fixed_date', date: '9999-12-31' }, 'input.date', 'years 1900 to 2999'],
    ['of other holidays', { ...forward, calendar: 'be-national' }, 'input.calendar', 'eu-commission'],
    ['of nothing', { kind: 'min_of', of: [] }, 'input.of', 'a list of 1 to 20 items'],
    ['of limits in limits', { kind: 'min_of', of: [{ kind: 'min_of', of: [forward] }] }, 'input.of[0].kind', 'one of'],
    [
      'of hours to keep something',
      { kind: 'retention', startLocalDate: '2026-01-01', period: { n: 1, unit: 'hours' } },
      'input',
      'a retention in days',
    ],
  ])('%s is refused with the field', (_, input, path, expected) => {
    expect(answerDeadline(input)).toEqual({
      ok: false,
      problems: [
        { path, expected: expect.stringContaining(expected) as unknown, found: expect.any(String) as unknown },
      ],
    });
  });
});
