import type { Refusal } from './reasons.js';
import type { HookRequest } from './source.js';

/** The media type in lower case, without parameters; undefined when the request names none. */
export function mediaTypeOf({ headers }: Pick<HookRequest, 'headers'>): string | undefined {
  return headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
}

/** Bodies are read as UTF-8 and as they come: another charset or a compression is refused. */
export function checkEncoding(request: HookRequest): Refusal | undefined {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    return {
      reason: 'content_type_unsupported',
      detail: 'Expected a body without content encoding. Send it uncompressed.',
    };
  }
  const charset = /;\s*charset="?([^";\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1]?.toLowerCase();
  return charset === undefined || charset === 'utf-8' || charset === 'utf8' || charset === 'us-ascii'
    ? undefined
    : { reason: 'content_type_unsupported', detail: 'Expected the charset utf-8.' };
}

export function refuseContentType(expected: string, request: HookRequest): Refusal {
  const found = mediaTypeOf(request) ?? 'none';
  return {
    reason: 'content_type_unsupported',
    detail: `Expected the content type ${expected}; found ${found.slice(0, 100)}.`,
  };
}
