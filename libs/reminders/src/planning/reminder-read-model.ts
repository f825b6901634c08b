import type { Assessment } from '#libs/domain';
import type { StoredEvent } from '#libs/event-store';
import type { ClientBase } from 'pg';
import { decodeReminderEvent } from '../reminder-events.js';
import { recordEvents } from './recorded-reminders.js';
import { reminderMigrations } from './reminder-migrations.js';
import { dutiesOf, planStages } from './plan-stages.js';
import { loadPlans, writeDuties, writeStages, type ModelPlan } from './plan-tables.js';

type Batch = {
  readonly assessed: readonly { readonly assessment: Assessment }[];
  readonly events: readonly StoredEvent[];
};

/**
 * A read model for the projections: it keeps the stages of all duties as rows, in the transaction that writes the
 * assessments that they follow from.
 */
export function reminderReadModel() {
  return {
    name: 'reminder',
    schema: 'reminders',
    migrations: reminderMigrations,
    async apply(transaction: ClientBase, { assessed, events }: Batch): Promise<void> {
      const recorded = events.map(decodeReminderEvent);
      const models = new Set([
        ...assessed.map(({ assessment }) => assessment.model),
        ...recorded.map(({ model }) => model),
      ]);
      if (models.size === 0) return;
      await recordEvents(transaction, recorded);
      const plans = await loadPlans(transaction, [...models]);
      const dutiesByModel = new Map(
        assessed.map(({ assessment }) => [assessment.model, dutiesOf(assessment.obligations)]),
      );
      await writeDuties(transaction, plans, dutiesByModel);
      await writeStages(transaction, plans, (model, plan) => stagesOf(plan, dutiesByModel.get(model)));
    },
  };
}

function stagesOf(plan: ModelPlan, assessedDuties: ReturnType<typeof dutiesOf> | undefined) {
  const duties = assessedDuties ?? [...plan.duties.values()];
  return duties.flatMap((duty) => planStages(duty, plan.reactionTo(duty.key)));
}
