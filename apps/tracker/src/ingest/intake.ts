import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppendTooLarge } from '#libs/event-store';
import type { Connection } from './connections/connection.js';
import { maxBodyBytesDefault } from './connections/connection.js';
import { liveCredentials } from './connections/credentials.js';
import { checkEncoding } from './content-type.js';
import { deliveryId, type DeliveryReceived } from './inbox/delivery-received.js';
import { Inboxes } from './inbox/inboxes.js';
import type { AcknowledgementReason, ParkingReason, Refusal } from './reasons.js';
import type { HookRequest, OpenedDelivery, WebhookSource } from './source.js';

export type IntakeAnswer =
  | {
      readonly outcome: 'recorded' | 'acknowledged' | 'parked';
      readonly deliveryId: string;
      readonly reason?: AcknowledgementReason | ParkingReason;
    }
  | { readonly outcome: 'refused'; readonly refusal: Refusal };

/**
 * Takes a delivery in: size, content type, authentication, envelope and data, in this order, and then the inbox, which
 * also tells a duplicate from a conflict. A duplicate is answered before its data are looked at.
 */
@Injectable()
export class Intake {
  constructor(private readonly inboxes: Inboxes) {}

  /** Resolves when the delivery is durable, or is refused and left no trace. @throws StoreUnavailable */
  async take(
    request: HookRequest,
    connection: Connection,
    source: WebhookSource,
    correlationId: string,
  ): Promise<IntakeAnswer> {
    const refusal = check(request, connection, source);
    if (refusal !== undefined) return { outcome: 'refused', refusal };
    const opening = source.open(request);
    if (opening.outcome === 'refused') return opening;
    const { delivery } = opening;
    const received = toReceived(request, connection, source, delivery);
    const seen = this.inboxes.seen(received);
    if (seen !== undefined) return answerSeen(seen.outcome, received.id);
    const translation = delivery.translate();
    // What is refused is not kept, so that a delivery seen before must be found before its data are judged.
    if (translation.outcome === 'refused') return this.#refuseUnlessSeen(received, translation.refusal);
    const receipt = await this.#receive(received, correlationId);
    if (receipt === 'too large') return { outcome: 'refused', refusal: tooLarge(request, 'what fits into one event') };
    if (receipt !== 'recorded') return answerSeen(receipt, received.id);
    switch (translation.outcome) {
      case 'translated':
        return { outcome: 'recorded', deliveryId: received.id };
      case 'acknowledged':
      case 'parked':
        return { outcome: translation.outcome, deliveryId: received.id, reason: translation.reason };
    }
  }

  async #refuseUnlessSeen(received: DeliveryReceived, refusal: Refusal): Promise<IntakeAnswer> {
    const seen = await this.inboxes.find(received);
    return seen === undefined ? { outcome: 'refused', refusal } : answerSeen(seen.outcome, received.id);
  }

  async #receive(
    received: DeliveryReceived,
    correlationId: string,
  ): Promise<'recorded' | 'duplicate' | 'conflict' | 'too large'> {
    try {
      return (await this.inboxes.receive(received, correlationId)).outcome;
    } catch (error) {
      if (error instanceof AppendTooLarge) return 'too large';
      throw error;
    }
  }
}

function check(request: HookRequest, connection: Connection, source: WebhookSource): Refusal | undefined {
  const bodyBytesMax = connection.settings.max_body_bytes ?? maxBodyBytesDefault;
  if (request.body.length > bodyBytesMax) return tooLarge(request, `${bodyBytesMax} bytes`);
  return (
    checkEncoding(request) ??
    source.checkContentType(request) ??
    source.authenticate(request, liveCredentials(connection.credentials, request.receivedAt))
  );
}

function tooLarge(request: HookRequest, expected: string): Refusal {
  return { reason: 'body_too_large', detail: `Expected at most ${expected}; found ${request.body.length} bytes.` };
}

function answerSeen(outcome: 'duplicate' | 'conflict', id: string): IntakeAnswer {
  if (outcome === 'duplicate') return { outcome: 'acknowledged', deliveryId: id, reason: 'duplicate_delivery' };
  const detail = 'A delivery with this id and another body was received before. Send new content under a new id.';
  return { outcome: 'refused', refusal: { reason: 'idempotency_conflict', detail } };
}

function toReceived(
  request: HookRequest,
  connection: Connection,
  source: WebhookSource,
  { key, bodyToKeep }: OpenedDelivery,
): DeliveryReceived {
  return {
    id: deliveryId(connection.id, key),
    connection: connection.id,
    system: connection.system,
    providerId: connection.providerId,
    key,
    bodySha256: createHash('sha256').update(request.body).digest('hex'),
    body: bodyToKeep === 'none' ? undefined : (bodyToKeep ?? request.body),
    headers: headersToKeep(request, source),
    suffix: request.suffix,
    receivedAt: request.receivedAt,
  };
}

function headersToKeep({ headers }: HookRequest, source: WebhookSource): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && (name === 'content-type' || source.keepsHeader(name))) kept[name] = value;
  }
  return kept;
}
