import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { fillLog } from './filled-log.js';
import { startStore } from './store-process.js';

export type CrashReport = {
  readonly acknowledged: number;
  /** Milliseconds from the start of the process after a kill until it serves. */
  readonly restartsMs: readonly number[];
  /** What a writer was promised and did not find, or found and was not promised. */
  readonly broken: readonly string[];
};

/** A client whose connection was cut may wait for its answer for ever. */
const patienceMs = 3_000;
const retryPauseMs = 10;
const pauseMsMax = 60;

/**
 * Kills the process of the event store again and again under concurrent writers, each of which goes on with the same
 * event at the same revision until it is acknowledged, and compares the log with what was acknowledged.
 */
export async function crash(options: {
  readonly databaseUrl: string;
  readonly kills: number;
  readonly writers: number;
  /** In the log before the first kill. */
  readonly events: number;
  readonly appendsBetweenKills: number;
  readonly tell?: (message: string) => void;
}): Promise<CrashReport> {
  const { databaseUrl, kills, writers } = options;
  await fillLog(databaseUrl, options.events);
  let store = await startStore(databaseUrl);
  const port = Number(new URL(store.url).port);
  const client = EventStoreDBClient.connectionString(store.url);
  const acknowledged = Array.from({ length: writers }, () => new Map<string, bigint>());
  const count = (): number => acknowledged.reduce((sum, each) => sum + each.size, 0);
  let isOver = false;
  const write = async (writer: number): Promise<void> => {
    for (let number = 0; !isOver; number += 1) {
      const proposed = jsonEvent({ type: 'Written', data: { writer, number } });
      const expectedRevision = number === 0 ? 'no_stream' : BigInt(number - 1);
      for (;;) {
        const revision = await revisionOf(client.appendToStream(streamOf(writer), proposed, { expectedRevision }));
        if (revision === undefined) continue;
        acknowledged[writer]?.set(proposed.id, revision);
        break;
      }
    }
  };
  const writing = Promise.all(acknowledged.map((_, writer) => write(writer)));
  const restartsMs: number[] = [];
  for (let kill = 1; kill <= kills; kill += 1) {
    const goal = count() + options.appendsBetweenKills;
    while (count() < goal) await pause(1);
    await pause((kill * 37) % pauseMsMax);
    await store.kill();
    const start = performance.now();
    store = await startStore(databaseUrl, port);
    restartsMs.push(performance.now() - start);
    options.tell?.(
      `kill ${kill} of ${kills}: ${count()} acknowledged, back in ${Math.round(restartsMs.at(-1) ?? 0)} ms`,
    );
  }
  isOver = true;
  await writing;
  const broken = (await Promise.all(acknowledged.map((each, writer) => compare(client, writer, each)))).flat();
  await client.dispose();
  await store.stop();
  return { acknowledged: count(), restartsMs, broken };
}

const streamOf = (writer: number): string => `crash-${writer}`;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Undefined when the outcome is not known. */
async function revisionOf(append: Promise<{ readonly nextExpectedRevision: bigint }>): Promise<bigint | undefined> {
  const answer = append.then(
    ({ nextExpectedRevision }) => nextExpectedRevision,
    () => undefined,
  );
  const revision = await Promise.race([answer, pause(patienceMs).then(() => undefined)]);
  if (revision === undefined) await pause(retryPauseMs);
  return revision;
}

async function compare(
  client: EventStoreDBClient,
  writer: number,
  acknowledged: ReadonlyMap<string, bigint>,
): Promise<string[]> {
  const broken: string[] = [];
  const found = new Set<string>();
  let expected = 0n;
  for await (const { event } of client.readStream(streamOf(writer))) {
    if (event === undefined) continue;
    const where = `${event.streamId}@${event.revision}`;
    if (event.revision !== expected) broken.push(`${where} came where revision ${expected} was due`);
    if (found.has(event.id)) broken.push(`${where} is there twice`);
    if (acknowledged.get(event.id) !== event.revision) broken.push(`${where} was not acknowledged like that`);
    found.add(event.id);
    expected = event.revision + 1n;
  }
  for (const [id, revision] of acknowledged) if (!found.has(id)) broken.push(`${streamOf(writer)}@${revision} is lost`);
  return broken;
}
