export {
  defaultPolicy,
  planStages,
  type Duty,
  type PlannedStage,
  type Reaction,
  type ReminderPolicy,
} from './planning/plan-stages.js';
export { reminderMigrations } from './planning/reminder-migrations.js';
export { reminderReadModel } from './planning/reminder-read-model.js';
export { decodeReminderEvent, reminderStreamOf, type ReminderEvent } from './reminder-events.js';
export {
  listReminders,
  reminderStates,
  type ReminderQuery,
  type ReminderRow,
  type ReminderState,
} from './list-reminders.js';
export type { Channel, ReminderItem, ReminderMessage } from './channels/channel.js';
export { logChannel } from './channels/log-channel.js';
export { webhookChannel } from './channels/webhook-channel.js';
export type { Alarm, ReminderQueue } from './queue/reminder-queue.js';
export { openBullMqReminderQueue } from './queue/bullmq-reminder-queue.js';
export { ReminderSender } from './firing/reminder-sender.js';
export { runReminders } from './firing/run-reminders.js';
