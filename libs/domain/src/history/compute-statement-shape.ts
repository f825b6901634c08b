import type { Flop } from '../flop/flop.js';
import type {
  ArchitectureUse,
  ComputeBasis,
  ComputeComponent,
  ComputeReported,
  HardwareUse,
} from '../model/model-facts.js';
import { complain, isObject, list, object, optional, type Shape } from './shape.js';
import { count, flopCount, hours, oneOf, share, text } from './values.js';

type Statement = ComputeReported['data'];

const COMPONENTS_MAX = 100;

const component = object<ComputeComponent>({
  kind: oneOf(
    'preTraining',
    'fineTuning',
    'otherPostTraining',
    'syntheticDataGeneration',
    'publicSyntheticDataGeneration',
    'mergedWeightsParent',
    'initialisingWeightsParent',
    'distillationParent',
    'auxiliaryModel',
    'evaluation',
    'exploratoryResearch',
    'discardedExperiment',
    'activationRecomputation',
  ),
  flop: flopCount,
});

const hardware = object<HardwareUse>({
  accelerator: text,
  count,
  hours,
  utilisation: share,
  precision: text,
});
const architecture = object<ArchitectureUse>({ parameters: count, tokens: count });
const basis = optional(oneOf<ComputeBasis>('measured', 'estimated', '6nd'));

/** The five ways to state compute, by the field that tells them apart. */
const ways = {
  cumulativeTrainingFlop: object<{ cumulativeTrainingFlop: Flop; basis?: ComputeBasis }>({
    cumulativeTrainingFlop: flopCount,
    basis,
  }),
  components: object<{ components: readonly ComputeComponent[]; basis?: ComputeBasis }>({
    components: list(component, { itemsMin: 1, itemsMax: COMPONENTS_MAX }),
    basis,
  }),
  runId: object<{ runId: string; flop: Flop; basis?: ComputeBasis }>({ runId: text, flop: flopCount, basis }),
  hardware: object<{ hardware: HardwareUse; basis?: ComputeBasis }>({ hardware, basis }),
  architecture: object<{ architecture: ArchitectureUse; basis?: ComputeBasis }>({ architecture, basis }),
} as const;
type Way = keyof typeof ways;

const names = Object.keys(ways) as readonly Way[];

/** Exactly one of the five ways, so that figures come by differently are never mixed up in one statement. */
export const computeStatement: Shape<Statement> = {
  read: (json, path, problems) => {
    const stated = isObject(json) ? names.filter((name) => Object.hasOwn(json, name)) : [];
    const [way, ...others] = stated;
    if (way === undefined || others.length > 0) {
      const expected = `exactly one of ${names.join(', ')} (runId together with flop)`;
      return complain(problems, path, expected, stated.length > 1 ? stated : json);
    }
    return shapeOf(way).read(json, path, problems);
  },
  write: (statement) => shapeOf(names.find((name) => name in statement) ?? 'cumulativeTrainingFlop').write(statement),
};

/** Which shape belongs to which statement is what `ways` says; the compiler cannot follow the key. */
function shapeOf(way: Way): Shape<Statement> {
  return ways[way] as unknown as Shape<Statement>;
}
