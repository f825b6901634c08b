import { createHmac } from 'node:crypto';
import { formatInstant } from '#libs/domain';
import type { Channel } from './channel.js';
import { messageJson } from './message-json.js';

const TIMEOUT_MS = 10_000;

/** The receiver did not take the message; the text says what it answered, never the secret. */
export class WebhookNotTaken extends Error {
  override readonly name = 'WebhookNotTaken';
}

/**
 * Posts reminders to `url`, signed as Standard Webhooks (HMAC-SHA256 over `id.timestamp.body`). Redirects are not
 * followed: the address is the operator's to change.
 *
 * @param secret base64, with or without the prefix `whsec_`
 */
export function webhookChannel({ url, secret }: { readonly url: string; readonly secret: string }): Channel {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return {
    name: 'webhook',
    send: async (message) => {
      const body = JSON.stringify({
        type: 'gpai.reminder.due',
        timestamp: formatInstant(message.sentAt),
        data: messageJson(message),
      });
      const timestamp = String(Math.floor(message.sentAt / 1000));
      const signature = createHmac('sha256', key).update(`${message.id}.${timestamp}.${body}`).digest('base64');
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'webhook-id': message.id,
          'webhook-timestamp': timestamp,
          'webhook-signature': `v1,${signature}`,
        },
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await response.body?.cancel();
      if (!response.ok) throw new WebhookNotTaken(`the receiver answered ${response.status}`);
    },
  };
}
