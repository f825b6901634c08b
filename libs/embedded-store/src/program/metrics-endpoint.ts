import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type MetricsEndpoint = { readonly url: string; close(): Promise<void> };

/** Serves metrics on this machine for Prometheus. */
export async function serveMetrics(port: number, read: () => string): Promise<MetricsEndpoint> {
  const host = '127.0.0.1';
  const server = createServer((request, response) => {
    const isFound = request.url === '/metrics';
    response.writeHead(isFound ? 200 : 404, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    response.end(isFound ? read() : 'metrics are at /metrics\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new Error(`metrics cannot be served on ${host}:${port}: ${cause.message}`, { cause }));
    });
    server.listen(port, host, resolve);
  });
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
