import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** Header that carries the correlation id in and out. */
export const correlationHeader = 'x-correlation-id';

const saneToken = /^[\w.:~+/=-]{1,128}$/;
const storage = new AsyncLocalStorage<string>();

/** The caller's id where it is a plain token of at most 128 characters, otherwise a new one. */
export function correlationIdFrom(header: string | string[] | undefined): string {
  return typeof header === 'string' && saneToken.test(header) ? header : randomUUID();
}

/** Runs `action` so that its log lines and events carry `correlationId`. */
export function withCorrelationId<Result>(correlationId: string, action: () => Result): Result {
  return storage.run(correlationId, action);
}

/** Undefined outside of a request or delivery. */
export function currentCorrelationId(): string | undefined {
  return storage.getStore();
}
