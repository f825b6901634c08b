import { status as codes } from '@grpc/grpc-js';
import {
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { Call } from './call.js';

export type Handler = (call: Call) => void;
export type TlsFiles = { readonly cert: Buffer; readonly key: Buffer };

/** What a client may have on its way to us. The default of 64 KiB would hold up appends of a megabyte. */
const windowBytes = 4 * 1024 * 1024;
const callsPerConnectionMax = 10_000;
/** Answers already given get this long to leave before the connections are closed. */
const partingMs = 50;

/**
 * Serves gRPC over HTTP/2. Our own instead of a library's server, for two things that the library's cannot do: answers
 * that are due together leave in one piece, which is most of the speed of reads and of appends in flight, and tests can
 * break a connection in the middle.
 */
export class GrpcServer {
  readonly #sessions = new Set<ServerHttp2Session>();

  private constructor(
    private readonly server: Http2Server | Http2SecureServer,
    private readonly methods: ReadonlyMap<string, Handler>,
  ) {
    server.on('session', (session: ServerHttp2Session) => {
      this.#sessions.add(session);
      session.setLocalWindowSize(windowBytes);
      session.on('close', () => this.#sessions.delete(session));
      // A client that breaks the protocol or its connection concerns nobody else, and its session ends by itself.
      session.on('error', () => undefined);
    });
    server.on('sessionError', () => undefined);
    server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => this.#route(stream, headers));
  }

  static async listen(options: {
    readonly methods: ReadonlyMap<string, Handler>;
    readonly host: string;
    readonly port: number;
    readonly tls: TlsFiles | undefined;
  }): Promise<GrpcServer> {
    const settings = {
      settings: { initialWindowSize: windowBytes, maxConcurrentStreams: callsPerConnectionMax, enablePush: false },
    };
    const server =
      options.tls === undefined ? createServer(settings) : createSecureServer({ ...settings, ...options.tls });
    const grpcServer = new GrpcServer(server, options.methods);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port, options.host, () => {
        server.off('error', reject);
        resolve();
      });
    });
    server.on('error', () => undefined);
    return grpcServer;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get connectionCount(): number {
    return this.#sessions.size;
  }

  /** Takes no more calls, lets what was answered leave, and closes all connections, which clients keep open for ever. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const session of this.#sessions) session.close();
    const timer = setTimeout(() => {
      for (const session of this.#sessions) session.destroy();
    }, partingMs);
    await closed;
    clearTimeout(timer);
  }

  #route(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const call = new Call(stream, headers);
    const path = headers[':path'] ?? '';
    if (!String(headers['content-type']).startsWith('application/grpc')) {
      stream.respond({ ':status': 415 }, { endStream: true });
      return;
    }
    const handler = this.methods.get(path);
    if (handler === undefined) {
      call.fail({ code: codes.UNIMPLEMENTED, details: `${path} is not served here`, trailers: {} });
    } else {
      handler(call);
    }
  }
}
