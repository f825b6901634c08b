import { assess, assessmentToJson, readInstant, type RecordedFact, regulation } from '#libs/domain';
import { connectEventStore, decodeFact, type EventStore, isFactStream, type StoredEvent } from '#libs/event-store';
import { TrackerProcess } from '../support/tracker-process.js';
import { seededRandom } from './seeded-random.js';

const models = ['m0', 'm1', 'm2'];
const clientsPerModel = 3;
const rounds = 3;
/** Facts that are answered before the kill, at least and at most. */
const answered = { min: 20, max: 150 };
const seed = Number(process.env['CRASH_SEED'] ?? Math.floor(Math.random() * 2 ** 32));

type Fact = { readonly id: string; readonly type: string; readonly occurredAt: string; readonly data: object };
type Receipt = { readonly events: readonly { readonly id: string; readonly type: string }[] };

describe(`tracker that is killed while it records (CRASH_SEED=${seed})`, () => {
  const random = seededRandom(seed);
  /** Fact id → id of its event, for every fact that was answered 201. */
  const confirmed = new Map<string, { readonly model: string; readonly fact: Fact; readonly eventId: string }>();
  let tracker: TrackerProcess;

  const facts = (model: string): string => `/v1/models/${model}/facts`;
  const computeReported = (id: string): Fact => ({
    id,
    type: 'ComputeReported',
    occurredAt: '2025-09-01T08:00:00Z',
    data: { runId: id, flop: '1e22' },
  });

  beforeAll(async () => {
    process.stdout.write(`CRASH_SEED=${seed}\n`);
    tracker = await TrackerProcess.create();
    await tracker.start();
    const provider = { name: 'Acme', kind: 'legalPerson', establishedIn: 'FR' };
    const registered = { type: 'ProviderRegistered', occurredAt: '2025-08-02T08:00:00Z', data: provider };
    expect((await tracker.request('POST', '/v1/providers/acme/facts', registered)).status).toBe(201);
    for (const name of models) {
      const data = { name, providerId: 'acme', outputModalities: ['text'] };
      const modelRegistered = { type: 'ModelRegistered', occurredAt: '2025-08-02T08:00:00Z', data };
      expect((await tracker.request('POST', facts(name), modelRegistered)).status).toBe(201);
    }
  }, 60_000);
  afterAll(() => tracker.dispose(), 30_000);

  /** Posts until the tracker is gone; leaves the last fact, whose answer did not come, to be said again. */
  async function recordUntilGone(model: string, name: string, onAnswer: () => void): Promise<[string, Fact]> {
    for (let number = 0; ; number += 1) {
      const fact = computeReported(`${name}-${number}`);
      let answer;
      try {
        answer = await tracker.request('POST', facts(model), fact);
      } catch {
        return [model, fact];
      }
      expect([answer.status, answer.body]).toEqual([201, expect.anything()]);
      const event = (answer.body as Receipt).events.find(({ type }) => type === fact.type);
      confirmed.set(fact.id, { model, fact, eventId: event!.id });
      onAnswer();
    }
  }

  async function readLog(store: EventStore): Promise<StoredEvent[]> {
    const log: StoredEvent[] = [];
    for await (const event of store.readAll()) if (isFactStream(event.stream)) log.push(event);
    return log;
  }

  function expectEachOnceAndNoGap(log: readonly StoredEvent[]): void {
    const heads = new Map<string, bigint>();
    for (const { stream, revision } of log) {
      expect([stream, revision]).toEqual([stream, (heads.get(stream) ?? -1n) + 1n]);
      heads.set(stream, revision);
    }
    const times = new Map<string, number>();
    for (const { id } of log) times.set(id, (times.get(id) ?? 0) + 1);
    expect([...times.values()].filter((count) => count !== 1)).toEqual([]);
    const lost = [...confirmed].filter(([, { eventId }]) => times.get(eventId) !== 1).map(([id]) => id);
    expect(lost).toEqual([]);
  }

  async function expectAssessmentOfFold(model: string, log: readonly StoredEvent[]): Promise<void> {
    const now = new Date().toISOString();
    const at = readInstant(now);
    const history: RecordedFact[] = log
      .filter(({ stream }) => stream === `model-${model}` || !stream.startsWith('model-'))
      .map((event) => decodeFact(event));
    const folded = assessmentToJson(assess(history, regulation, { modelId: model, at, knownAt: at, lawAsOf: at }));
    const path = `/v1/models/${model}/assessment?at=${now}&knownAt=${now}&lawAsOf=${now}`;
    const { status, body } = await tracker.request('GET', path);
    expect(status).toBe(200);
    expect(body).toMatchObject(JSON.parse(JSON.stringify(folded)) as object);
  }

  it.each(Array.from({ length: rounds }, (_, round) => round + 1))(
    'keeps every fact that it answered, once and in order (kill %i)',
    async (round) => {
      let answersToGo = answered.min + Math.floor(random() * (answered.max - answered.min));
      let killed: Promise<void> | undefined;
      const onAnswer = (): void => {
        answersToGo -= 1;
        if (answersToGo === 0) killed = tracker.kill();
      };
      const unanswered = await Promise.all(
        models.flatMap((model) =>
          Array.from({ length: clientsPerModel }, (_, client) =>
            recordUntilGone(model, `kill${round}-${model}-${client}`, onAnswer),
          ),
        ),
      );
      await killed;
      await tracker.start();

      const store = connectEventStore({ connectionString: tracker.eventStoreUrl });
      try {
        expectEachOnceAndNoGap(await readLog(store));
        for (const [model, fact] of unanswered) {
          const again = await tracker.request('POST', facts(model), fact);
          expect([200, 201]).toContain(again.status);
          const event = (again.body as Receipt).events.find(({ type }) => type === fact.type);
          confirmed.set(fact.id, { model, fact, eventId: event!.id });
        }
        for (const { model, fact, eventId } of [...confirmed.values()].slice(-20)) {
          const again = await tracker.request('POST', facts(model), fact);
          expect(again).toMatchObject({ status: 200, body: { events: [{ id: eventId }] } });
        }
        const log = await readLog(store);
        expectEachOnceAndNoGap(log);
        for (const model of models) await expectAssessmentOfFold(model, log);
      } finally {
        await store.close();
      }
    },
    60_000,
  );
});
