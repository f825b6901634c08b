import { Inject, Injectable } from '@nestjs/common';
import type { EventStore } from '#libs/event-store';
import { waitForProjection } from '#libs/projections';
import type { Pool } from 'pg';
import { setTimeout as pause } from 'node:timers/promises';
import { DATABASE, EVENT_STORE } from '../platform/ports.js';
import { unavailable } from '../platform/problem.js';

/** How long a read waits for the write that it is to show. */
export const waitMsMax = 5_000;
const pollMs = 20;
const retryAfterSeconds = 1;

/** Lets reads wait until they see a write of their caller. Without a position they do not wait. */
@Injectable()
export class VisiblePosition {
  constructor(
    @Inject(DATABASE) private readonly database: Pool,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  /** @throws Problem 503 when the read models have not come that far in time */
  async inReadModels(position: bigint | undefined): Promise<void> {
    if (position === undefined || (await waitForProjection(this.database, position, waitMsMax))) return;
    throw unavailable(
      `The read models have not reached position ${position} within ${waitMsMax} ms. Try again, or read without minPosition.`,
      retryAfterSeconds,
    );
  }

  /** @throws Problem 503 when the event store that is asked does not show it in time, as a follower may */
  async inEventStore(position: bigint | undefined): Promise<void> {
    if (position === undefined) return;
    const endMs = performance.now() + waitMsMax;
    while (((await this.store.head()) ?? -1n) < position) {
      if (performance.now() > endMs)
        throw unavailable(
          `The event store has not shown position ${position} within ${waitMsMax} ms. Check that a write was answered with it.`,
          retryAfterSeconds,
        );
      await pause(pollMs);
    }
  }
}
