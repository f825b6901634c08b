import type { Handshake, HookRequest } from '../source.js';

/** Deliveries a minute that a sender may be granted. */
const ratePerMinuteMax = 100_000;
const originLengthMax = 253;

/**
 * Abuse protection of cloudevents/http-webhook.md: a sender asks before it delivers. It proves nothing about who asks.
 * `WebHook-Request-Callback` is never called: no URL of a request is. Without an origin it is a browser's preflight,
 * which is granted nothing.
 */
export function handshake(
  request: HookRequest,
  { allowedOrigins }: { readonly allowedOrigins?: readonly string[] },
): Handshake {
  const origin = request.headers['webhook-request-origin']?.trim();
  if (origin === undefined || origin === '') return { outcome: 'preflight' };
  if (!/^[!-~]+$/.test(origin) || origin.length > originLengthMax) {
    return {
      outcome: 'refused',
      refusal: { reason: 'handshake_invalid', detail: 'Expected a host name in WebHook-Request-Origin.' },
    };
  }
  if (allowedOrigins !== undefined && allowedOrigins.length > 0 && !allowedOrigins.includes(origin.toLowerCase())) {
    const detail = 'Expected one of the origins that are set on the connection in WebHook-Request-Origin.';
    return { outcome: 'refused', refusal: { reason: 'handshake_invalid', detail } };
  }
  const rate = request.headers['webhook-request-rate']?.trim();
  return {
    outcome: 'granted',
    headers: {
      'webhook-allowed-origin': origin,
      'webhook-allowed-rate': rate === undefined ? '*' : grantedRate(rate),
      allow: 'POST',
    },
  };
}

function grantedRate(requested: string): string {
  const rate = /^[1-9][0-9]{0,8}$/.test(requested) ? Number(requested) : ratePerMinuteMax;
  return String(Math.min(rate, ratePerMinuteMax));
}
