import { randomBytes } from 'node:crypto';
import { mediaTypeOf, refuseContentType } from '../content-type.js';
import type { WebhookSource } from '../source.js';
import { translate } from './translate.js';
import { problemWithSecret, readDeliveryId, verify } from './verify.js';

const generatedSecretBytes = 32;
const keptHeaders = new Set(['webhook-id', 'webhook-timestamp', 'svix-id', 'svix-timestamp', 'user-agent']);

/** Standard Webhooks with our own contract types: standard-webhooks/standard-webhooks, spec/standard-webhooks.md. */
export const standardWebhooks: WebhookSource = {
  system: 'standard-webhooks',
  credentialNames: [],
  challenge: 'Signature realm="hooks"',
  generateSecret: () => `whsec_${randomBytes(generatedSecretBytes).toString('base64')}`,
  problemWithSecret,
  checkContentType: (request) =>
    mediaTypeOf(request) === 'application/json' ? undefined : refuseContentType('application/json', request),
  authenticate: (request, { secrets }) => verify(request, secrets),
  open(request) {
    // The signature is not kept: a delivery that is translated again was found authentic when it came in.
    const id = readDeliveryId(request);
    if (typeof id !== 'string') return { outcome: 'refused', refusal: id };
    return { outcome: 'opened', delivery: { key: id, translate: () => translate(id, request) } };
  },
  keepsHeader: (name) => keptHeaders.has(name),
};
