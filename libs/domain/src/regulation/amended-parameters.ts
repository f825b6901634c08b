import { factsInForce } from '../history/facts-in-force.js';
import type { RecordedFact } from '../history/recorded-fact.js';
import { isParameterName, readAmendments } from './law.js';
import type { Parameters } from './parameter.js';

/**
 * The parameters with the values that were amended by facts behind the built-in ones. Retracted amendments are left out,
 * and so are those that cannot be read.
 *
 * @param history of the stream `regulation`
 */
export function amendedParameters(parameters: Parameters, history: readonly RecordedFact[]): Parameters {
  const { amendments } = readAmendments(parameters, factsInForce(history));
  const amended: Record<string, unknown> = {};
  for (const [name, values] of Object.entries(amendments)) {
    if (!isParameterName(parameters, name)) continue;
    const parameter = parameters[name];
    amended[name] = { ...parameter, values: [...parameter.values, ...values] };
  }
  return { ...parameters, ...amended };
}
