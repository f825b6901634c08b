import { createHmac, randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';

/** Sends signed deliveries of one connection over kept-alive connections. */
export class WebhookSender {
  readonly #agent: Agent;
  readonly #key: Buffer;
  readonly #target: URL;

  constructor(trackerUrl: string, connection: { readonly id: string; readonly secret: string }, connections: number) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
    this.#key = Buffer.from(connection.secret.replace(/^whsec_/, ''), 'base64');
    this.#target = new URL(`/hooks/${connection.id}`, trackerUrl);
  }

  /** Resolves with the status once the answer has been read. */
  send(body: string): Promise<number> {
    const id = `msg_${randomUUID()}`;
    const timestamp = Math.floor(Date.now() / 1_000);
    const signature = createHmac('sha256', this.#key).update(`${id}.${timestamp}.${body}`).digest('base64');
    return new Promise((resolve, reject) => {
      const sending = request(this.#target, {
        method: 'POST',
        agent: this.#agent,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'webhook-id': id,
          'webhook-timestamp': timestamp,
          'webhook-signature': `v1,${signature}`,
        },
      });
      sending.on('error', reject);
      sending.on('response', (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
        response.on('error', reject);
      });
      sending.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
