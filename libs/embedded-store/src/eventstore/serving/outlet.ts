import { status as codes, type ServerWritableStream } from '@grpc/grpc-js';
import type { CallFailure } from '../protocol/failures.js';
import type { Streams } from '../protocol/protocol.js';

export type ReadCall = ServerWritableStream<Streams.ReadReq, Uint8Array>;

/** Writes the answers of a read at the pace of the client, until it goes away. */
export class Outlet {
  #isOver = false;
  readonly #waiting = new Set<() => void>();

  constructor(private readonly call: ReadCall) {
    const over = (): void => {
      this.#isOver = true;
      this.#wake();
    };
    // 'cancelled' comes after a normal end as well.
    call.on('cancelled', over);
    call.on('close', over);
    call.on('drain', () => this.#wake());
  }

  /** True once nobody takes the answers any more. */
  get isOver(): boolean {
    return this.#isOver || this.call.cancelled;
  }

  /** False when the client has enough for now: wait for `change()` before the next one. */
  write(bytes: Uint8Array): boolean {
    return this.isOver || this.call.write(bytes);
  }

  /** Resolves when the client takes more again, when the call is over, or when `wake` is called. */
  change(): Promise<void> {
    return this.isOver ? Promise.resolve() : new Promise((resolve) => this.#waiting.add(resolve));
  }

  readonly wake = (): void => this.#wake();

  end(): void {
    if (!this.isOver) this.call.end();
    this.#isOver = true;
    this.#wake();
  }

  fail(failure: CallFailure): void {
    if (!this.isOver) this.call.emit('error', Object.assign(new Error(codes[failure.code]), failure));
    this.#isOver = true;
    this.#wake();
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }
}
