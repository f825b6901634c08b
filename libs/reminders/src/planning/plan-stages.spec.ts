import { addDays, formatInstant, instantFromMilliseconds, localDateOf, readInstant, type Instant } from '#libs/domain';
import fc from 'fast-check';
import { defaultPolicy, planStages, type Duty, type PlannedStage, type Reaction } from './plan-stages.js';

const noReaction: Reaction = { acknowledgedDeadline: null, snoozedUntil: null, lastSentAt: null };

const dutyUntil = (deadline: string | Instant, precision: Duty['precision'] = 'day'): Duty => ({
  ...{ key: 'k', id: 'k', title: 'A duty', actor: 'p1', precision },
  deadline: typeof deadline === 'string' ? readInstant(deadline) : deadline,
});
const shown = (stages: readonly PlannedStage[]) =>
  stages.map(({ stage, fireAt, state }) => `${stage} ${formatInstant(fireAt)} ${state}`);

const aDay = 86_400_000;
const instants = fc
  .integer({ min: Date.parse('2024-01-01T00:00:00Z'), max: Date.parse('2036-01-01T00:00:00Z') })
  .map(instantFromMilliseconds);
const duties = fc.record({ deadline: instants, precision: fc.constantFrom<Duty['precision']>('day', 'hour') });
const reactions = fc.record({
  acknowledgedDeadline: fc.constant(null),
  snoozedUntil: fc.option(instants),
  lastSentAt: fc.option(instants),
});

describe('the stages of a deadline that ends with a day', () => {
  it('come at nine in Brussels, also across the change of the clocks', () => {
    expect(shown(planStages(dutyUntil('2026-10-26T22:59:59Z'), noReaction))).toEqual([
      '30-days-before-2026-10-26 2026-09-26T07:00:00Z planned',
      '14-days-before-2026-10-26 2026-10-12T07:00:00Z planned',
      '7-days-before-2026-10-26 2026-10-19T07:00:00Z planned',
      '3-days-before-2026-10-26 2026-10-23T07:00:00Z planned',
      '1-days-before-2026-10-26 2026-10-25T08:00:00Z planned',
      '0-days-before-2026-10-26 2026-10-26T08:00:00Z planned',
      'overdue-on-2026-10-27 2026-10-27T08:00:00Z planned',
    ]);
  });

  it('leave out the day itself when the deadline is before nine', () => {
    const stages = shown(planStages(dutyUntil('2026-11-23T07:30:00Z'), noReaction));
    expect(stages.at(-2)).toBe('1-days-before-2026-11-23 2026-11-22T08:00:00Z planned');
    expect(stages.at(-1)).toBe('overdue-on-2026-11-23 2026-11-23T08:00:00Z planned');
  });
});

it('counts backwards in hours from a deadline of hours', () => {
  expect(shown(planStages(dutyUntil('2026-11-23T13:20:00Z', 'hour'), noReaction))).toEqual([
    `48-hours-before-${Date.parse('2026-11-23T13:20:00Z')} 2026-11-21T13:20:00Z planned`,
    `24-hours-before-${Date.parse('2026-11-23T13:20:00Z')} 2026-11-22T13:20:00Z planned`,
    `6-hours-before-${Date.parse('2026-11-23T13:20:00Z')} 2026-11-23T07:20:00Z planned`,
    `1-hours-before-${Date.parse('2026-11-23T13:20:00Z')} 2026-11-23T12:20:00Z planned`,
    'overdue-on-2026-11-24 2026-11-24T08:00:00Z planned',
  ]);
});

it('plans the next morning after a reminder of what is overdue, and only that one', () => {
  const reaction = { ...noReaction, lastSentAt: readInstant('2026-11-20T08:00:00.250Z') };
  const overdue = planStages(dutyUntil('2026-11-01T22:59:59Z'), reaction).filter(({ stage }) => /^overdue/.test(stage));
  expect(shown(overdue)).toEqual(['overdue-on-2026-11-21 2026-11-21T08:00:00Z planned']);
});

it('puts off until the snooze ends what would come before, and leaves the rest', () => {
  const reaction = { ...noReaction, snoozedUntil: readInstant('2026-11-24T12:00:00Z') };
  expect(shown(planStages(dutyUntil('2026-11-25T22:59:59Z'), reaction)).slice(-4)).toEqual([
    '3-days-before-2026-11-25 2026-11-24T12:00:00Z snoozed',
    '1-days-before-2026-11-25 2026-11-24T12:00:00Z snoozed',
    '0-days-before-2026-11-25 2026-11-25T08:00:00Z planned',
    'overdue-on-2026-11-26 2026-11-26T08:00:00Z planned',
  ]);
});

it('holds back, once acknowledged, what comes before this deadline, but neither the overdue stage nor another deadline', () => {
  const duty = dutyUntil('2026-11-25T22:59:59Z');
  const states = (deadline: Instant) =>
    planStages(duty, { ...noReaction, acknowledgedDeadline: deadline }).map(({ state }) => state);
  expect(states(duty.deadline)).toEqual([...Array<string>(6).fill('acknowledged'), 'planned']);
  expect(new Set(states(readInstant('2026-12-01T22:59:59Z')))).toEqual(new Set(['planned']));
});

describe('for any deadline and reaction', () => {
  const stagesOf = ({ deadline, precision }: Pick<Duty, 'deadline' | 'precision'>, reaction: Reaction) =>
    planStages(dutyUntil(deadline, precision), reaction);

  it('only the overdue stage comes after the deadline, unless somebody snoozed it', () => {
    fc.assert(
      fc.property(duties, reactions, (duty, reaction) => {
        for (const { stage, fireAt, state } of stagesOf(duty, reaction)) {
          if (state === 'planned') expect(fireAt > duty.deadline).toBe(stage.startsWith('overdue'));
        }
      }),
    );
  });

  it('a stage of n days before comes on the day that is n days before', () => {
    fc.assert(
      fc.property(instants, (deadline) => {
        const stages = stagesOf({ deadline, precision: 'day' }, noReaction);
        for (const days of defaultPolicy.daysBefore) {
          const stage = stages.find((planned) => planned.stage.startsWith(`${days}-days`));
          if (stage === undefined) expect(days).toBe(0);
          else expect(localDateOf(stage.fireAt)).toBe(addDays(localDateOf(deadline), -days));
        }
      }),
    );
  });

  it('nothing comes before a snooze ends, and the overdue stage comes within a day and an hour of what it waits for', () => {
    fc.assert(
      fc.property(duties, reactions, (duty, reaction) => {
        const stages = stagesOf(duty, reaction);
        const { snoozedUntil } = reaction;
        if (snoozedUntil !== null) for (const { fireAt } of stages) expect(fireAt).toBeGreaterThanOrEqual(snoozedUntil);
        const waitsFor = Math.max(duty.deadline, reaction.lastSentAt ?? 0, snoozedUntil ?? 0);
        expect(stages.at(-1)?.fireAt).toBeLessThanOrEqual(waitsFor + aDay + aDay / 24);
      }),
    );
  });

  it('every stage has its own name, and the same one each time', () => {
    fc.assert(
      fc.property(duties, reactions, (duty, reaction) => {
        const names = stagesOf(duty, reaction).map(({ stage }) => stage);
        expect(new Set(names).size).toBe(names.length);
        expect(stagesOf(duty, reaction).map(({ stage }) => stage)).toEqual(names);
      }),
    );
  });
});
