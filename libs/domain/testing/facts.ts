import { readFact, readInstant, type RecordedFact, type Subject } from '../src/index.js';

export type FactLine = {
  readonly id?: string;
  readonly about?: Subject;
  readonly at: string;
  readonly recordedAt?: string;
  readonly type: string;
  readonly data: unknown;
};

/**
 * A history from lines as one would tell it: recorded in this order, by default as soon as it happened, about model `m1`.
 * @throws Error when a line is not a fact
 */
export function historyOf(...lines: readonly FactLine[]): RecordedFact[] {
  return lines.map((line, index) => {
    const subject = line.about ?? { kind: 'model', id: 'm1' };
    const reading = readFact(subject.kind, line.type, line.data);
    if (!reading.ok) throw new Error(`line ${index}: ${JSON.stringify(reading.problems)}`);
    return {
      ...reading.fact,
      id: line.id ?? `event-${index}`,
      subject,
      occurredAt: readInstant(line.at),
      recordedAt: readInstant(line.recordedAt ?? line.at),
      position: BigInt(index),
    };
  });
}
