import { status as codes, type StatusObject } from '@grpc/grpc-js';
import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { joinMessages, MessageReader, prefixBytes } from './messages.js';

/** How a call ends when it fails: a code, and trailers that say more. */
export type CallFailure = Pick<StatusObject, 'code' | 'details'> & {
  readonly trailers: Readonly<Record<string, string>>;
};

type Decoder<Request> = { deserializeBinary(bytes: Uint8Array): Request };

const contentType = 'application/grpc';
/** Messages are joined up to about so many bytes; then others have their turn, for whom the client may be waiting. */
const joinedBytesMax = 64 * 1024;
/** So many bytes may wait for the client to take them: enough to be busy with while it is. */
const aheadBytesMax = 4 * joinedBytesMax;

/**
 * One call of a client: a stream of requests and a stream of answers. Answers written in one turn of the event loop
 * leave together, since for both ends the number of pieces costs more than their size.
 */
export class Call {
  #messages: Uint8Array[] = [];
  #messagesBytes = 0;
  #isFlushPlanned = false;
  #isTurnOver = false;
  #isOver = false;
  readonly #waiting = new Set<() => void>();
  readonly #whenOver: (() => void)[] = [];
  /** When the client stops waiting, in milliseconds since 1970. */
  readonly deadlineMs: number;

  constructor(
    private readonly stream: ServerHttp2Stream,
    readonly headers: IncomingHttpHeaders,
  ) {
    this.deadlineMs = deadlineOf(headers['grpc-timeout']);
    const over = (): void => this.#end();
    stream.on('aborted', over);
    stream.on('close', over);
    // 'close' follows.
    stream.on('error', () => undefined);
  }

  /** True once nobody takes the answers any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  onceOver(callback: () => void): void {
    if (this.#isOver) callback();
    else this.#whenOver.push(callback);
  }

  /** Calls back with each request and, unless the call is over by then, when there are no more. */
  receive<Request>(
    decode: (message: Buffer) => Request,
    onRequest: (request: Request) => void,
    onEnd: () => void,
  ): void {
    const reader = new MessageReader();
    const take = (message: Buffer): void => {
      if (!this.#isOver) onRequest(decode(message));
    };
    this.stream.on('data', (chunk: Buffer) => {
      if (this.#isOver) return;
      let problem: string | undefined;
      try {
        problem = reader.read(chunk, take);
      } catch {
        problem = 'unreadable';
      }
      if (problem !== undefined) this.fail(unreadableRequest(problem));
    });
    this.stream.on('end', () => {
      if (this.#isOver) return;
      if (reader.isWithinMessage) this.fail(unreadableRequest('incomplete'));
      else onEnd();
    });
  }

  /** The same for a call that has exactly one request. */
  receiveOne<Request>(decoder: Decoder<Request>, onRequest: (request: Request) => void): void {
    let request: Request | undefined;
    this.receive(
      (message) => decoder.deserializeBinary(new Uint8Array(message.buffer, message.byteOffset, message.length)),
      (received) => {
        request ??= received;
      },
      () => {
        if (request === undefined) this.fail(unreadableRequest('missing'));
        else onRequest(request);
      },
    );
  }

  /** Takes no more requests in until `resume`. */
  pause(): void {
    this.stream.pause();
  }

  resume(): void {
    this.stream.resume();
  }

  /** Writes one answer. False when it is enough for now: wait for `change()` before the next one. */
  write(message: Uint8Array): boolean {
    if (this.#isOver) return true;
    this.#messages.push(message);
    this.#messagesBytes += prefixBytes + message.length;
    if (this.#messagesBytes >= joinedBytesMax) {
      this.#flush();
      this.#endTurn();
    } else if (!this.#isFlushPlanned) {
      this.#isFlushPlanned = true;
      process.nextTick(() => this.#flush());
    }
    return !this.#isTurnOver && this.#isTaking;
  }

  get #isTaking(): boolean {
    return this.stream.writableLength < aheadBytesMax;
  }

  #endTurn(): void {
    if (this.#isTurnOver) return;
    this.#isTurnOver = true;
    setImmediate(() => {
      this.#isTurnOver = false;
      if (this.#isTaking) this.wake();
    });
  }

  /** Resolves when more may be written, when the call is over, or when `wake` is called. */
  change(): Promise<void> {
    return this.#isOver ? Promise.resolve() : new Promise((resolve) => this.#waiting.add(resolve));
  }

  readonly wake = (): void => {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  };

  /** Ends the call well. */
  end(): void {
    this.#finish({ 'grpc-status': String(codes.OK) });
  }

  /** Ends the call with one answer. */
  answer(message: Uint8Array): void {
    this.write(message);
    this.end();
  }

  fail({ code, details, trailers }: CallFailure): void {
    this.#finish({ 'grpc-status': String(code), 'grpc-message': encodeURI(details), ...trailers });
  }

  /** Breaks the connection, with all calls on it. */
  cut(): void {
    const { session } = this.stream;
    afterReading(() => session?.destroy());
  }

  /** Ends the call without a word, as servers that stop do. */
  reset(): void {
    this.#flush();
    afterReading(() => this.stream.close(constants.NGHTTP2_NO_ERROR));
    this.#end();
  }

  #finish(trailers: Readonly<Record<string, string>>): void {
    if (this.#isOver) return;
    this.#flush();
    const { stream } = this;
    if (!stream.headersSent) {
      stream.respond({ ...headersOf(), ...trailers }, { endStream: true });
    } else {
      stream.once('wantTrailers', () => stream.sendTrailers({ ...trailers }));
      stream.end();
    }
    // A client that still sends is told that nobody listens.
    if (!stream.readableEnded) stream.resume();
    this.#end();
  }

  #flush(): void {
    this.#isFlushPlanned = false;
    if (this.#messages.length === 0 || this.#isOver) return;
    const { stream } = this;
    if (!stream.headersSent) stream.respond(headersOf(), { waitForTrailers: true });
    // Woken by each piece that has left: 'drain' comes only when all have, and the client would wait for the next.
    stream.write(joinMessages(this.#messages, this.#messagesBytes), this.wake);
    this.#messages = [];
    this.#messagesBytes = 0;
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#messages = [];
    for (const callback of this.#whenOver) callback();
    this.wake();
  }
}

/**
 * Node's HTTP/2 takes in what it has received in one go and calls us on the way; a session or stream that is closed in the
 * middle of that has corrupted the memory of the process (nodejs/node#65093).
 */
function afterReading(close: () => void): void {
  setImmediate(close);
}

const headersOf = () => ({ [constants.HTTP2_HEADER_STATUS]: 200, 'content-type': contentType });

const unreadableReasons: Readonly<Record<string, string>> = {
  compressed: 'compressed messages are not supported',
  tooLarge: 'the message is too large',
  incomplete: 'the request ended within a message',
  missing: 'the request holds no message',
};

function unreadableRequest(problem: string): CallFailure {
  const code =
    problem === 'compressed' ? codes.UNIMPLEMENTED : problem === 'tooLarge' ? codes.RESOURCE_EXHAUSTED : codes.INTERNAL;
  return { code, details: unreadableReasons[problem] ?? 'the request cannot be decoded', trailers: {} };
}

const timeoutUnitsMs: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 };

function deadlineOf(timeout: string | string[] | undefined): number {
  const parts = typeof timeout === 'string' ? /^(\d{1,8})([HMSmun])$/.exec(timeout) : null;
  return parts === null ? Infinity : Date.now() + Number(parts[1]) * (timeoutUnitsMs[parts[2] ?? ''] ?? 1);
}
