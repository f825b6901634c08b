import { historyOf, type FactLine } from '../../testing/facts.js';
import type { Decision } from '../deciding/decision.js';
import type { RecordedFact, RecordedModelFact } from '../history/recorded-fact.js';
import { regulation } from '../regulation/regulation.js';
import { readInstant } from '../time/instant.js';
import { decideModel } from './decide-model.js';
import { modelsToDecideWith } from './decide-merge.js';

const at = '2026-05-01T00:00:00Z';
const registered = (model: string): FactLine => ({
  about: { kind: 'model', id: model },
  id: `registered ${model}`,
  at,
  type: 'ModelRegistered',
  data: { name: model, providerId: 'p1' },
});
const merged = (from: string, intoModelId: string, id = `merged ${from}`): FactLine => ({
  about: { kind: 'model', id: from },
  id,
  at,
  type: 'ModelMerged',
  data: { intoModelId },
});
const joined = (into: string, fromModelId: string): FactLine => ({
  about: { kind: 'model', id: into },
  id: `joined ${fromModelId}`,
  at,
  type: 'ModelJoined',
  data: { fromModelId, becauseOf: `merged ${fromModelId}` },
});
const retracted = (from: string, eventId: string): FactLine => ({
  about: { kind: 'model', id: from },
  id: `retracted ${eventId}`,
  at,
  type: 'FactRetracted',
  data: { eventId, reason: 'two models after all' },
});

/** Decides on facts of model `a`; the others are as `all` tells them. */
const decide = (all: readonly FactLine[], ...lines: readonly FactLine[]): Decision => {
  const recorded = historyOf(...all);
  const of = (model: string): RecordedFact[] =>
    recorded.filter(({ subject }) => subject.kind === 'model' && subject.id === model);
  return decideModel(of('a') as RecordedModelFact[], {
    subject: { kind: 'model', id: 'a' },
    facts: historyOf(...lines).map(({ id, occurredAt, ...fact }) => ({ id, occurredAt, fact })),
    now: readInstant('2026-11-23T12:00:00Z'),
    regulation,
    otherModels: new Map(['b', 'c'].map((model) => [model, of(model)])),
  });
};
const refusalOf = (decision: Decision) => (decision.outcome === 'refused' ? decision.refusal : decision);
const two = [registered('a'), registered('b')];

describe('merging a model into another one', () => {
  it('tells the other one first, with what it is because of', () => {
    expect(decide(two, merged('a', 'b'))).toEqual({
      outcome: 'accepted',
      facts: [{ id: 'merged a', fact: expect.anything() as unknown, occurredAt: readInstant(at), causedBy: null }],
      elsewhere: [
        {
          subject: { kind: 'model', id: 'b' },
          id: null,
          fact: { type: 'ModelJoined', data: { fromModelId: 'a', becauseOf: 'merged a' } },
          occurredAt: readInstant(at),
          causedBy: 'merged a',
        },
      ],
    });
  });

  it('records nothing when it is merged into the same one already', () => {
    const done = [...two, joined('b', 'a'), merged('a', 'b')];
    const nothing = { outcome: 'accepted', facts: [], elsewhere: [] };
    expect(decide(done, merged('a', 'b'))).toEqual(nothing);
    expect(decide(done, merged('a', 'b', 'again'))).toEqual(nothing);
  });

  it.each([
    ['itself', two, merged('a', 'a'), { code: 'merge-into-itself', modelId: 'a' }],
    ['one that nothing is recorded about', [registered('a')], merged('a', 'b'), { code: 'merge-target-unknown' }],
    [
      'one that was given up',
      [...two, registered('c'), merged('b', 'c')],
      merged('a', 'b'),
      { code: 'merge-target-given-up', intoModelId: 'b', givenUpFor: 'c' },
    ],
    [
      'the one that was given up for it',
      [...two, joined('a', 'b'), merged('b', 'a')],
      merged('a', 'b'),
      { code: 'merge-target-given-up', givenUpFor: 'a' },
    ],
    [
      'a second one',
      [...two, registered('c'), merged('a', 'c')],
      merged('a', 'b', 'second'),
      { code: 'merged-already', intoModelId: 'c', mergedBy: 'merged a' },
    ],
    [
      'one while a third is being merged into it',
      [...two, registered('c'), joined('a', 'c')],
      merged('a', 'b'),
      { code: 'merge-under-way', fromModelId: 'c' },
    ],
  ])('is refused into %s', (_, all, line, refusal) => {
    expect(refusalOf(decide(all, line))).toMatchObject({ index: 0, ...refusal });
  });

  it('is free again after a retraction, in both directions', () => {
    const undone = [...two, joined('b', 'a'), merged('a', 'b'), retracted('a', 'merged a')];
    expect(decide(undone, merged('a', 'b', 'again'))).toMatchObject({ outcome: 'accepted', facts: { length: 1 } });
    const other = [...two, joined('a', 'b'), merged('b', 'a'), retracted('b', 'merged b')];
    expect(decide(other, merged('a', 'b'))).toMatchObject({ outcome: 'accepted', facts: { length: 1 } });
  });

  it('cannot be corrected to another model, only in its time', () => {
    const done = [...two, registered('c'), joined('b', 'a'), merged('a', 'b')];
    const corrected = (data: object): FactLine => ({
      ...retracted('a', 'merged a'),
      id: 'corrected',
      type: 'FactCorrected',
      data: { eventId: 'merged a', reason: 'typing error', ...data },
    });
    expect(refusalOf(decide(done, corrected({ data: { intoModelId: 'c' } })))).toMatchObject({
      code: 'merge-not-correctable',
      intoModelId: 'b',
    });
    expect(decide(done, corrected({ occurredAt: '2026-04-01T00:00:00Z' }))).toMatchObject({ outcome: 'accepted' });
  });

  it('needs the histories of those that it is about, and no other fact does', () => {
    const [own] = [historyOf(registered('a'), joined('a', 'c'))];
    const facts = (line: FactLine) => historyOf(line).map((fact) => ({ fact }));
    expect(modelsToDecideWith(own, facts(merged('a', 'b')))).toEqual(['b', 'c']);
    expect(modelsToDecideWith(own, facts(registered('a')))).toEqual([]);
  });

  it('is told by nobody but the tracker', () => {
    expect(refusalOf(decide(two, joined('a', 'b')))).toMatchObject({ code: 'derived-fact' });
  });
});
