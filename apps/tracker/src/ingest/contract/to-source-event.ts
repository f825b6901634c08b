import { formatInstant, type Instant, localDateOf, startOfLocalDay } from '#libs/domain';
import type { ParkingReason } from '../reasons.js';
import type { SourceEvent } from '../source.js';
import type { ContractData, ContractType, FieldProblem } from './contract-types.js';
import { documentationKinds, obligationOfDocumentation } from './documentation-kinds.js';
import { isUnionTerritory } from './union-territories.js';

/** What the mapping of one type needs beside its data. */
export type Circumstances = {
  readonly key: string;
  readonly model: string;
  /** When the provider stated it, never after it was received. */
  readonly statedAt: Instant;
  readonly receivedAt: Instant;
};

export type Mapping =
  | {
      readonly outcome: 'mapped';
      readonly type: string;
      readonly occurredAt: Instant;
      readonly toFact: SourceEvent['toFact'];
      readonly baseRef?: string;
    }
  | { readonly outcome: 'parked'; readonly reason: ParkingReason; readonly detail: string }
  | { readonly outcome: 'refused'; readonly problems: readonly FieldProblem[] };

type Mapper<Type extends ContractType> = (data: ContractData<Type>, circumstances: Circumstances) => Mapping;

/** What a fact about placing says where the provider names no channel. */
const channelNotStated = 'notStated';

/** Contract type → what happened, and the fact of our catalogue that says so. */
export const mappers: { readonly [Type in ContractType]: Mapper<Type> } = {
  'gpai.training.planned': (data, { key, statedAt }) =>
    mapped('TrainingPlanned', statedAt, () => ({
      type: 'TrainingPlanned',
      data: {
        // A plan without a run of its own is known by the delivery that announced it.
        runId: data.run_id ?? `plan-${key}`.slice(0, 128),
        expectedCumulativeTrainingFlop: data.planned_flop,
        ...given('startsOn', data.planned_start),
        ...given('endsOn', data.planned_end),
        ...given('method', data.method),
      },
    })),
  'gpai.compute.reported': mapCompute,
  'gpai.model.registered': (data, { model, statedAt }) =>
    mapped('ModelRegistered', statedAt, ({ providerId }) => ({
      type: 'ModelRegistered',
      data: {
        name: data.name ?? model,
        providerId,
        ...given('outputModalities', data.output_modalities),
        ...given('displaysSignificantGenerality', data.displays_significant_generality),
        ...given('narrowTask', data.narrow_task),
        ...given('parameters', data.parameters),
      },
    })),
  'gpai.model.placed_on_market': mapPlacing,
  'gpai.model.open_sourced': (data, { statedAt }) =>
    mapped('OpenSourced', statedAt, () => ({
      type: 'OpenSourced',
      data: {
        ...given('licence', data.licence),
        ...given('rights', data.rights),
        ...given('restrictions', data.restrictions),
        weightsPublic: data.weights_public,
        architecturePublic: data.architecture_public,
        usageInformationPublic: data.usage_info_public,
        monetised: data.monetised,
        ...given('monetisation', data.monetisation),
      },
    })),
  'gpai.model.fine_tuned': (data, { statedAt }) => ({
    ...mapped('FineTuned', statedAt, ({ providerId, baseModelId }) => ({
      type: 'FineTuned',
      data: {
        modifierId: providerId,
        modificationFlop: data.finetune_flop,
        base: baseModelId === undefined ? { name: data.base_model } : { modelId: baseModelId },
        ...given('version', data.version),
      },
    })),
    baseRef: data.base_model,
  }),
  'gpai.model.withdrawn': mapWithdrawal,
  // Awareness, not the incident's own beginning, starts the clocks; how the model was involved is for a person to find out.
  'gpai.incident.observed': (data, { statedAt }) =>
    mapped('IncidentObserved', statedAt, () => ({
      type: 'IncidentObserved',
      data: {
        incidentId: data.incident_id,
        harms: data.harms ?? [],
        modelInvolvement: 'unknown',
        ...given('summary', data.summary),
      },
    })),
  'gpai.documentation.published': mapDocumentation,
};

function mapCompute(data: ContractData<'gpai.compute.reported'>, { statedAt, receivedAt }: Circumstances): Mapping {
  const { run_id: runId, as_of: asOf } = data;
  if (data.cumulative === undefined && runId !== undefined) {
    return refused('cumulative', 'true for the model in total or false for this run alone', 'neither, beside a run_id');
  }
  if (data.cumulative === false && runId === undefined) {
    return refused('run_id', 'the id of the run whose compute this is, so that it is counted once', 'nothing');
  }
  if (asOf !== undefined && asOf > receivedAt)
    return refused('as_of', 'an instant that has passed', formatInstant(asOf));
  const statement =
    data.cumulative === false && runId !== undefined
      ? { runId, flop: data.flop }
      : { cumulativeTrainingFlop: data.flop };
  return mapped('ComputeReported', asOf ?? statedAt, () => ({
    type: 'ComputeReported',
    data: { ...statement, ...given('basis', data.basis) },
  }));
}

/**
 * A day to come makes it a plan. Territories that all lie outside the Union are neither a placing here nor proof that
 * the Union is excluded, so that a person has to look.
 */
function mapPlacing(
  data: ContractData<'gpai.model.placed_on_market'>,
  { statedAt, receivedAt }: Circumstances,
): Mapping {
  const territories = data.territories ?? [];
  if (territories.length > 0 && !territories.some(isUnionTerritory)) {
    const detail = `None of ${territories.slice(0, 10).join(', ')} is in the Union or the EEA: record ModelSuppliedOutsideUnion or a placing by hand.`;
    return { outcome: 'parked', reason: 'placed_outside_union', detail };
  }
  const day = data.date;
  if (day !== undefined && day > localDateOf(receivedAt)) {
    return mapped('PlacementPlanned', statedAt, () => ({ type: 'PlacementPlanned', data: { plannedFor: day } }));
  }
  return mapped('ModelPlacedOnMarket', day === undefined ? statedAt : startOfLocalDay(day), ({ providerId }) => ({
    type: 'ModelPlacedOnMarket',
    data: { placedBy: providerId, channel: data.channel ?? channelNotStated },
  }));
}

function mapWithdrawal(data: ContractData<'gpai.model.withdrawn'>, { statedAt, receivedAt }: Circumstances): Mapping {
  const { date: day, version, reason } = data;
  if (day !== undefined && day > localDateOf(receivedAt)) {
    return refused('date', 'a day that has come: send a withdrawal once it has happened', day);
  }
  return mapped('ModelWithdrawn', day === undefined ? statedAt : startOfLocalDay(day), () => ({
    type: 'ModelWithdrawn',
    data: given('reason', reason ?? (version === undefined ? undefined : `version ${version} was withdrawn`)),
  }));
}

function mapDocumentation(data: ContractData<'gpai.documentation.published'>, { statedAt }: Circumstances): Mapping {
  const obligationId = obligationOfDocumentation(data.kind);
  if (obligationId === undefined) {
    const detail = `The kind ${JSON.stringify(data.kind)} stands for no obligation; known kinds are ${documentationKinds.join(', ')}.`;
    return { outcome: 'parked', reason: 'value_unparseable', detail };
  }
  return mapped('DocumentationPublished', statedAt, () => ({
    type: 'EvidenceRecorded',
    data: { obligationId, title: data.title ?? data.kind, uri: data.url, ...given('version', data.version) },
  }));
}

function mapped(type: string, occurredAt: Instant, toFact: SourceEvent['toFact']): Mapping & { outcome: 'mapped' } {
  return { outcome: 'mapped', type, occurredAt, toFact };
}

function refused(field: string, expected: string, found: string): Mapping {
  return { outcome: 'refused', problems: [{ field: `data.${field}`, expected, found }] };
}

function given<Name extends string, Value>(name: Name, value: Value | undefined): { [Key in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { [Key in Name]?: Value };
}
