import type { ComputeComponentKind } from '../model/model-facts.js';

type Counting = { readonly counts: boolean; readonly source: string };

const guidelines = 'Guidelines on the scope of GPAI obligations, Annex A.1';
const counts: Counting = { counts: true, source: guidelines };
const doesNotCount: Counting = { counts: false, source: guidelines };

/** Which compute is part of the cumulative training compute. */
export const computeComponents: Readonly<Record<ComputeComponentKind, Counting>> = {
  preTraining: counts,
  fineTuning: counts,
  otherPostTraining: counts,
  syntheticDataGeneration: counts,
  publicSyntheticDataGeneration: doesNotCount,
  mergedWeightsParent: counts,
  initialisingWeightsParent: counts,
  distillationParent: doesNotCount,
  auxiliaryModel: doesNotCount,
  evaluation: doesNotCount,
  exploratoryResearch: doesNotCount,
  discardedExperiment: doesNotCount,
  activationRecomputation: doesNotCount,
};

/** True where compute of this kind counts towards the thresholds. Guidelines, Annex A.1. */
export function countsTowardsTrainingCompute(kind: ComputeComponentKind): boolean {
  return computeComponents[kind].counts;
}

/**
 * True where compute of this kind directly updated parameters, those of merged or initialising weights included: what the
 * indicative criterion (Guidelines s. 2.1) and the third of a modification (s. 3.2) look at while no systemic risk is at
 * issue. Generating synthetic data updates none.
 */
export function updatesParameters(kind: ComputeComponentKind): boolean {
  return computeComponents[kind].counts && kind !== 'syntheticDataGeneration';
}
