import { openDuties } from '#libs/domain';
import { toTimestamp } from '../instant-column.js';
import type { AssessedModel, ReadModel } from '../read-model.js';
import { projectionMigrations } from '../migrations.js';

/** One row a model: its classification, and how much is to be done by when. */
export function modelStatusReadModel(): ReadModel {
  return {
    name: 'model_status',
    schema: 'projection',
    migrations: projectionMigrations,
    async apply(transaction, { assessed }) {
      if (assessed.length === 0) return;
      await transaction.query(upsert, [JSON.stringify(assessed.map(modelStatusRow))]);
    },
  };
}

const columns = {
  id: 'text',
  name: 'text',
  provider: 'text',
  country: 'text',
  gpai: 'boolean',
  systemic_risk: 'boolean',
  expected_systemic_risk: 'boolean',
  legacy: 'boolean',
  open_source_exemption: 'boolean',
  internal_use_exception: 'boolean',
  placed_on_market_at: 'timestamptz',
  withdrawn_at: 'timestamptz',
  systemic_risk_from: 'timestamptz',
  systemic_risk_until: 'timestamptz',
  cumulative_training_flop: 'numeric',
  next_due_key: 'text',
  next_due_id: 'text',
  next_due_title: 'text',
  next_due_at: 'timestamptz',
  open_count: 'integer',
  overdue_count: 'integer',
  flag_count: 'integer',
  fine_exposure_from: 'date',
  holds_until: 'timestamptz',
  position: 'bigint',
} as const;

const names = Object.keys(columns);
const upsert = `
  insert into model_status (${names.join(', ')})
  select ${names.join(', ')} from json_to_recordset($1::json)
    as row (${Object.entries(columns)
      .map(([name, type]) => `${name} ${type}`)
      .join(', ')})
  on conflict (id) do update set (${names.join(', ')}) = row(${names.map((name) => `excluded.${name}`).join(', ')})`;

function modelStatusRow({ assessment }: AssessedModel): Record<keyof typeof columns, unknown> {
  const { classification: is } = assessment;
  const open = openDuties(assessment.obligations);
  const [next] = open;
  return {
    id: assessment.model,
    name: assessment.name,
    provider: assessment.provider.ofRecord ?? assessment.provider.registered,
    country: assessment.provider.establishedIn,
    gpai: is.gpai,
    systemic_risk: is.systemicRisk,
    expected_systemic_risk: is.expectedSystemicRisk,
    legacy: is.legacy,
    open_source_exemption: is.openSourceExemption,
    internal_use_exception: is.internalUseException,
    placed_on_market_at: toTimestamp(is.placedOnMarketAt),
    withdrawn_at: toTimestamp(is.withdrawnAt),
    systemic_risk_from: toTimestamp(is.systemicRiskFrom),
    systemic_risk_until: toTimestamp(is.systemicRiskUntil),
    cumulative_training_flop: is.cumulativeTrainingFlop?.toString() ?? null,
    next_due_key: next?.obligation.key ?? null,
    next_due_id: next?.obligation.id ?? null,
    next_due_title: next?.obligation.title ?? null,
    next_due_at: toTimestamp(next?.deadline ?? null),
    open_count: open.length,
    overdue_count: open.filter(({ obligation }) => obligation.timeliness === 'overdue').length,
    flag_count: assessment.flags.length,
    fine_exposure_from: assessment.fineExposureFrom,
    holds_until: toTimestamp(assessment.holdsUntil),
    position: String(assessment.position),
  };
}
