import { sameAnswer } from '../assessment/same-answer.js';
import { admit, asRecorded } from '../deciding/admit.js';
import type { Decision, FactToDecide, FactToRecord, RecordCommand, Refusal } from '../deciding/decision.js';
import { factsInForce } from '../history/facts-in-force.js';
import { readFact } from '../history/read-fact.js';
import type { RecordedFact, RecordedRegulationFact } from '../history/recorded-fact.js';
import { localDateOf } from '../time/brussels-day.js';
import { isParameterName } from './law.js';
import { nearestNames } from './nearest-names.js';
import type { Parameters } from './parameter.js';
import { expectedBy } from './parameter-form.js';
import type { ParameterAmended } from './regulation-facts.js';

/**
 * Decides what of the wanted facts is recorded on the stream `regulation`: all or none. An amendment has to name a
 * parameter of the rulebook and a value that the parameter reads. It may take effect before it was published, since
 * there are retroactive acts. One that is in force already is accepted and records nothing.
 *
 * @param history everything on the stream so far, in the order of recording
 */
export function decideRegulation(history: readonly RecordedRegulationFact[], command: RecordCommand): Decision {
  const { parameters } = command.regulation;
  const recorded: RecordedFact[] = [...history];
  const facts: FactToRecord[] = [];
  for (const [index, toDecide] of command.facts.entries()) {
    const { verdict } = admit(toDecide, index, recorded, command);
    if (verdict === 'known') continue;
    if (verdict !== 'new') return { outcome: 'refused', refusal: verdict };
    const refusal = refusalOf(toDecide, index, recorded, parameters);
    if (refusal !== null) return { outcome: 'refused', refusal };
    if (isInForce(toDecide, recorded, parameters)) continue;
    recorded.push(asRecorded(toDecide, command, recorded));
    facts.push({ id: toDecide.id, fact: toDecide.fact, occurredAt: toDecide.occurredAt, causedBy: null });
  }
  return { outcome: 'accepted', facts };
}

function refusalOf(
  { fact }: FactToDecide,
  index: number,
  recorded: readonly RecordedFact[],
  parameters: Parameters,
): Refusal | null {
  if (fact.type === 'ParameterAmended') return refusalOfAmendment(fact.data, index, 'data', parameters);
  if (fact.type !== 'FactCorrected' || fact.data.data === undefined) return null;
  const corrected = recorded.find(({ id }) => id === fact.data.eventId);
  if (corrected?.type !== 'ParameterAmended') return null;
  const reading = readFact('regulation', corrected.type, fact.data.data);
  if (!reading.ok || reading.fact.type !== 'ParameterAmended') return null;
  return refusalOfAmendment(reading.fact.data, index, 'data.data', parameters);
}

/** @param path where in the fact the amendment stands */
function refusalOfAmendment(
  { parameter, value }: ParameterAmended['data'],
  index: number,
  path: string,
  parameters: Parameters,
): Refusal | null {
  const known = Object.keys(parameters);
  if (!isParameterName(parameters, parameter)) {
    return { code: 'parameter-unknown', index, path, parameter, nearest: nearestNames(parameter, known), known };
  }
  try {
    parameters[parameter].read(value);
    return null;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { code: 'parameter-value-unreadable', index, path, parameter, value, expected: expectedBy(error) };
  }
}

/** Whether the same amendment holds already, in whatever way its value was written. */
function isInForce(
  { fact, occurredAt }: FactToDecide,
  recorded: readonly RecordedFact[],
  parameters: Parameters,
): boolean {
  if (fact.type !== 'ParameterAmended') return false;
  const wanted = meaningOf({ ...fact, occurredAt }, parameters);
  return factsInForce(recorded).some(
    (other) => other.type === 'ParameterAmended' && sameAnswer(meaningOf(other, parameters), wanted),
  );
}

function meaningOf(
  { data, occurredAt }: ParameterAmended & Pick<RecordedFact, 'occurredAt'>,
  parameters: Parameters,
): unknown {
  const { parameter, value } = data;
  return {
    ...data,
    publishedOn: data.publishedOn ?? localDateOf(occurredAt),
    value: isParameterName(parameters, parameter) ? readOrText(parameters[parameter].read, value) : value,
  };
}

/** An amendment that an earlier version of the rulebook took may be unreadable today; then its text stands for it. */
function readOrText(read: (text: string) => unknown, text: string): unknown {
  try {
    return read(text);
  } catch (error) {
    if (error instanceof RangeError) return text;
    throw error;
  }
}
