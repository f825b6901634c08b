import type { RecordedFact } from '../history/recorded-fact.js';
import type { OutputModality } from '../model/model-facts.js';

/** What is known of a model's nature: the last word on each point, and who said it. */
export type Description = {
  readonly name: string | null;
  readonly providerId: string | null;
  readonly outputModalities: readonly OutputModality[] | null;
  readonly displaysSignificantGenerality: boolean | null;
  readonly narrowTask: string | null;
  readonly events: readonly string[];
};

export function describe(facts: readonly RecordedFact[]): Description {
  let name: string | null = null;
  let providerId: string | null = null;
  let outputModalities: readonly OutputModality[] | null = null;
  let generality: boolean | null = null;
  let narrowTask: string | null = null;
  const events: string[] = [];
  for (const fact of facts) {
    if (fact.type !== 'ModelRegistered' && fact.type !== 'ModelDescribed') continue;
    const { data } = fact;
    name = data.name ?? name;
    providerId = data.providerId ?? providerId;
    outputModalities = data.outputModalities ?? outputModalities;
    generality = data.displaysSignificantGenerality ?? generality;
    narrowTask = data.narrowTask ?? narrowTask;
    events.push(fact.id);
  }
  return { name, providerId, outputModalities, displaysSignificantGenerality: generality, narrowTask, events };
}
