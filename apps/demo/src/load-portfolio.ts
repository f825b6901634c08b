import { createHmac } from 'node:crypto';
import type { PortfolioModel, PortfolioProvider } from './portfolio.js';
import { forEachConcurrently, type TrackerClient } from './tracker-client.js';

/** Requests under way at once: what a handful of busy pipelines would send. */
const CONCURRENCY = 32;
/** What our own contract calls its references. */
const REFERENCE_SYSTEM = 'generic';

type Connection = { readonly id: string; readonly secret: string };
type Delivery = { readonly id: string; readonly type: string; readonly data: Readonly<Record<string, unknown>> };

export type Loaded = { readonly providers: number; readonly facts: number; readonly deliveries: number };

/**
 * Brings the portfolio in as its owners would: providers and models by posted facts, everything that happened to a
 * model by webhooks, each signed with the secret of its provider's connection.
 */
export async function loadPortfolio(
  tracker: TrackerClient,
  models: readonly PortfolioModel[],
  progress: (done: number, total: number, what: string) => void,
): Promise<Loaded> {
  const providers = [...new Set(models.map((model) => model.provider))];
  const connections = new Map<string, Connection>();
  await inSteps(providers, 'providers and their webhook connections', progress, async (provider) => {
    await registerProvider(tracker, provider, models);
    connections.set(provider.id, await connect(tracker, provider));
  });
  await inSteps(models, 'models registered by facts', progress, (model) => registerModel(tracker, model));
  let deliveries = 0;
  await inSteps(models, 'models reported by signed webhooks', progress, async (model) => {
    const connection = connections.get(model.provider.id) as Connection;
    for (const delivery of deliveriesOf(model)) {
      await deliver(tracker, connection, delivery, morningBefore(model.publishedOn));
      deliveries += 1;
    }
  });
  return { providers: providers.length, facts: providers.length + 2 * models.length, deliveries };
}

async function inSteps<Item>(
  items: readonly Item[],
  what: string,
  progress: (done: number, total: number, what: string) => void,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  let done = 0;
  await forEachConcurrently(items, CONCURRENCY, async (item) => {
    await work(item);
    done += 1;
    progress(done, items.length, what);
  });
}

/** Facts about a provider are dated by its first model: when it was founded is not in the source, and not needed. */
async function registerProvider(
  tracker: TrackerClient,
  provider: PortfolioProvider,
  models: readonly PortfolioModel[],
): Promise<void> {
  const firstDay = models
    .filter((model) => model.provider === provider)
    .map((model) => model.publishedOn)
    .reduce((first, day) => (day < first ? day : first));
  await tracker.post(`/v1/providers/${provider.id}/facts`, {
    id: 'registered',
    type: 'ProviderRegistered',
    occurredAt: morningBefore(firstDay),
    data: { name: provider.name, kind: 'legalPerson', establishedIn: provider.establishedIn },
  });
}

function connect(tracker: TrackerClient, provider: PortfolioProvider): Promise<Connection> {
  return tracker.post<Connection>('/v1/connections', {
    id: provider.id,
    system: 'standard-webhooks',
    providerId: provider.id,
  });
}

async function registerModel(tracker: TrackerClient, model: PortfolioModel): Promise<void> {
  const occurredAt = morningBefore(model.publishedOn);
  await tracker.post(`/v1/models/${model.id}/facts`, [
    {
      id: 'registered',
      type: 'ModelRegistered',
      occurredAt,
      data: {
        name: model.name,
        providerId: model.provider.id,
        outputModalities: model.outputModalities,
        ...(model.narrowTask === null ? {} : { narrowTask: model.narrowTask }),
        ...(model.parameters === null ? {} : { parameters: model.parameters }),
      },
    },
    { id: 'linked', type: 'ReferenceLinked', occurredAt, data: { system: REFERENCE_SYSTEM, ref: model.name } },
  ]);
}

function deliveriesOf(model: PortfolioModel): readonly Delivery[] {
  const base = { model: model.name };
  const deliveries: Delivery[] = [
    {
      id: `${model.id}-compute`,
      type: 'gpai.compute.reported',
      data: {
        ...base,
        flop: model.trainingFlop,
        cumulative: true,
        basis: 'estimated',
        as_of: morningBefore(model.publishedOn),
      },
    },
    {
      id: `${model.id}-placed`,
      type: 'gpai.model.placed_on_market',
      data: { ...base, version: '1', date: model.publishedOn, channel: model.channel },
    },
  ];
  if (model.openRelease !== null) {
    deliveries.push({
      id: `${model.id}-open`,
      type: 'gpai.model.open_sourced',
      data: {
        ...base,
        version: '1',
        rights: ['access', 'use', 'modify', 'distribute'],
        restrictions: model.openRelease.restrictions,
        weights_public: true,
        architecture_public: true,
        usage_info_public: true,
        monetised: false,
      },
    });
  }
  if (model.modificationOf !== null) {
    deliveries.push({
      id: `${model.id}-tuned`,
      type: 'gpai.model.fine_tuned',
      data: { ...base, base_model: model.modificationOf.baseName, finetune_flop: model.modificationOf.flop },
    });
  }
  return deliveries;
}

/** Posts one delivery signed as Standard Webhooks wants it: HMAC-SHA256 over `id.timestamp.body`. */
async function deliver(
  tracker: TrackerClient,
  connection: Connection,
  delivery: Delivery,
  occurredAt: string,
): Promise<void> {
  const sentAtSeconds = Math.floor(Date.now() / 1000);
  const body = JSON.stringify({ type: delivery.type, timestamp: occurredAt, data: delivery.data });
  const key = Buffer.from(connection.secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${delivery.id}.${sentAtSeconds}.${body}`).digest('base64');
  await tracker.post(`/hooks/${connection.id}`, body, {
    'webhook-id': delivery.id,
    'webhook-timestamp': String(sentAtSeconds),
    'webhook-signature': `v1,${signature}`,
  });
}

/** The day before, so that what a placing rests on comes before it in every time zone. */
function morningBefore(day: string): string {
  return new Date(Date.parse(`${day}T09:00:00Z`) - 24 * 3600 * 1000).toISOString();
}
