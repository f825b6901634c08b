import * as read from './read-field.js';

const harms = [
  'death',
  'seriousHarmToHealth',
  'seriousHarmToProperty',
  'seriousHarmToEnvironment',
  'fundamentalRightsInfringement',
  'criticalInfrastructureDisruption',
  'seriousCybersecurityBreach',
] as const;

const outputModalities = [
  'text',
  'code',
  'speech',
  'audio',
  'image',
  'video',
  'textToImage',
  'textToVideo',
  'embedding',
  'action',
  'other',
] as const;

type Field = { readonly read: read.FieldReader<unknown>; readonly required: boolean };
const required = <Value>(reader: read.FieldReader<Value>) => ({ read: reader, required: true }) as const;
const optional = <Value>(reader: read.FieldReader<Value>) => ({ read: reader, required: false }) as const;

/**
 * The types that a provider sends us and the fields of their `data`, beside `model`, which every type has and the
 * subject of a CloudEvent may stand for. Fields of other names are left alone.
 */
export const contractTypes = {
  'gpai.training.planned': {
    planned_flop: required(read.flop),
    planned_start: optional(read.date),
    planned_end: optional(read.date),
    run_id: optional(read.reference),
    method: optional(read.text),
  },
  'gpai.compute.reported': {
    flop: required(read.flop),
    cumulative: optional(read.flag),
    basis: optional(read.oneOf('measured', 'estimated', '6nd')),
    as_of: optional(read.instant),
    run_id: optional(read.reference),
  },
  'gpai.model.registered': {
    version: optional(read.version),
    name: optional(read.reference),
    output_modalities: optional(read.listOf(read.oneOf(...outputModalities))),
    displays_significant_generality: optional(read.flag),
    narrow_task: optional(read.reference),
    parameters: optional(read.count),
  },
  'gpai.model.placed_on_market': {
    version: optional(read.version),
    date: optional(read.date),
    territories: optional(read.listOf(read.reference)),
    channel: optional(read.reference),
  },
  'gpai.model.open_sourced': {
    version: optional(read.version),
    licence: optional(read.reference),
    rights: optional(read.listOf(read.oneOf('access', 'use', 'modify', 'distribute'))),
    restrictions: optional(read.listOf(read.reference)),
    weights_public: required(read.flag),
    architecture_public: required(read.flag),
    usage_info_public: required(read.flag),
    monetised: required(read.flag),
    monetisation: optional(read.reference),
  },
  'gpai.model.fine_tuned': {
    version: optional(read.version),
    base_model: required(read.reference),
    finetune_flop: required(read.flop),
  },
  'gpai.model.withdrawn': {
    version: optional(read.version),
    date: optional(read.date),
    reason: optional(read.text),
  },
  'gpai.incident.observed': {
    incident_id: required(read.reference),
    severity: optional(read.reference),
    started_at: optional(read.instant),
    summary: optional(read.text),
    harms: optional(read.listOf(read.oneOf(...harms))),
  },
  'gpai.documentation.published': {
    version: optional(read.version),
    kind: required(read.reference),
    url: required(read.reference),
    title: optional(read.reference),
  },
} as const satisfies Record<string, Record<string, Field>>;

export type ContractType = keyof typeof contractTypes;

type Fields = { readonly [name: string]: Field };
type ValueOf<F extends Field> = F extends { read: read.FieldReader<infer Value> } ? Value : never;

/** The data of one type, read. */
export type ContractData<Type extends ContractType> = {
  readonly [
    Name in keyof (typeof contractTypes)[Type] as (typeof contractTypes)[Type][Name] extends { required: true }
      ? Name
      : never
  ]: ValueOf<Extract<(typeof contractTypes)[Type][Name], Field>>;
} & {
  readonly [
    Name in keyof (typeof contractTypes)[Type] as (typeof contractTypes)[Type][Name] extends { required: false }
      ? Name
      : never
  ]?: ValueOf<Extract<(typeof contractTypes)[Type][Name], Field>>;
};

export function isContractType(type: string): type is ContractType {
  return Object.hasOwn(contractTypes, type);
}

export type FieldProblem = { readonly field: string; readonly expected: string; readonly found: string };

/** Reads the fields of `type` from `data`; null counts as absent. All problems at once. */
export function readContractData<Type extends ContractType>(
  type: Type,
  data: Readonly<Record<string, unknown>>,
):
  { readonly ok: true; readonly data: ContractData<Type> } | { readonly ok: false; readonly problems: FieldProblem[] } {
  const fields: Fields = contractTypes[type];
  const values: Record<string, unknown> = {};
  const problems: FieldProblem[] = [];
  for (const [name, field] of Object.entries(fields)) {
    const value = data[name] ?? undefined;
    if (value === undefined && !field.required) continue;
    const reading = field.read(value);
    if (reading.ok) values[name] = reading.value;
    else problems.push({ field: `data.${name}`, expected: reading.expected, found: read.foundIn(value) });
  }
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, data: values as ContractData<Type> };
}
