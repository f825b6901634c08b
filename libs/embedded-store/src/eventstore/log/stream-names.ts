import type { Pool } from 'pg';
import { int8Array } from './binary-array.js';
import { EventLogDamaged } from './errors.js';
import { Generations } from './generations.js';

const countMin = 100_000;

/** Names of streams by their numbers. A name never changes, so one that is known need not be joined to every page. */
export class StreamNames {
  readonly #names = new Generations<number, string>(countMin);

  constructor(private readonly pool: Pool) {}

  /**
   * The names of the streams that these records are of.
   * @throws EventLogDamaged when there is no such stream
   */
  async of(records: readonly { readonly position: number; readonly streamId: number }[]): Promise<Map<number, string>> {
    const names = new Map<number, string>();
    const unknown = new Map<number, number>();
    for (const { position, streamId } of records) {
      if (names.has(streamId)) continue;
      const name = this.#names.get(streamId);
      if (name === undefined) unknown.set(streamId, position);
      else names.set(streamId, name);
    }
    if (unknown.size === 0) return names;
    const { rows } = await this.pool.query<{ id: string; name: string }>({
      name: 'eventstore-names',
      text: 'select id, name from eventstore.streams where id = any($1::bigint[])',
      values: [int8Array([...unknown.keys()])],
    });
    for (const { id, name } of rows) {
      names.set(Number(id), name);
      this.#names.set(Number(id), name);
      unknown.delete(Number(id));
    }
    for (const position of unknown.values()) throw new EventLogDamaged(position, 'its stream is missing');
    return names;
  }
}
