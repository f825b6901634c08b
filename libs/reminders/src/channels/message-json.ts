import { formatInstant } from '#libs/domain';
import type { ReminderMessage } from './channel.js';

/** A message as plain JSON, for every channel that speaks to machines. */
export function messageJson({ model, items }: ReminderMessage) {
  return {
    model,
    obligations: items.map(({ deadline, ...item }) => ({ ...item, deadline: formatInstant(deadline) })),
  };
}
