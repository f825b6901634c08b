import type { RecordedFact } from '../history/recorded-fact.js';
import { EvidenceRecord } from './evidence.js';

/** The history of one provider, in order of `occurredAt`: its evidence, and the few other facts there are. */
export class ProviderFold {
  readonly #facts: RecordedFact[] = [];
  readonly evidence = new EvidenceRecord();

  add(fact: RecordedFact): void {
    if (fact.type === 'EvidenceRecorded') this.evidence.add(fact);
    else this.#facts.push(fact);
  }

  get facts(): readonly RecordedFact[] {
    return this.#facts;
  }
}
