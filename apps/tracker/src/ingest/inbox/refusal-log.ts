import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Instant } from '#libs/domain';
import type { Pool } from 'pg';
import { DATABASE } from '../../platform/ports.js';

export type RefusedRequest = {
  readonly connection: string;
  readonly receivedAt: Instant;
  readonly status: number;
  readonly reason: string;
  readonly detail: string;
};

/** Kept and listed for each connection; the count goes on. */
const keptForOneConnection = 100;
/** In memory until they are saved; beyond this they are only counted. */
const unsavedMax = 1_000;

/**
 * Notes requests that were turned away, without their bodies. A flood of them must cost little: they are saved in the
 * background, together, and only the last ones of each connection.
 */
@Injectable()
export class RefusalLog {
  readonly #logger = new Logger('Refusals');
  #unsaved: RefusedRequest[] = [];
  #counts = new Map<string, number>();
  #saving: Promise<void> | undefined;

  constructor(@Inject(DATABASE) private readonly database: Pool) {}

  note(refused: RefusedRequest): void {
    this.#counts.set(refused.connection, (this.#counts.get(refused.connection) ?? 0) + 1);
    if (this.#unsaved.length < unsavedMax) this.#unsaved.push(refused);
    this.#save();
  }

  /** Waits until what was noted is saved, as far as PostgreSQL can be reached. */
  async settle(): Promise<void> {
    while (this.#saving !== undefined) await this.#saving;
  }

  #save(): void {
    this.#saving ??= this.#saveAll().finally(() => {
      this.#saving = undefined;
      if (this.#counts.size > 0) this.#save();
    });
  }

  async #saveAll(): Promise<void> {
    try {
      while (this.#counts.size > 0) {
        const [refused, counts] = [this.#unsaved, this.#counts];
        this.#unsaved = [];
        this.#counts = new Map();
        this.#logger.warn({
          event: 'deliveriesRefused',
          counts: Object.fromEntries(counts),
          reasons: [...new Set(refused.map(({ reason }) => reason))],
        });
        await this.#insert(refused, counts);
      }
    } catch (error) {
      this.#logger.warn({ event: 'refusalsNotSaved', reason: String(error) });
    }
  }

  async #insert(refused: readonly RefusedRequest[], counts: ReadonlyMap<string, number>): Promise<void> {
    await this.database.query(
      `insert into inbox.refusal (connection, received_at, status, reason, detail)
       select * from unnest($1::text[], $2::timestamptz[], $3::integer[], $4::text[], $5::text[])`,
      [
        refused.map(({ connection }) => connection),
        refused.map(({ receivedAt }) => new Date(receivedAt)),
        refused.map(({ status }) => status),
        refused.map(({ reason }) => reason),
        refused.map(({ detail }) => detail),
      ],
    );
    await this.database.query(
      `insert into inbox.refusal_count as known (connection, refused) select * from unnest($1::text[], $2::bigint[])
       on conflict (connection) do update set refused = known.refused + excluded.refused`,
      [[...counts.keys()], [...counts.values()]],
    );
    await this.database.query(
      `delete from inbox.refusal where arrival in (
         select arrival from (
           select arrival, row_number() over (partition by connection order by arrival desc) as place
           from inbox.refusal where connection = any($1)
         ) as ranked where place > $2)`,
      [[...counts.keys()], keptForOneConnection],
    );
  }
}
