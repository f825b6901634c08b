import { isUtf8 } from 'node:buffer';
import { type Instant, readInstant } from '#libs/domain';
import { isObject, readJson } from '../read-json.js';
import type { Refusal } from '../reasons.js';
import type { HookRequest } from '../source.js';

/** The attributes that we use, and the data: read from JSON, or a way to read them where they came as bytes. */
export type CloudEvent = {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  readonly time?: Instant;
  readonly data:
    { readonly form: 'json'; readonly value: unknown } | { readonly form: 'bytes'; readonly bytes: Buffer };
};

export type EventReading =
  { readonly ok: true; readonly event: CloudEvent } | { readonly ok: false; readonly refusal: Refusal };

const attributeLengthMax = 1024;

/** Binary mode: the attributes are `ce-*` headers, the body is the data. */
export function readBinaryEvent({ headers, body }: HookRequest): EventReading {
  if (headers['ce-datacontenttype'] !== undefined) {
    return invalid('ce-datacontenttype', 'no such header: Content-Type stands for it', 'one');
  }
  const attributes: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith('ce-') || value === undefined) continue;
    const decoded = decodeHeaderValue(value);
    if (decoded === undefined) return invalid(name, 'printable ASCII with percent-encoded UTF-8', 'something else');
    attributes[name.slice('ce-'.length)] = decoded;
  }
  return readAttributes(attributes, { form: 'bytes', bytes: body });
}

/** One round of unquoting, then one of percent-decoding; bytes that are no UTF-8, overlong forms too, are refused. */
function decodeHeaderValue(value: string): string | undefined {
  if (!/^[ -~]*$/.test(value)) return undefined;
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(value)?.[1];
  try {
    return decodeURIComponent(quoted === undefined ? value : quoted.replaceAll(/\\(.)/g, '$1'));
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** Structured mode, and each entry of a batch: what the JSON says counts, whatever headers say beside it. */
export function readStructuredEvent(value: unknown): EventReading {
  if (!isObject(value)) return invalid('the event', 'a JSON object', 'something else');
  const encoded = value['data_base64'] ?? undefined;
  if (encoded === undefined) return readAttributes(value, { form: 'json', value: value['data'] ?? undefined });
  if ((value['data'] ?? undefined) !== undefined) return invalid('data_base64', 'either data or data_base64', 'both');
  const bytes = typeof encoded === 'string' ? decodeBase64(encoded) : undefined;
  if (bytes === undefined) return invalid('data_base64', 'text in base64', 'something else');
  return readAttributes(value, { form: 'bytes', bytes });
}

function readAttributes(attributes: Readonly<Record<string, unknown>>, data: CloudEvent['data']): EventReading {
  const { specversion, id, source, type } = attributes;
  if (specversion !== '1.0') return invalid('specversion', '"1.0"', foundInWords(specversion));
  if (!isAttribute(id)) return invalid('id', attributeInWords, foundInWords(id));
  if (!isAttribute(source)) return invalid('source', attributeInWords, foundInWords(source));
  if (!isAttribute(type)) return invalid('type', attributeInWords, foundInWords(type));
  const subject = attributes['subject'] ?? undefined;
  if (subject !== undefined && !isAttribute(subject))
    return invalid('subject', attributeInWords, foundInWords(subject));
  const time = readTime(attributes['time'] ?? undefined);
  if (time === 'unreadable') return invalid('time', 'an RFC 3339 instant', foundInWords(attributes['time']));
  return {
    ok: true,
    event: {
      id,
      source,
      type,
      ...(subject === undefined ? {} : { subject }),
      ...(time === undefined ? {} : { time }),
      data,
    },
  };
}

const attributeInWords = `a text of 1 to ${attributeLengthMax} characters`;

function isAttribute(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= attributeLengthMax && !value.includes('\0');
}

function readTime(value: unknown): Instant | undefined | 'unreadable' {
  if (value === undefined) return undefined;
  try {
    return typeof value === 'string' ? readInstant(value) : 'unreadable';
  } catch (error) {
    if (error instanceof RangeError) return 'unreadable';
    throw error;
  }
}

export type DataReading =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly refusal: Refusal };

/** The data of an event as JSON; none is null. */
export function readData({ data }: CloudEvent): DataReading {
  if (data.form === 'json') return { ok: true, value: data.value ?? null };
  if (data.bytes.length === 0) return { ok: true, value: null };
  return readJson(data.bytes);
}

/** Undefined for what is not base64 of text: our contract's data are JSON, whatever the envelope would allow. */
function decodeBase64(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return isUtf8(bytes) ? bytes : undefined;
}

function foundInWords(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : `a ${typeof value}`;
}

function invalid(what: string, expected: string, found: string): EventReading & { ok: false } {
  return {
    ok: false,
    refusal: { reason: 'cloudevent_invalid', detail: `${what}: expected ${expected}; found ${found}.` },
  };
}
