import { cloudEvents } from './cloudevents/cloudevents.js';
import type { WebhookSource } from './source.js';
import { standardWebhooks } from './standard-webhooks/standard-webhooks.js';

/** Every system that a connection can be made for. */
export const sources: readonly WebhookSource[] = [standardWebhooks, cloudEvents];

const bySystem = new Map(sources.map((source) => [source.system, source]));

export function sourceOf(system: string): WebhookSource | undefined {
  return bySystem.get(system);
}
