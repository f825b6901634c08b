import { deletedRevision } from './record.js';

/** What a stream's metadata say about which of its events are still shown. The rest of them is for clients alone. */
export type StreamMetadata = {
  readonly maxCount?: number;
  readonly maxAgeS?: number;
  /** Revisions before this one are not shown. `deletedRevision`: none is, until somebody writes again. */
  readonly truncateBefore?: number;
  /** The metadata as they were written, kept while a stream is deleted, to be written again when it comes back. */
  readonly whileDeleted?: Uint8Array;
};

export const metadataEventType = '$metadata';
const metastreamPrefix = '$$';

export const metastreamOf = (stream: string): string => metastreamPrefix + stream;

/** The stream that a metastream is about; undefined for other streams. */
export const originalOf = (stream: string): string | undefined =>
  stream.startsWith(metastreamPrefix) ? stream.slice(metastreamPrefix.length) : undefined;

/** Reads the data of a metadata event. What is malformed or not positive counts as absent. */
export function readStreamMetadata(data: Uint8Array): StreamMetadata {
  const fields = parseObject(data);
  const maxCount = positive(fields['$maxCount']);
  const maxAgeS = positive(fields['$maxAge']);
  const truncateBefore = positive(fields['$tb']);
  return {
    ...(maxCount === undefined ? {} : { maxCount }),
    ...(maxAgeS === undefined ? {} : { maxAgeS }),
    ...(truncateBefore === undefined ? {} : { truncateBefore }),
    ...(truncateBefore === deletedRevision ? { whileDeleted: data } : {}),
  };
}

export const isSoftDeleted = (metadata: StreamMetadata | undefined): boolean =>
  metadata?.truncateBefore === deletedRevision;

/** The data of the metadata event that deletes a stream. The number is the largest revision of the protocol. */
export const softDeletion = Buffer.from('{"$tb":9223372036854775807}');

/** The data of the metadata event that brings a stream back from `revision` on; everything else in them stays. */
export function undeletion(metadata: Uint8Array, revision: number): Buffer {
  return Buffer.from(JSON.stringify({ ...parseObject(metadata), $tb: revision }));
}

function parseObject(data: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString());
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : {};
  } catch {
    return {};
  }
}

/** Whole numbers beyond all revisions are as good as the largest one. */
function positive(value: unknown): number | undefined {
  if (typeof value !== 'number' || value <= 0 || !Number.isInteger(value)) return undefined;
  return Math.min(value, deletedRevision);
}
