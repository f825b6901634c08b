import type { LogFilter, StoredEvent } from './event-store.js';

/** Whether a subscription with this filter is to see the event. */
export function passes(filter: LogFilter | undefined, event: Pick<StoredEvent, 'stream' | 'type'>): boolean {
  if (filter === undefined) return true;
  return 'streamPrefixes' in filter
    ? filter.streamPrefixes.some((prefix) => event.stream.startsWith(prefix))
    : filter.typePrefixes.some((prefix) => event.type.startsWith(prefix));
}
