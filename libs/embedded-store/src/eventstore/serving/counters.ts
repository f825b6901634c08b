import type { EventLog } from '../log/event-log.js';
import type { Metrics } from '../metrics.js';

/** What the methods count while they work. */
export class Counters {
  readonly writes: { add(amount: number, label: string): void };
  readonly eventsSent: { add(amount?: number): void };
  openReads = 0;
  openSubscriptions = 0;
  openBatchAppends = 0;

  constructor(metrics: Metrics, log: EventLog) {
    this.writes = metrics.counter('eventstore_writes_total', 'Appends and deletions answered, by their outcome.');
    this.eventsSent = metrics.counter('eventstore_events_sent_total', 'Events sent to reads and subscriptions.');
    metrics.gauge('eventstore_reads_open', 'Reads that are being served.', () => this.openReads);
    metrics.gauge(
      'eventstore_subscriptions_open',
      'Subscriptions that are being served.',
      () => this.openSubscriptions,
    );
    metrics.gauge(
      'eventstore_batch_appends_open',
      'Streams of appends that clients keep open.',
      () => this.openBatchAppends,
    );
    metrics.gauge('eventstore_log_position', 'Position of the last event of the log.', () => log.position);
    metrics.gauge('eventstore_writes_pending', 'Writes taken in and not answered yet.', () => log.pendingCount);
    metrics.gauge('process_resident_memory_bytes', 'Resident memory in bytes.', () => process.memoryUsage.rss());
  }
}
