import { Dossier } from '#libs/domain';
import { streamOf } from '#libs/event-store';
import { BoundedCache } from '../bounded-cache.js';
import type { Histories } from './histories.js';

/** Facts kept in dossiers, some 100 MB; those of a provider are counted for each of its models. */
const cachedFactsMax = 100_000;
/** From a model to the bases of its bases; deeper lineages are cut off. */
const lineageDepthMax = 8;
const regulationSubject = 'regulation';

type Kept = {
  readonly dossier: Dossier;
  /** How many facts of each subject it has taken in. */
  readonly taken: Map<string, number>;
  /** The lineage as it was answered last. */
  lineage: string;
};

export type ModelDossier = {
  readonly dossier: Dossier;
  /** The subjects beside the model that it rests on, sorted. */
  readonly lineage: readonly string[];
  /** Whether it is another one than the last time, or was not asked for since this was let go of. */
  readonly isLineageNew: boolean;
};

/** Dossiers of the models that were assessed last, so that a fact more costs one step and not a fold of all the others. */
export class ModelDossiers {
  readonly #cache = new BoundedCache<Kept>(cachedFactsMax, ({ dossier }) => dossier.size + 1);

  constructor(private readonly histories: Histories) {}

  /** The dossier of a model with all that is in the histories. */
  of(model: string): ModelDossier {
    const kept = this.#cache.get(model) ?? { dossier: new Dossier(), taken: new Map<string, number>(), lineage: '' };
    const { dossier, taken } = kept;
    let wanted = [model, regulationSubject, ...taken.keys()];
    for (let depth = 0; depth <= lineageDepthMax && wanted.length > 0; depth += 1) {
      for (const subject of wanted) this.#takeIn(subject, kept);
      wanted = dossier.namedSubjects.map(streamOf).filter((subject) => !taken.has(subject));
    }
    this.#cache.set(model, kept);
    const lineage = [...taken.keys()].filter((subject) => subject !== model && subject !== regulationSubject).sort();
    const isLineageNew = kept.lineage !== lineage.join(' ');
    kept.lineage = lineage.join(' ');
    return { dossier, lineage, isLineageNew };
  }

  trim(): void {
    this.#cache.trim();
  }

  clear(): void {
    this.#cache.clear();
  }

  #takeIn(subject: string, { dossier, taken }: Kept): void {
    const facts = this.histories.of(subject);
    const before = taken.get(subject) ?? 0;
    if (facts.length > before) dossier.add(facts.slice(before));
    taken.set(subject, Math.max(facts.length, before));
  }
}
