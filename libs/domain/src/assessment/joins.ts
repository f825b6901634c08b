import type { RecordedFact } from '../history/recorded-fact.js';

/**
 * Which records turned out to be of one model. The stream of the model that is kept says `ModelJoined`, that of the one
 * given up `ModelMerged`; only where both are there, and in force, are they one: a crash between the two, or a merge that
 * is retracted, leaves two models.
 */
export class Joins {
  readonly #inForce: (modelId: string) => readonly RecordedFact[];
  /** By the model that is kept: the records that were joined to it at some time. */
  readonly #joined = new Map<string, Set<string>>();

  constructor(inForce: (modelId: string) => readonly RecordedFact[]) {
    this.#inForce = inForce;
  }

  add({ type, subject, data }: RecordedFact): void {
    if (type !== 'ModelJoined' || subject.kind !== 'model') return;
    const { fromModelId } = data;
    const joined = this.#joined.get(subject.id);
    if (joined === undefined) this.#joined.set(subject.id, new Set([fromModelId]));
    else joined.add(fromModelId);
  }

  isJoined(from: string, into: string): boolean {
    if (this.#joined.get(into)?.has(from) !== true) return false;
    return this.#inForce(from).some((fact) => fact.type === 'ModelMerged' && fact.data.intoModelId === into);
  }

  /** The records that count for a model beside its own, those joined to them included. */
  recordsOf(modelId: string): readonly string[] {
    if (this.#joined.size === 0) return [];
    const found = new Set<string>();
    const wanted = [modelId];
    for (let into = wanted.pop(); into !== undefined; into = wanted.pop()) {
      for (const from of this.#joined.get(into) ?? []) {
        if (from === modelId || found.has(from) || !this.isJoined(from, into)) continue;
        found.add(from);
        wanted.push(from);
      }
    }
    return [...found];
  }
}
