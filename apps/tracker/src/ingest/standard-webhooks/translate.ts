import { translateContractEvent } from '../contract/translate-contract-event.js';
import { isObject, readJson } from '../read-json.js';
import type { HookRequest, OpenedDelivery } from '../source.js';
import { readOptionalInstant } from '../contract/read-field.js';

/** The body `{type, timestamp, data}` of a delivery with this id. A body without a type is acknowledged as unknown. */
export function translate(id: string, request: HookRequest): ReturnType<OpenedDelivery['translate']> {
  const json = readJson(request.body);
  if (!json.ok) return { outcome: 'refused', refusal: json.refusal };
  if (!isObject(json.value) || typeof json.value['type'] !== 'string') {
    return { outcome: 'acknowledged', reason: 'event_type_unknown' };
  }
  const { type, timestamp, data } = json.value;
  const stated = readOptionalInstant(timestamp);
  return translateContractEvent({
    key: id,
    type,
    data,
    statedAt: stated.ok ? stated.value : undefined,
    receivedAt: request.receivedAt,
  });
}
