import { connectEventStore } from '#libs/event-store';
import { byStatus, textTable, type ModelRow } from './report.js';
import { allPages, type TrackerClient } from './tracker-client.js';

const DEADLINES_SHOWN = 12;

type ObligationRow = {
  readonly model: string;
  readonly title: string;
  readonly dueAt: string | null;
};
type ReminderRow = { readonly model: string; readonly obligation: string; readonly state: string };

/** Prints what follows from the portfolio: models by status, the next deadlines, the events, today's reminders. */
export async function printReport(tracker: TrackerClient, eventStoreUrl: string): Promise<void> {
  const models = await allPages<ModelRow>(tracker, '/v1/models');
  console.log(
    '\nModels by status (for the sample, the day of publication counts as the day of placing on the market):\n',
  );
  console.log(
    textTable(
      ['status', 'models', 'open duties', 'overdue', 'next deadline'],
      byStatus(models).map((line) => [line.status, line.models, line.open, line.overdue, day(line.nextDue)]),
    ),
  );
  await printNextDeadlines(tracker, models);
  await printEventCounts(eventStoreUrl);
  await printTodaysReminders(tracker);
  console.log('\nThese are third-party estimates and no legal advice.');
}

async function printNextDeadlines(tracker: TrackerClient, models: readonly ModelRow[]): Promise<void> {
  const names = new Map(models.map((model) => [model.id, model.name ?? model.id]));
  const { items } = await tracker.get<{ items: readonly ObligationRow[] }>(
    `/v1/obligations?timeliness=onTime,dueSoon&limit=${DEADLINES_SHOWN}`,
  );
  console.log(`\nNext deadlines (the first ${items.length} ahead of us):\n`);
  console.log(
    textTable(
      ['due', 'model', 'obligation'],
      items.map((row) => [day(row.dueAt), names.get(row.model) ?? row.model, row.title]),
    ),
  );
}

/** Counts what the record holds, read with the official EventStoreDB client like any outsider would. */
async function printEventCounts(eventStoreUrl: string): Promise<void> {
  const store = connectEventStore({ connectionString: eventStoreUrl });
  const counts = new Map<string, number>();
  try {
    for await (const event of store.readAll()) {
      const kind = event.stream.replace(/-.*/, '');
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
  } finally {
    await store.close();
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const parts = [...counts].map(([kind, count]) => `${count} in ${kind}-*`).join(', ');
  console.log(`\nThe event store holds ${total} events: ${parts}.`);
}

/** Several missed stages of a duty go out as one, and all of a model as one message. */
async function printTodaysReminders(tracker: TrackerClient): Promise<void> {
  const tomorrow = `${new Date(Date.now() + 24 * 3600 * 1000).toISOString().slice(0, 10)}T00:00:00Z`;
  const due = await allPages<ReminderRow>(tracker, `/v1/reminders?before=${tomorrow}&state=planned,sent`);
  const duties = new Set(due.map((row) => `${row.model} ${row.obligation}`));
  const models = new Set(due.map((row) => row.model));
  const sent = new Set(due.filter((row) => row.state === 'sent').map((row) => row.model));
  console.log(
    `Reminders today: ${duties.size} duties of ${models.size} models, one message a model, ${sent.size} of them sent ` +
      'so far (to the log; REMINDER_WEBHOOK_URL adds a webhook).',
  );
}

function day(instant: string | null): string {
  return instant === null ? '' : instant.slice(0, 10);
}
