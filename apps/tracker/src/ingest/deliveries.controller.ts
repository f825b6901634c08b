import { Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import type { EventStore, StoredEvent } from '#libs/event-store';
import { Access } from '../platform/access.guard.js';
import { EVENT_STORE } from '../platform/ports.js';
import { type FieldError, foundInWords, invalidFields, notFound, Problem } from '../platform/problem.js';
import { readSlug } from '../platform/slug.js';
import { Connections } from './connections/connections.js';
import { unknownConnection } from './connections/connections.controller.js';
import { inboxOf } from './inbox/delivery-received.js';
import { DeliveryList, type ListedDelivery } from './inbox/delivery-list.js';
import { Translator } from './translating/translator.js';

const limitMax = 200;
const limitDefault = 100;

@Controller('v1/connections/:id/deliveries')
export class DeliveriesController {
  constructor(
    private readonly connections: Connections,
    private readonly deliveries: DeliveryList,
    private readonly translator: Translator,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  @Get()
  @Access('read')
  async list(
    @Param('id') id: string,
    @Query('after') after?: string,
    @Query('limit') limit?: string,
  ): Promise<{ items: readonly ListedDelivery[]; next: string | null; refusedCount: number }> {
    await this.#requireConnection(id);
    const page = await this.deliveries.page(id, readPage(after, limit));
    return { ...page, next: page.next === null ? null : writeCursor(page.next) };
  }

  /** Translates a parked delivery once more, by today's code and references. */
  @Post(':delivery/replay')
  @Access('facts:write')
  @HttpCode(200)
  async replay(@Param('id') id: string, @Param('delivery') deliveryId: string): Promise<ListedDelivery> {
    await this.#requireConnection(id);
    const found = isUuid(deliveryId) ? await this.deliveries.find(id, deliveryId) : undefined;
    if (found === undefined) throw unknownDelivery(id);
    if (found.delivery.outcome !== 'parked') throw notParked(found.delivery);
    const event = await this.#read(id, found.revision);
    if (event === undefined) throw unknownDelivery(id);
    const { outcome, reason, detail, events } = await this.translator.translateAgain(event);
    return { ...found.delivery, outcome, reason, detail, events };
  }

  async #requireConnection(id: string): Promise<void> {
    if ((await this.connections.find(readSlug(id, 'id'))) === undefined) throw unknownConnection();
  }

  async #read(connection: string, revision: bigint): Promise<StoredEvent | undefined> {
    for await (const event of this.store.readStream(inboxOf(connection), { from: revision, maxCount: 1 })) return event;
    return undefined;
  }
}

function readPage(after: string | undefined, limit: string | undefined): { after: bigint; limit: number } {
  const place = after === undefined ? 0n : readCursor(after);
  const count = limit === undefined ? limitDefault : /^[1-9][0-9]{0,2}$/.test(limit) ? Number(limit) : Number.NaN;
  const errors: FieldError[] = [];
  if (place === undefined)
    errors.push({ field: 'after', expected: 'the `next` of an earlier page', found: foundInWords(after) });
  if (!(count <= limitMax))
    errors.push({ field: 'limit', expected: `a whole number from 1 to ${limitMax}`, found: foundInWords(limit) });
  if (place === undefined || errors.length > 0) throw invalidFields(errors);
  return { after: place, limit: count };
}

function writeCursor(place: bigint): string {
  return Buffer.from(`arrival ${place}`).toString('base64url');
}

function readCursor(cursor: string): bigint | undefined {
  const digits = /^arrival ([0-9]{1,18})$/.exec(Buffer.from(cursor, 'base64url').toString('utf8'))?.[1];
  return digits === undefined ? undefined : BigInt(digits);
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

function unknownDelivery(connection: string): Problem {
  return notFound('delivery', `GET /v1/connections/${connection}/deliveries lists those that there are.`);
}

function notParked({ outcome }: ListedDelivery): Problem {
  return new Problem({
    code: 'not-parked',
    status: 409,
    title: 'Only a parked delivery can be replayed',
    detail: `This one is ${outcome ?? 'still being translated'}.`,
  });
}
