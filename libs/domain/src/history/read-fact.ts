import { factShapes } from './fact-shapes.js';
import type { Fact, FactType, Subject } from './recorded-fact.js';
import { inWords, type FieldProblem, type Shape } from './shape.js';

export type { FieldProblem } from './shape.js';

export type FactReading =
  | { readonly ok: true; readonly fact: Fact }
  /** Every problem that was found, not only the first. Paths begin with `data` or are `type`. */
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** Facts that only the deciders make: nobody posts them, and they are not corrected by themselves. */
export const derivedFactTypes: ReadonlySet<FactType> = new Set<FactType>([
  'ThresholdForecastCrossed',
  'ThresholdForecastCleared',
  'ThresholdCrossed',
  'ModelJoined',
]);

const aboutProviders: ReadonlySet<FactType> = new Set<FactType>([
  'ProviderRegistered',
  'AuthorisedRepresentativeAppointed',
  'AuthorisedRepresentativeTerminated',
  'CodeOfPracticeSigned',
  'CodeOfPracticeLeft',
]);
const aboutTheRegulation: ReadonlySet<FactType> = new Set<FactType>(['ParameterAmended']);
/** Any history may need mending. */
const aboutAnything: ReadonlySet<FactType> = new Set<FactType>(['FactRetracted', 'FactCorrected']);

const allTypes = Object.keys(factShapes) as readonly FactType[];

/** The kinds of fact that can be recorded about a subject of this kind. */
export function factTypesAbout(kind: Subject['kind']): readonly FactType[] {
  return allTypes.filter((type) => {
    switch (kind) {
      case 'provider':
        // A document may serve all models of a provider.
        return aboutProviders.has(type) || aboutAnything.has(type) || type === 'EvidenceRecorded';
      case 'regulation':
        return aboutTheRegulation.has(type) || aboutAnything.has(type);
      case 'model':
        return !aboutProviders.has(type) && !aboutTheRegulation.has(type);
    }
  });
}

const typesByKind = {
  provider: new Set<string>(factTypesAbout('provider')),
  model: new Set<string>(factTypesAbout('model')),
  regulation: new Set<string>(factTypesAbout('regulation')),
};

/**
 * Reads a fact about a subject of the given kind from JSON. Strict: unknown kinds of fact, unknown fields, missing
 * fields and values out of their form are problems, all of which are answered.
 */
export function readFact(kind: Subject['kind'], type: string, data: unknown): FactReading {
  if (!typesByKind[kind].has(type)) {
    const expected = `a kind of fact about a ${kind}: one of ${factTypesAbout(kind).join(', ')}`;
    return { ok: false, problems: [{ path: 'type', expected, found: inWords(type) }] };
  }
  const problems: FieldProblem[] = [];
  const read = shapeOf(type as FactType).read(data, 'data', problems);
  return problems.length === 0 ? { ok: true, fact: { type, data: read } as Fact } : { ok: false, problems };
}

/** The fact's data as plain JSON: FLOP as decimal strings, instants in UTC. `readFact` reads it back to the same fact. */
export function writeFact(fact: Fact): Record<string, unknown> {
  return shapeOf(fact.type).write(fact.data) as Record<string, unknown>;
}

/** Type and data of a fact belong together; the compiler cannot follow the key. */
function shapeOf(type: FactType): Shape<Fact['data']> {
  return factShapes[type] as unknown as Shape<Fact['data']>;
}
