import { Transform } from 'node:stream';
import type { ReceivedEvent } from '../../src/eventstoredb/stored-event.js';

export type Message =
  | { readonly kind: 'event'; readonly event: ReceivedEvent }
  | { readonly kind: 'checkpoint'; readonly position: bigint }
  | { readonly kind: 'confirmation' | 'caughtUp' };

export type CheckpointReached = (call: unknown, position: { commit: bigint; prepare: bigint }) => Promise<void>;

/**
 * One read or subscription, with both its ends: what the server sends passes the buffers that the client's streams have,
 * and confirmation, checkpoints and the news of having caught up are told when they enter them, ahead of earlier events.
 */
export class SimulatedCall extends Transform {
  /** What is sent is lost on the way, and nobody knows. */
  isSilent = false;
  #isOver = false;
  #wake: (() => void) | undefined;

  constructor(private readonly checkpointReached?: CheckpointReached) {
    super({ objectMode: true });
  }

  /** The server has nobody to send to any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  override _transform(message: Message, _encoding: string, next: (error?: null, event?: unknown) => void): void {
    void this.#pass(message).then((event) => (event === undefined ? next() : next(null, event)));
  }

  async #pass(message: Message): Promise<ReceivedEvent | undefined> {
    switch (message.kind) {
      case 'event':
        return message.event;
      case 'checkpoint':
        await this.checkpointReached?.(this, { commit: message.position, prepare: message.position });
        return undefined;
      case 'confirmation':
      case 'caughtUp':
        this.emit(message.kind);
        return undefined;
    }
  }

  /** Sends at the pace of the client. False: it was too slow for the message to leave at once. */
  async send(message: Message): Promise<boolean> {
    if (this.#isOver || this.isSilent) return true;
    if (this.write(message)) return true;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.once('drain', resolve);
    });
    return false;
  }

  /** Ended by the server. */
  finish(): void {
    if (this.#isOver) return;
    this.#over();
    this.end();
  }

  /** As the client tells of it: the stream is neither destroyed nor ended. */
  break(error: unknown): void {
    if (this.#isOver) return;
    this.#over();
    this.emit('error', error);
  }

  /** Ended by the client, which sees no error then. */
  async cancel(): Promise<void> {
    this.finish();
  }

  async unsubscribe(): Promise<void> {
    this.finish();
  }

  #over(): void {
    this.#isOver = true;
    this.emit('over');
    this.#wake?.();
  }
}
