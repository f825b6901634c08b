import { createHash } from 'node:crypto';
import { translateContractEvent } from '../contract/translate-contract-event.js';
import { isObject, readJson } from '../read-json.js';
import type { HookRequest, OpenedDelivery, Opening, SourceEvent } from '../source.js';
import { mediaTypeOf } from '../content-type.js';
import { type CloudEvent, readBinaryEvent, readData, readStructuredEvent } from './read-event.js';

type Translated = ReturnType<OpenedDelivery['translate']>;

/** Payload loggers of inference servers send what people have typed; it is none of our business and is never kept. */
const inferenceType = /^org\.kubeflow\.serving\.inference\./;
/** As many as Azure Event Grid puts into one batch. */
const batchLengthMax = 5000;

/** Which of the three modes a request is in; undefined for an event format other than JSON. */
export function modeOf(request: Pick<HookRequest, 'headers'>): 'binary' | 'structured' | 'batched' | undefined {
  const mediaType = mediaTypeOf(request) ?? '';
  if (mediaType.startsWith('application/cloudevents-batch'))
    return mediaType.endsWith('-batch+json') ? 'batched' : undefined;
  if (mediaType.startsWith('application/cloudevents')) {
    return mediaType === 'application/cloudevents+json' || mediaType === 'application/cloudevents'
      ? 'structured'
      : undefined;
  }
  return 'binary';
}

/** Finds the key of a delivery: `source` and `id` of its event, or what a batch consists of. */
export function open(request: HookRequest): Opening {
  switch (modeOf(request)) {
    case 'binary':
      return openOne(readBinaryEvent(request), request);
    case 'structured': {
      const json = readJson(request.body);
      return json.ok
        ? openOne(readStructuredEvent(json.value), request)
        : { outcome: 'refused', refusal: json.refusal };
    }
    case 'batched': {
      const json = readJson(request.body);
      return json.ok ? openBatch(json.value, request) : { outcome: 'refused', refusal: json.refusal };
    }
    case undefined:
      return {
        outcome: 'refused',
        refusal: { reason: 'content_type_unsupported', detail: 'Expected JSON as event format.' },
      };
  }
}

function openOne(reading: ReturnType<typeof readStructuredEvent>, request: HookRequest): Opening {
  if (!reading.ok) return { outcome: 'refused', refusal: reading.refusal };
  const { event } = reading;
  const delivery = { key: keyOf(event), translate: () => translateOne(event, request) };
  return { outcome: 'opened', delivery: isInference(event) ? { ...delivery, bodyToKeep: 'none' } : delivery };
}

/** Any envelope that is wrong refuses the whole batch; otherwise each event is judged by itself. */
function openBatch(value: unknown, request: HookRequest): Opening {
  if (!Array.isArray(value) || value.length > batchLengthMax) {
    const detail = `Expected a JSON array of at most ${batchLengthMax} events.`;
    return { outcome: 'refused', refusal: { reason: 'cloudevent_invalid', detail } };
  }
  const events: CloudEvent[] = [];
  for (const [index, entry] of value.entries()) {
    const reading = readStructuredEvent(entry);
    if (!reading.ok) {
      const detail = `Event ${index} of the batch: ${reading.refusal.detail} Nothing of the batch was taken.`;
      return { outcome: 'refused', refusal: { ...reading.refusal, detail } };
    }
    events.push(reading.event);
  }
  const key = `batch-${createHash('sha256').update(events.map(keyOf).join('\n')).digest('hex')}`;
  const delivery = { key, translate: () => translateBatch(events, request) };
  const bodyToKeep = events.some(isInference) ? { bodyToKeep: withoutInference(value) } : {};
  return { outcome: 'opened', delivery: { ...delivery, ...bodyToKeep } };
}

/** Both parts may hold any character but this one, so no two events share a key by accident. */
const keySeparator = '\n';

function keyOf({ source, id }: CloudEvent): string {
  return `${source}${keySeparator}${id}`;
}

function isInference({ type }: CloudEvent): boolean {
  return inferenceType.test(type);
}

function withoutInference(batch: readonly unknown[]): Buffer {
  const kept = batch.map((entry) => {
    if (!isObject(entry) || typeof entry['type'] !== 'string' || !inferenceType.test(entry['type'])) return entry;
    const { data: _data, data_base64: _encoded, ...attributes } = entry;
    return attributes;
  });
  return Buffer.from(JSON.stringify(kept));
}

function translateOne(event: CloudEvent, request: HookRequest): Translated {
  if (isInference(event)) return { outcome: 'acknowledged', reason: 'event_type_ignored' };
  const data = readData(event);
  if (!data.ok) return { outcome: 'refused', refusal: data.refusal };
  return translateContractEvent({
    key: keyOf(event),
    type: event.type,
    data: data.value,
    ...(event.subject === undefined ? {} : { subject: event.subject }),
    statedAt: event.time,
    receivedAt: request.receivedAt,
  });
}

function translateBatch(events: readonly CloudEvent[], request: HookRequest): Translated {
  if (events.length === 0) return { outcome: 'acknowledged', reason: 'batch_empty' };
  const translated: SourceEvent[] = [];
  let nothing: Translated | undefined;
  for (const [index, event] of events.entries()) {
    const translation = translateOne(event, request);
    if (translation.outcome === 'refused') {
      const detail = `Event ${index} of the batch: ${translation.refusal.detail} Nothing of the batch was taken.`;
      return { outcome: 'refused', refusal: { ...translation.refusal, detail } };
    }
    if (translation.outcome === 'translated') translated.push(...translation.events);
    // What a person has to look at comes before what is merely of no interest.
    else if (nothing === undefined || translation.outcome === 'parked') nothing = translation;
  }
  if (nothing?.outcome === 'parked') return { ...nothing, events: translated };
  return translated.length > 0 || nothing === undefined ? { outcome: 'translated', events: translated } : nothing;
}
