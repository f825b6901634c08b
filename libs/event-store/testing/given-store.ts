import { randomUUID } from 'node:crypto';
import type { EventStore, NewEvent, StoredEvent, SubscriptionItem } from '../src/event-store.js';

/** A store under test, and how to free what stands behind it once the store is closed. */
export type Opened = { readonly store: EventStore; close(): Promise<void> };
export type TheStore = () => EventStore;

/** A name that nobody used before, so that tests can share a log. */
export function newStream(prefix = 'contract'): string {
  return `${prefix}-${randomUUID()}`;
}

export function newEvent(type = 'Tested.v1', data: NewEvent['data'] = {}): NewEvent {
  return { id: randomUUID(), type, data, metadata: { by: 'contract' } };
}

export function newEvents(count: number, type?: string): NewEvent[] {
  return Array.from({ length: count }, (_, number) => newEvent(type, { number }));
}

export const ids = (events: readonly { readonly id: string }[]): string[] => events.map((event) => event.id);

export async function all(events: AsyncIterable<StoredEvent>): Promise<StoredEvent[]> {
  const found: StoredEvent[] = [];
  for await (const event of events) found.push(event);
  return found;
}

/** Takes items until one is the last that is wanted; that one is included. */
export async function until(
  items: AsyncIterable<SubscriptionItem>,
  isLast: (item: SubscriptionItem, taken: readonly SubscriptionItem[]) => boolean,
): Promise<SubscriptionItem[]> {
  const taken: SubscriptionItem[] = [];
  for await (const item of items) {
    taken.push(item);
    if (isLast(item, taken)) return taken;
  }
  throw new Error(`the subscription ended after ${taken.length} items, before the wanted one`);
}

/** Takes items until so many events are among them. */
export function untilEvents(items: AsyncIterable<SubscriptionItem>, count: number): Promise<SubscriptionItem[]> {
  return until(items, (_item, taken) => eventsOf(taken).length === count);
}

export function eventsOf(items: readonly SubscriptionItem[]): StoredEvent[] {
  return items.flatMap((item) => (item.kind === 'event' ? [item.event] : []));
}

/** A signal that nobody aborts while the subscription is read to its wanted end. */
export const untilBreak = (): AbortSignal => new AbortController().signal;
