import type { Channel } from './channel.js';
import { messageJson } from './message-json.js';

/** Reminders as lines of the log: always there, and enough where a log is watched. */
export function logChannel(log: { log(entry: object): void }): Channel {
  return {
    name: 'log',
    send: async (message) => log.log({ event: 'reminder', id: message.id, ...messageJson(message) }),
  };
}
