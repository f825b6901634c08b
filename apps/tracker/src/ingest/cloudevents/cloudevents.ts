import { randomBytes } from 'node:crypto';
import { mediaTypeOf, refuseContentType } from '../content-type.js';
import type { HookRequest, WebhookSource } from '../source.js';
import { handshake } from './handshake.js';
import { modeOf, open } from './translate.js';
import { problemWithSecret, verify } from './verify.js';

const generatedTokenBytes = 32;
const jsonMediaType = /^[a-z]+\/(json|[\w.-]+\+json)$/;

/** CloudEvents 1.0 over HTTP with our own contract types: cloudevents/spec, cloudevents/bindings/http-protocol-binding.md. */
export const cloudEvents: WebhookSource = {
  system: 'cloudevents',
  credentialNames: ['bearer'],
  challenge: 'Bearer realm="hooks"',
  generateSecret: () => randomBytes(generatedTokenBytes).toString('base64url'),
  problemWithSecret,
  checkContentType(request) {
    const mode = modeOf(request);
    if (mode === undefined) return refuseContentType('application/cloudevents+json', request);
    return mode === 'binary' && !hasJsonBody(request) ? refuseContentType('application/json', request) : undefined;
  },
  authenticate: verify,
  open,
  keepsHeader: (name) => name.startsWith('ce-') || name === 'user-agent',
  handshake,
};

/** An event without data has no body and needs no content type. */
function hasJsonBody(request: HookRequest): boolean {
  const mediaType = mediaTypeOf(request);
  return mediaType === undefined ? request.body.length === 0 : jsonMediaType.test(mediaType);
}
