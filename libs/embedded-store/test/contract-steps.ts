import {
  jsonEvent,
  WrongExpectedVersionError,
  type AppendResult,
  type AppendToStreamOptions,
  type EventData,
  type EventStoreDBClient,
  type Position,
  type ReadRevision,
} from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import type { EventEmitter } from 'node:events';

export type Expected = NonNullable<AppendToStreamOptions['expectedRevision']>;
export type Direction = 'forwards' | 'backwards';

/** A stream that no other test uses, on whatever server. */
export const newStream = (): string => `contract-${randomUUID()}`;

/** An event that can be told from others by its data. */
export const event = (is: string, type = 'Tested') => jsonEvent({ type, data: { is } });
export const events = (...says: readonly string[]) => says.map((is) => event(is));
export const numbered = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => String(from + index));

/** What the events of a read or subscription say, in the order they came. */
export async function said(found: AsyncIterable<{ readonly event?: { readonly data: unknown } }>): Promise<string[]> {
  const all: string[] = [];
  for await (const resolved of found) all.push(sayingOf(resolved));
  return all;
}
export const sayingOf = ({ event: found }: { readonly event?: { readonly data: unknown } }): string =>
  String((found?.data as { readonly is?: unknown } | undefined)?.is);

/** Polls until the condition holds; a test that waits in vain fails by its time limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** What a subscription says, in order: its signals in brackets, its events by their data. */
export function follow(subscription: EventEmitter): { readonly all: string[]; events(): string[] } {
  const all: string[] = [];
  subscription.on('confirmation', () => all.push('[confirmed]'));
  subscription.on('caughtUp', () => all.push('[caught up]'));
  subscription.on('error', (error: { type?: string }) => all.push(`[error ${error.type}]`));
  subscription.on('data', (resolved: { event?: { data: unknown } }) => all.push(sayingOf(resolved)));
  return { all, events: () => all.filter((each) => !each.startsWith('[')) };
}

/** The steps of the contract, in its words. */
export class Steps {
  constructor(
    readonly client: EventStoreDBClient,
    private readonly options: Pick<AppendToStreamOptions, 'credentials'> = {},
  ) {}

  append(stream: string, expectedRevision: Expected, proposed: EventData[]): Promise<AppendResult> {
    return this.client.appendToStream(stream, proposed, { expectedRevision, ...this.options });
  }

  /** "ok n" or "WEV(x)" */
  async outcome(stream: string, expected: Expected, ...says: readonly string[]): Promise<string> {
    try {
      return `ok ${(await this.append(stream, expected, events(...says))).nextExpectedRevision}`;
    } catch (error) {
      if (error instanceof WrongExpectedVersionError) return `WEV(${error.actualVersion})`;
      throw error;
    }
  }

  read(
    stream: string,
    fromRevision: ReadRevision = 'start',
    maxCount?: number,
    direction: Direction = 'forwards',
  ): Promise<string[]> {
    const limit = maxCount === undefined ? {} : { maxCount };
    return said(this.client.readStream(stream, { direction, fromRevision, ...limit }));
  }

  /** Tries again, with the same events, until the server is there. */
  async appendPatiently(stream: string, expected: Expected, proposed: EventData[]): Promise<AppendResult> {
    for (;;) {
      try {
        return await this.append(stream, expected, proposed);
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  }
}

export function positionOf({ position }: AppendResult): Position {
  if (position === undefined) throw new Error('the answer has no position');
  return position;
}

/** Cases 6 to 13 on one stream, and what comes of them. */
export async function casesSixToThirteen(steps: Steps): Promise<readonly string[]> {
  const stream = newStream();
  return [
    await steps.outcome(stream, 'no_stream', 'a', 'b'),
    await steps.outcome(stream, 1n, 'c'),
    await steps.outcome(stream, 0n, 'x'),
    await steps.outcome(stream, 5n, 'x'),
    await steps.outcome(newStream(), 0n, 'x'),
    await steps.outcome(stream, 'no_stream', 'x'),
    await steps.outcome(newStream(), 'stream_exists', 'x'),
    await steps.outcome(stream, 'any', 'x'),
  ];
}
