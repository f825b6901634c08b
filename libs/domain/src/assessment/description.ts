import type { RecordedFact } from '../history/recorded-fact.js';
import type { ModelDescription } from '../model/model-facts.js';

type Field = keyof ModelDescription;
const fields = [
  'name',
  'providerId',
  'outputModalities',
  'displaysSignificantGenerality',
  'narrowTask',
  'parameters',
] as const satisfies readonly Field[];

/** What is known of a model's nature: the last word on each point, and who said it. */
export class Description {
  readonly #said = new Map<Field, { readonly value: unknown; readonly event: string; readonly own: boolean }>();

  /** @param own false: said of a record that turned out to be of this model; it only fills gaps */
  add(fact: RecordedFact, own: boolean): void {
    if (fact.type !== 'ModelRegistered' && fact.type !== 'ModelDescribed') return;
    for (const field of fields) {
      const value = fact.data[field];
      if (value === undefined || (!own && this.#said.get(field)?.own === true)) continue;
      this.#said.set(field, { value, event: fact.id, own });
    }
  }

  get<Name extends Field>(field: Name): NonNullable<ModelDescription[Name]> | null {
    return (this.#said.get(field)?.value as NonNullable<ModelDescription[Name]> | undefined) ?? null;
  }

  /** The events that said these points, each once. */
  eventsOf(...points: readonly Field[]): readonly string[] {
    return [...new Set(points.flatMap((field) => this.#said.get(field)?.event ?? []))];
  }

  /** Whose record this is: who named the model and its provider. */
  get registration(): readonly string[] {
    return this.eventsOf('name', 'providerId');
  }
}
