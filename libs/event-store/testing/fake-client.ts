import { Transform } from 'node:stream';
import type { Client } from '../src/eventstoredb/client.js';
import type { ReceivedEvent } from '../src/eventstoredb/stored-event.js';

type AppendAnswer = { readonly success: true; readonly nextExpectedRevision: bigint; readonly position?: Position };
type Position = { readonly commit: bigint; readonly prepare: bigint };

/** One append that the fake client was asked for, to be settled by the test, or never. */
export type AskedAppend = {
  readonly stream: string;
  readonly ids: readonly string[];
  readonly expected: unknown;
  readonly deadlineMs: number;
  readonly answer: (revision: bigint, position?: bigint) => void;
  readonly fail: (error: unknown) => void;
};

/** One subscription or read that the fake client was asked for. */
export class FakeCall extends Transform {
  isCancelled = false;
  constructor(
    readonly kind: 'readStream' | 'readAll' | 'subscribeToAll',
    readonly options: Record<string, unknown>,
  ) {
    super({ objectMode: true });
  }
  override _transform(chunk: unknown, _encoding: string, next: (error: null, value: unknown) => void): void {
    next(null, chunk);
  }
  async unsubscribe(): Promise<void> {
    this.isCancelled = true;
  }
  async cancel(): Promise<void> {
    this.isCancelled = true;
  }
  /** As the client does it: the error is told, and the call is neither destroyed nor ended. */
  break(error: unknown): void {
    this.emit('error', error);
  }
}

/** A client whose server is the test. */
export class FakeClient {
  readonly appends: AskedAppend[] = [];
  readonly calls: FakeCall[] = [];
  isClosed = false;

  appendToStream(
    stream: string,
    events: readonly { id: string }[],
    { expectedRevision, deadline }: { expectedRevision: unknown; deadline: number },
  ): Promise<AppendAnswer> {
    return new Promise((resolve, reject) => {
      this.appends.push({
        stream,
        ids: events.map(({ id }) => id),
        expected: expectedRevision,
        deadlineMs: deadline,
        answer: (nextExpectedRevision, position = nextExpectedRevision) =>
          resolve({ success: true, nextExpectedRevision, position: { commit: position, prepare: position } }),
        fail: reject,
      });
    });
  }
  readStream(stream: string, options: object): FakeCall {
    return this.#called('readStream', { stream, ...options });
  }
  readAll(options: object): FakeCall {
    return this.#called('readAll', { ...options });
  }
  subscribeToAll(options: object): FakeCall {
    return this.#called('subscribeToAll', { ...options });
  }
  async close(): Promise<void> {
    this.isClosed = true;
    for (const append of this.appends) append.fail(new Error('the client has been closed'));
    // As the client does it: a call that is cut looks like one that has ended.
    for (const call of this.calls) call.end();
  }
  asClient(): Client {
    return this as unknown as Client;
  }
  #called(kind: FakeCall['kind'], options: Record<string, unknown>): FakeCall {
    const call = new FakeCall(kind, options);
    this.calls.push(call);
    return call;
  }
}

export function receivedEvent(
  position: number,
  over: Partial<NonNullable<ReceivedEvent['event']>> = {},
): ReceivedEvent {
  return {
    event: {
      id: `00000000-0000-4000-8000-${position.toString().padStart(12, '0')}`,
      type: 'Tested.v1',
      streamId: 'model-m1',
      revision: BigInt(position),
      created: new Date(0),
      isJson: true,
      data: { position },
      metadata: {},
      position: { commit: BigInt(position) },
      ...over,
    },
  };
}
