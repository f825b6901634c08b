import { createHmac } from 'node:crypto';
import { answerOf, type Answer } from './tracker.js';

export type WebhookSender = {
  readonly url: string;
  readonly connection: string;
  /** `whsec_…` as the answer to POST /v1/connections showed it. */
  readonly secret: string;
  /** What the sender's clock says. */
  readonly nowMs: () => number;
};

/** Signs and sends one delivery by Standard Webhooks. `body` goes as it is where it is text. */
export async function sendWebhook(
  { url, connection, secret, nowMs }: WebhookSender,
  id: string,
  body: string | { readonly type: string; readonly timestamp?: string; readonly data: object },
): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const timestamp = Math.floor(nowMs() / 1000);
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${text}`).digest('base64');
  const response = await fetch(`${url}/hooks/${connection}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': `v1,${signature}`,
    },
    body: text,
  });
  return answerOf(response);
}
