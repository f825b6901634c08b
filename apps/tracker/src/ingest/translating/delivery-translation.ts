import { formatInstant } from '#libs/domain';
import type { DeliveryReceived } from '../inbox/delivery-received.js';
import type { HookRequest, SourceEvent, Translation } from '../source.js';
import { sourceOf } from '../sources.js';
import type { EventOutcome } from './event-recording.js';

/** What became of a delivery, as its row says it. */
export type DeliveryOutcome = {
  readonly id: string;
  readonly outcome: 'recorded' | 'acknowledged' | 'parked';
  readonly reason: string | null;
  readonly detail: string | null;
  readonly events: readonly Readonly<Record<string, unknown>>[];
};

/** Maps a kept delivery once more. What today's code refuses or trips over is parked: it was good enough to be kept. */
export function translateKept(delivery: DeliveryReceived): Translation {
  // Only what people have typed into a model is not kept, and that is never translated.
  if (delivery.body === undefined) return { outcome: 'acknowledged', reason: 'event_type_ignored' };
  const source = sourceOf(delivery.system);
  if (source === undefined) return parked(`there is no connector for ${delivery.system}`);
  try {
    const opening = source.open(requestOf(delivery, delivery.body));
    if (opening.outcome === 'refused') return parked(opening.refusal.detail);
    const translation = opening.delivery.translate();
    return translation.outcome === 'refused' ? parked(translation.refusal.detail) : translation;
  } catch (error) {
    return parked(String(error));
  }
}

function parked(detail: string): Translation {
  return { outcome: 'parked', reason: 'translation_failed', detail };
}

function requestOf({ headers, suffix, receivedAt }: DeliveryReceived, body: Buffer): HookRequest {
  return { method: 'POST', suffix, query: new URLSearchParams(), headers, body, receivedAt };
}

/** Events of a translation, each with its place among those that share its key. */
export function eventsOf(translation: Translation): readonly { readonly event: SourceEvent; readonly index: number }[] {
  if (translation.outcome === 'acknowledged') return [];
  const counts = new Map<string, number>();
  return (translation.events ?? []).map((event) => {
    const index = counts.get(event.key) ?? 0;
    counts.set(event.key, index + 1);
    return { event, index };
  });
}

/** Sums up a delivery: parked as soon as a part of it waits for a person. */
export function outcomeOfDelivery(
  id: string,
  translation: Translation,
  results: readonly { readonly event: SourceEvent; readonly result: EventOutcome }[],
): DeliveryOutcome {
  const events = results.flatMap(({ event, result }) =>
    result.outcome === 'recorded' ? [shown(event, result.eventId)] : [],
  );
  const waiting = translation.outcome === 'parked' ? translation : results.map(({ result }) => result).find(isParked);
  if (waiting !== undefined) return { id, outcome: 'parked', reason: waiting.reason, detail: waiting.detail, events };
  if (translation.outcome === 'acknowledged')
    return { id, outcome: 'acknowledged', reason: translation.reason, detail: null, events };
  if (events.length === 0) return { id, outcome: 'acknowledged', reason: 'already_recorded', detail: null, events };
  return { id, outcome: 'recorded', reason: null, detail: null, events };
}

function isParked(result: EventOutcome): result is EventOutcome & { outcome: 'parked' } {
  return result.outcome === 'parked';
}

function shown(
  { type, certainty, model, data, occurredAt }: SourceEvent,
  eventId: string,
): Readonly<Record<string, unknown>> {
  return { type, certainty, model, data, occurredAt: formatInstant(occurredAt), eventId };
}
