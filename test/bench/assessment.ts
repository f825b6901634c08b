import {
  assess,
  assessDossier,
  Dossier,
  type Instant,
  readFact,
  readInstant,
  type RecordedFact,
  regulation,
  type Subject,
} from '#libs/domain';
import { decodeFact, encodeFact, eventIdOf, type StoredEvent, streamOf } from '#libs/event-store';
import { type Comparison, compareByTurns, type Run } from './rounds.js';

const firstOccurredAt = Date.parse('2025-09-01T08:00:00Z');
const minuteMs = 60_000;
const at = readInstant('2026-11-24T08:00:00Z');
const question = { modelId: 'bench', at, knownAt: at, lawAsOf: at };

/** A fact as the store gives it: the JSON of data and metadata still to be parsed. */
type StoredText = Omit<StoredEvent, 'data' | 'metadata'> & { readonly data: string; readonly metadata: string };

/** What a bare reader does with the facts: parse, and keep the last of each kind. */
function parseAndReduce(stored: readonly StoredText[]): number {
  const last = new Map<string, unknown>();
  for (const { type, data, metadata } of stored) last.set(type, { ...JSON.parse(data), ...JSON.parse(metadata) });
  return last.size;
}

/** Assessing a model of 50 facts against parsing and reducing the same facts. */
export function compareAssessment(rounds: number, roundMs: number): Promise<Comparison> {
  const stored = history(50);
  const facts = stored.map(decode);
  return compareByTurns(rounds, {
    ours: () => repeat(roundMs, () => assess(facts, regulation, question).obligations.length),
    yardstick: () => repeat(roundMs, () => parseAndReduce(stored)),
  });
}

/** Facts folded and assessed a second in a history of 10,000, against one of 100. */
export function compareLongHistory(rounds: number, roundMs: number): Promise<Comparison> {
  const [long, short] = [history(10_000).map(decode), history(100).map(decode)];
  const facts = (of: readonly RecordedFact[]) => () =>
    repeat(roundMs, () => assess(of, regulation, question).obligations.length, of.length);
  return compareByTurns(rounds, { ours: facts(long), yardstick: facts(short) });
}

/** One more fact on a dossier of 1,000, from its JSON on, against folding all of them anew, from their JSON on. */
export function compareOneMoreFact(rounds: number, roundMs: number): Promise<Comparison> {
  const stored = history(1_000);
  const more = Array.from({ length: moreFactsMax }, (_, index) =>
    storedFact(stored.length + index, 'ModelDescribed', { parameters: index + 1 }),
  );
  const expected = assess(stored.map(decode), regulation, question).obligations.length;
  return compareByTurns(rounds, {
    ours: () => {
      const kept = new Dossier(stored.map(decode));
      assessDossier(kept, regulation, question);
      const next = more.values();
      return repeat(roundMs, () => {
        const { value } = next.next();
        if (value === undefined) return undefined;
        kept.add([decode(value)]);
        const { obligations } = assessDossier(kept, regulation, question);
        if (obligations.length !== expected) throw new Error('the answers differ');
        return obligations.length;
      });
    },
    yardstick: () => repeat(roundMs, () => assess(stored.map(decode), regulation, question).obligations.length),
  });
}

/** The dossier must not grow far beyond what it is measured at. */
const moreFactsMax = 1_000;

/** Until the time is up, or `work` has nothing more to do and answers undefined. */
async function repeat(roundMs: number, work: () => number | undefined, effects = 1): Promise<Run> {
  const start = performance.now();
  let turns = 0;
  while (performance.now() - start < roundMs) {
    const done = work();
    if (done === undefined) break;
    if (done === 0) throw new Error('nothing was done');
    turns += 1;
  }
  return { effects: turns * effects, durationMs: performance.now() - start };
}

/** A signatory's model on the market, then what comes in day by day. */
function history(length: number): readonly StoredText[] {
  const beginning = [
    ['ProviderRegistered', { name: 'Acme', kind: 'legalPerson', establishedIn: 'US' }],
    ['ModelRegistered', { name: 'Aurora', providerId: 'acme', outputModalities: ['text'] }],
    ['ComputeReported', { cumulativeTrainingFlop: '5e24' }],
    ['CodeOfPracticeSigned', { chapters: ['transparency', 'copyright', 'safetySecurity'] }],
    ['ModelPlacedOnMarket', { placedBy: 'acme', channel: 'api' }],
  ] as const;
  return Array.from({ length }, (_, index) => {
    const [type, data] = beginning[index] ?? daily(index);
    return storedFact(index, type, data);
  });
}

function daily(index: number): readonly [type: string, data: object] {
  switch (index % 5) {
    case 0:
      return ['ComputeReported', { runId: `run-${index % 50}`, flop: `${index}e15` }];
    case 1:
      return [
        'EvidenceRecorded',
        {
          obligationId: 'art-53-1-a-technical-documentation',
          title: `Annex XI, version ${index}`,
          uri: `https://example.org/annex-xi/${index}`,
        },
      ];
    case 2:
      return ['ModelDescribed', { parameters: 7_000_000_000 + index }];
    case 3:
      return ['ReferenceLinked', { system: 'mlflow', ref: `aurora-${index}` }];
    default:
      return ['ComputeReported', { runId: `run-${index % 50}`, flop: `${index}e16` }];
  }
}

const ofProvider = new Set(['ProviderRegistered', 'CodeOfPracticeSigned']);

function storedFact(index: number, type: string, data: object): StoredText {
  const subject: Subject = ofProvider.has(type) ? { kind: 'provider', id: 'acme' } : { kind: 'model', id: 'bench' };
  const reading = readFact(subject.kind, type, data);
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  const occurredAt = (firstOccurredAt + index * minuteMs) as Instant;
  const event = encodeFact({
    id: eventIdOf('bench', String(index)),
    fact: reading.fact,
    occurredAt,
    recordedAt: occurredAt,
    actor: 'token:bench',
    source: 'api',
    correlationId: eventIdOf('bench', `correlation-${index}`),
  });
  return {
    ...event,
    data: JSON.stringify(event.data),
    metadata: JSON.stringify(event.metadata),
    stream: streamOf(subject),
    revision: BigInt(index),
    position: BigInt(index),
    created: occurredAt,
  };
}

function decode(stored: StoredText): RecordedFact {
  return decodeFact({
    ...stored,
    data: JSON.parse(stored.data) as StoredEvent['data'],
    metadata: JSON.parse(stored.metadata) as StoredEvent['metadata'],
  });
}
