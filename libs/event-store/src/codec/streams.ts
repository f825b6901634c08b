import type { Subject } from '#libs/domain';

/** The stream on which facts about this subject are recorded: `provider-p1`, `model-m1`, `regulation`. */
export function streamOf(subject: Subject): string {
  return subject.kind === 'regulation' ? 'regulation' : `${subject.kind}-${subject.id}`;
}

/** Whom a stream of facts is about; undefined for every other stream. */
export function subjectOf(stream: string): Subject | undefined {
  if (stream === 'regulation') return { kind: 'regulation' };
  const dash = stream.indexOf('-');
  const kind = stream.slice(0, dash);
  const id = stream.slice(dash + 1);
  return (kind === 'provider' || kind === 'model') && id !== '' ? { kind, id } : undefined;
}

export function isFactStream(stream: string): boolean {
  return subjectOf(stream) !== undefined;
}

/** What the names of all streams of facts begin with: for subscriptions. */
export const factStreamPrefixes: readonly string[] = ['provider-', 'model-', 'regulation'];
